import type { Problem } from '@signet/provider';
import { z } from 'zod';

/** One secret of the store. */
export interface FakeSecret {
  readonly key: string;
  readonly value: string;
  /** Empty: it has none. */
  readonly version: string;
}

/** The configuration below `spec.provider.fake`. */
export interface FakeConfig {
  readonly secrets: readonly FakeSecret[];
  readonly validation: 'ready' | 'unknown' | 'error';
}

const validations = ['ready', 'unknown', 'error'] as const;

const item = z.object({
  key: z.string().min(1, 'it is empty'),
  value: z.string().nullish(),
  valueMap: z.record(z.string(), z.string()).nullish(),
  version: z.string().nullish(),
});

const schema = z.object({
  data: z.array(item).nullish(),
  validationResult: z.literal([0, 1, 2], 'it is 0 (ready), 1 (unknown) or 2 (error)').nullish(),
});

/** Reads the configuration. Of two entries with the same key and version the last counts (external-secrets v2.9). */
export function readConfig(
  config: unknown,
):
  | { readonly config: FakeConfig; readonly problems: readonly [] }
  | { readonly config: undefined; readonly problems: readonly [Problem, ...Problem[]] } {
  const read = schema.safeParse(config ?? {});
  if (!read.success) {
    const [first, ...others] = read.error.issues.map(({ path, message }) => ({ field: fieldOf(path), message }));
    return { config: undefined, problems: [first ?? { field: 'fake', message: 'it cannot be read' }, ...others] };
  }
  const secrets = (read.data.data ?? []).map(({ key, value, valueMap, version }) => ({
    key,
    // `valueMap` is how manifests before v1 wrote an object.
    value: value || (valueMap ? JSON.stringify(valueMap) : ''),
    version: version ?? '',
  }));
  return { config: { secrets, validation: validations[read.data.validationResult ?? 0] }, problems: [] };
}

function fieldOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>((field, part) => field + (typeof part === 'number' ? `[${part}]` : `.${String(part)}`), 'fake');
}

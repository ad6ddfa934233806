import type { SealedSecret } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import { keptValue, markOf } from './rendered-once.ts';
import type { ItemFailure, Unsealed } from './unseal.ts';

/** What a Secret is made of: the opened items and what the templates made of them. */
export interface Rendered extends Unsealed {
  /** Templates that could not be carried out, sorted by key. Not empty: nothing may be written. */
  readonly unrendered?: readonly ItemFailure[];
  /** Annotations that record the values rendered once. */
  readonly marks?: Readonly<Record<string, string>>;
}

/**
 * Renders `spec.template.data` over the opened items. Values of templates that depend on time or chance are taken from the live
 * Secret where they are still valid.
 *
 * @param live the Secret as just read, with its data
 * @param now milliseconds since 1970
 */
export async function renderTemplates(
  sealed: SealedSecret,
  opened: Unsealed,
  live: Secret | undefined,
  now: () => number,
): Promise<Rendered> {
  const templates = sealed.spec.template?.data ?? {};
  if (opened.failures.length > 0 || Object.keys(templates).length === 0) return opened;
  const { renderSealedSecretData } = await import('@signet/template'); // most objects have no template
  const adopted = new Set<string>();
  const { rendered, variable, failures } = renderSealedSecretData({
    templates,
    values: opened.values,
    surroundings: { now },
    keep: (key, reads) => {
      const kept = keptValue(sealed, opened.values, live, key, reads);
      if (kept?.from === 'sealed-secrets') adopted.add(key);
      return kept?.value;
    },
  });
  const recorded = new Map([...variable].filter(([key]) => !adopted.has(key)));
  const marks = markOf(sealed, recorded);
  return {
    values: new Map([...opened.values, ...rendered]),
    failures: [],
    ...(marks && { marks }),
    unrendered: failures.map(({ key, error }) => ({ key, message: error.message })),
  };
}

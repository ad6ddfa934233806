import { templateErrors } from './errors.ts';
import { isMap } from './target-path.ts';

/** Go's reflect.Kind of what JSON or YAML put where something else belongs. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'map';
}

function refuse(problem: string): never {
  throw templateErrors.TARGET({ message: `failed to convert unstructured to object: ${problem}` });
}

const known: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'type', 'immutable', 'data', 'stringData']);

/** Lets through what a Secret has, in the form a Secret has it, and drops the rest, as external-secrets does with its typed Secret. */
export function asSecret(object: Record<string, unknown>): Record<string, unknown> {
  const kept = Object.fromEntries(Object.entries(object).filter(([name, value]) => known.has(name) && value !== null));
  const { metadata, type, immutable } = kept;
  if (metadata !== undefined && !isMap(metadata)) refuse(`cannot restore struct from: ${kindOf(metadata)}`);
  for (const name of ['data', 'stringData']) {
    const values = kept[name];
    if (values === undefined) continue;
    if (!isMap(values)) refuse(`cannot restore map from ${kindOf(values)}`);
    for (const value of Object.values(values)) {
      if (typeof value !== 'string') refuse(`cannot convert ${kindOf(value)} to ${name === 'data' ? 'slice' : 'string'}`);
    }
  }
  if (type !== undefined && typeof type !== 'string') refuse(`cannot convert ${kindOf(type)} to string`);
  if (immutable !== undefined && typeof immutable !== 'boolean') refuse(`cannot convert ${kindOf(immutable)} to bool`);
  return withoutEmpty(kept);
}

/** A Secret has no empty maps in its JSON. */
function withoutEmpty(secret: Record<string, unknown>): Record<string, unknown> {
  const metadata = isMap(secret['metadata']) ? secret['metadata'] : {};
  const isFull = ([, value]: readonly [string, unknown]): boolean => !isMap(value) || Object.keys(value).length > 0;
  const rest = Object.entries(secret).filter(([name, value]) => name !== 'metadata' && isFull([name, value]));
  return { ...Object.fromEntries(rest), metadata: Object.fromEntries(Object.entries(metadata).filter(isFull)) };
}

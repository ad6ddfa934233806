import type { Json } from './normalize.ts';

/** One place where two outcomes differ. */
export interface Leaf {
  /** `2 PATCH configmaps/a: body.metadata.labels.x` */
  readonly at: string;
  /** JSON text, or nothing where the value is absent. */
  readonly real: string | undefined;
  readonly sandbox: string | undefined;
}

/** All places where two outcomes differ, in the order of the real one. Pure. */
export function differences(real: Json | undefined, sandbox: Json | undefined, at = ''): Leaf[] {
  if (isNode(real) && isNode(sandbox) && Array.isArray(real) === Array.isArray(sandbox)) {
    const keys = new Set([...Object.keys(real), ...Object.keys(sandbox)]);
    return [...keys].flatMap((key) => differences(child(real, key), child(sandbox, key), at === '' ? key : `${at}.${key}`));
  }
  const [realText, sandboxText] = [text(real), text(sandbox)];
  return realText === sandboxText ? [] : [{ at, real: realText, sandbox: sandboxText }];
}

/** For a person: one line per place. */
export function describeLeaf({ at, real, sandbox }: Leaf): string {
  return `${at}\n    real    ${real ?? '(absent)'}\n    sandbox ${sandbox ?? '(absent)'}`;
}

function isNode(value: Json | undefined): value is readonly Json[] | { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object';
}

function child(node: readonly Json[] | { readonly [key: string]: Json }, key: string): Json | undefined {
  return Object.hasOwn(node, key) ? (node as { readonly [key: string]: Json })[key] : undefined;
}

function text(value: Json | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

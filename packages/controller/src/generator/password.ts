import { base32 } from './base32.ts';
import type { Randomness } from './randomness.ts';

/** `spec` of a Password as it is read. */
export interface PasswordSpec {
  readonly length: number;
  readonly digits: number;
  readonly symbols: number;
  readonly symbolCharacters: string;
  readonly noUpper: boolean;
  /** Without it no character stands twice. */
  readonly allowRepeat: boolean;
}

/** How a password becomes bytes. */
export type PasswordEncoding = 'raw' | 'base64' | 'base64url' | 'base32' | 'hex';

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';

/** Why no password fulfils a spec; undefined: one does. */
export function impossible(spec: PasswordSpec): { readonly field: string; readonly because: string } | undefined {
  const letters = spec.length - spec.digits - spec.symbols;
  if (letters < 0)
    return { field: 'spec.length', because: `${spec.digits} digits and ${spec.symbols} symbols do not fit into ${spec.length}` };
  const parts = [
    { field: 'spec.digits', wanted: spec.digits, pool: digits },
    { field: 'spec.symbols', wanted: spec.symbols, pool: spec.symbolCharacters },
    { field: 'spec.length', wanted: letters, pool: lettersOf(spec) },
  ];
  const short = parts.find(
    ({ wanted, pool }) => wanted > 0 && (pool === '' || (!spec.allowRepeat && wanted > distinct(pool).length)),
  );
  if (!short) return undefined;
  const there = distinct(short.pool).length;
  return {
    field: short.field,
    because: `${short.wanted} different characters are wanted and there are ${there}: set allowRepeat, or ask for fewer`,
  };
}

/** Makes a password: as many digits and symbols as asked for, the rest letters, in any order. */
export function password(spec: PasswordSpec, { below }: Randomness): string {
  const draw = (count: number, pool: string): string[] => {
    const left = Array.from(spec.allowRepeat ? pool : distinct(pool));
    return Array.from({ length: count }, () => {
      const index = below(left.length);
      return (spec.allowRepeat ? left[index] : left.splice(index, 1)[0]) ?? '';
    });
  };
  const letters = draw(spec.length - spec.digits - spec.symbols, lettersOf(spec));
  return shuffled([...letters, ...draw(spec.digits, digits), ...draw(spec.symbols, spec.symbolCharacters)], below).join('');
}

/** The bytes of a password in its encoding, which is text again. */
export function encoded(text: string, encoding: PasswordEncoding): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  switch (encoding) {
    case 'raw':
      return new Uint8Array(bytes);
    case 'base64':
    case 'hex':
      return new Uint8Array(Buffer.from(bytes.toString(encoding)));
    case 'base64url': {
      // Go's URLEncoding pads.
      const bare = bytes.toString('base64url');
      return new Uint8Array(Buffer.from(bare.padEnd(Math.ceil(bare.length / 4) * 4, '=')));
    }
    case 'base32':
      return new Uint8Array(Buffer.from(base32(bytes)));
  }
}

function lettersOf({ noUpper }: PasswordSpec): string {
  return noUpper ? lower : lower + upper;
}

function distinct(pool: string): readonly string[] {
  return [...new Set(pool)];
}

/** Fisher-Yates: every order is as likely as the others. */
function shuffled(characters: readonly string[], below: Randomness['below']): readonly string[] {
  const mixed = [...characters];
  for (let last = mixed.length - 1; last > 0; last -= 1) {
    const other = below(last + 1);
    [mixed[last], mixed[other]] = [mixed[other] ?? '', mixed[last] ?? ''];
  }
  return mixed;
}

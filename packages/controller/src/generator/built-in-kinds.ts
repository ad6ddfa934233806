import { z } from 'zod';
import type { GeneratorKind, Made } from './generator-kind.ts';
import { encoded, impossible, password } from './password.ts';
import type { PasswordSpec } from './password.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));

/** Longer ones are refused: a tenant's document may not exhaust memory or time. */
const longestPassword = 4096;
const mostKeys = 256;

const count = z.number().int().min(0).max(longestPassword);
const passwordSchema = z.object({
  length: count.nullish(),
  digits: count.nullish(),
  symbols: count.nullish(),
  symbolCharacters: z.string().max(longestPassword).nullish(),
  noUpper: z.boolean().nullish(),
  allowRepeat: z.boolean().nullish(),
  encoding: z.enum(['raw', 'base64', 'base64url', 'base32', 'hex']).nullish(),
  secretKeys: z.array(z.string().min(1)).max(mostKeys).nullish(),
});
const fakeSchema = z.object({ data: z.record(z.string(), z.string()).nullish() });

/** The symbols of a Password that names none. */
const usualSymbols = '~!@#$%^&*()_+`-={}|[]\\:"<>?,./';
const usualLength = 24;
/** Of the length: digits where their number is not given, and symbols. */
const usualShare = 0.25;

/** The generators without a backend, with the keys and defaults of external-secrets v2.9. */
export const builtInKinds: Readonly<Record<string, GeneratorKind>> = {
  Fake: {
    plural: 'fakes',
    clusterField: 'fakeSpec',
    make(spec) {
      const read = fakeSchema.safeParse(spec);
      if (!read.success) return faultOf(read.error);
      return { values: new Map(Object.entries(read.data.data ?? {}).map(([key, value]) => [key, bytes(value)])) };
    },
  },
  UUID: {
    plural: 'uuids',
    clusterField: 'uuidSpec',
    make: (_spec, { uuid }) => ({ values: new Map([['uuid', bytes(uuid())]]) }),
  },
  Password: {
    plural: 'passwords',
    clusterField: 'passwordSpec',
    make(spec, randomness) {
      const read = passwordSchema.safeParse(spec);
      if (!read.success) return faultOf(read.error);
      const { data } = read;
      const length = data.length || usualLength;
      const wanted: PasswordSpec = {
        length,
        digits: data.digits ?? Math.floor(length * usualShare),
        symbols: data.symbols ?? Math.floor(length * usualShare),
        symbolCharacters: data.symbolCharacters ?? usualSymbols,
        noUpper: data.noUpper ?? false,
        allowRepeat: data.allowRepeat ?? false,
      };
      const fault = impossible(wanted);
      if (fault) return { fault };
      const keys = data.secretKeys?.length ? data.secretKeys : ['password'];
      if (new Set(keys).size < keys.length) return { fault: { field: 'spec.secretKeys', because: 'a key stands there twice' } };
      const { encoding } = data;
      return { values: new Map(keys.map((key) => [key, encoded(password(wanted, randomness), encoding ?? 'raw')])) };
    },
  },
};

function faultOf({ issues }: z.ZodError): Made {
  const [first] = issues;
  const field = ['spec', ...(first?.path ?? [])].join('.');
  return { fault: { field, because: first?.message ?? 'cannot be read' } };
}

import { isAbsolute } from 'node:path';
import { z } from 'zod';

/** One key: in the file its backend under the backend's name (`local: { file: ... }`) beside `generation`. */
export interface KeyConfig {
  readonly backend: string;
  /** What the backend reads itself. */
  readonly config?: unknown;
  /** Raised when a key is used that was used before, with another one between. Default 0. */
  readonly generation: number;
}

/** The configuration file, with all defaults. */
export interface Config {
  /** The name of the provider in EncryptionConfiguration. It is in every object of etcd, and is bound to every ciphertext: it never changes. */
  readonly provider: string;
  /** The cluster, the same on all of its nodes. Bound to every ciphertext: it never changes. */
  readonly cluster: string;
  readonly socket: {
    /** Absolute, in a directory of its own. */
    readonly path: string;
    /** Octal, without rights for others. Default 0660. */
    readonly mode: string;
    /** Group of the socket, by number. */
    readonly gid?: number | undefined;
  };
  /** Where health and metrics are, on loopback. Default 127.0.0.1:8087. */
  readonly http: string;
  readonly key: KeyConfig;
  /** Keys that were used before: they decrypt. */
  readonly previous: readonly KeyConfig[];
  readonly watch: {
    /** Between two looks at the key. Default 60. */
    readonly intervalSeconds: number;
    /** After one that failed. Default 10. */
    readonly retrySeconds: number;
    /** Of one look. Default 10. */
    readonly timeoutSeconds: number;
  };
  readonly calls: {
    /** Below the `timeout` of the provider in EncryptionConfiguration. Default 2.5. */
    readonly timeoutSeconds: number;
    /** Calls to backends at once. Default 256. */
    readonly limit: number;
  };
  readonly cache: {
    /** Plaintexts in memory. Default 5000; 0 keeps none. */
    readonly entries: number;
  };
  readonly audit?: { readonly file: string } | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
}

const absolute = z.string().refine((path) => isAbsolute(path), 'it is not an absolute path');
const seconds = (least: number, most: number): z.ZodNumber => z.number().min(least).max(most);

const key = z
  .looseObject({ generation: z.number().int().min(0).max(1_000_000).default(0) })
  .refine((value) => Object.keys(value).length === 2, 'it names no backend, or more than one')
  .transform(({ generation, ...backends }) => {
    const [[backend, config] = ['', undefined]] = Object.entries(backends);
    return { backend, config, generation };
  });

/** Reads the configuration. What is not known is refused: a misspelt limit is not silently another one. */
export const configSchema: z.ZodType<Config> = z.strictObject({
  provider: z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, 'it is not 1 to 63 lower-case letters, digits, `-` and `.`'),
  cluster: z.string().regex(/^[\w.:/-]{1,128}$/, 'it is not 1 to 128 letters, digits and `_.:/-`'),
  socket: z.strictObject({
    path: absolute,
    mode: z
      .string()
      .regex(/^0?[0-7]{2}0$/, 'it is not an octal mode without rights for others, such as "0660"')
      .default('0660'),
    gid: z.number().int().min(0).optional(),
  }),
  http: z
    .string()
    .regex(/^(127\.0\.0\.1|\[::1\]|localhost):\d{1,5}$/, 'it is not a loopback address with a port')
    .default('127.0.0.1:8087'),
  key,
  previous: z.array(key).max(8).default([]),
  watch: z
    .strictObject({
      intervalSeconds: seconds(1, 3600).default(60),
      retrySeconds: seconds(0.25, 600).default(10),
      timeoutSeconds: seconds(0.5, 60).default(10),
    })
    .prefault({}),
  calls: z
    .strictObject({
      timeoutSeconds: seconds(0.1, 2.9).default(2.5),
      limit: z.number().int().min(1).max(10_000).default(256),
    })
    .prefault({}),
  cache: z.strictObject({ entries: z.number().int().min(0).max(100_000).default(5000) }).prefault({}),
  audit: z.strictObject({ file: absolute }).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

/** What cannot change while the program runs: it is in stored data, or is a socket somebody is connected to. */
export const fixed: readonly (keyof Config)[] = ['provider', 'cluster', 'socket', 'http', 'audit', 'logLevel', 'cache', 'calls'];

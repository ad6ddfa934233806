import { randomBytes } from 'node:crypto';
import { templateErrors } from './errors.ts';
import type { FunctionTable } from './functions/function.ts';
import { stringMapType } from './go/type.ts';
import { fromBytes, toBytes, toGo } from './go/utf8.ts';
import { GoMap } from './go/value.ts';
import type { Value } from './go/value.ts';
import { Cache } from './language/cache.ts';
import type { MissingKey } from './language/execution.ts';
import type { Delimiters } from './language/lexer.ts';
import type { Reads } from './language/names.ts';
import { compileProgram } from './language/program.ts';
import { defaultLimits } from './limits.ts';
import type { Limits } from './limits.ts';
import type { Surroundings } from './run.ts';
import { sealedSecretsFunctions } from './sets.ts';

/** How a template is compiled. */
export interface CompileOptions {
  /** The name in errors. Default `template`. */
  readonly name?: string;
  /** What it can call. Default `sealedSecretsFunctions`. */
  readonly functions?: FunctionTable;
  /** What a missing key of a map gives: `<no value>` (default), the zero of the map's values, or an error. */
  readonly missingKey?: MissingKey;
  /** Default `{{` and `}}`; an empty one is the default too. */
  readonly delimiters?: Delimiters;
  readonly limits?: Partial<Limits>;
}

export type { Reads } from './language/names.ts';

/** A compiled template. */
export interface Template {
  readonly name: string;
  /** False when it calls a function whose result depends on time or chance. */
  readonly isDeterministic: boolean;
  /** The names of those functions, sorted. */
  readonly variableFunctions: readonly string[];
  readonly reads: Reads;
  /** How much there was to compile. */
  readonly tokens: number;
  /**
   * Carries it out. A map becomes Go's `map[string]string`; its values are text or bytes.
   *
   * @param surroundings time and chance; default the machine's
   * @throws templateErrors.EXECUTE with Go's words, values hidden; templateErrors.LIMIT
   */
  render(data: Value | ReadonlyMap<string, Uint8Array | string>, surroundings?: Partial<Surroundings>): Uint8Array;
}

const machine: Surroundings = { now: () => Date.now(), random: (length) => randomBytes(length) };

/** A token takes some 400 bytes when it is compiled: 32 MiB at most are kept. */
const bytesPerToken = 400;
/** Templates by everything they are compiled from. */
const cache = new Cache<FunctionTable, Template>(
  { entries: 512, weight: 32 << 20 },
  (key, { tokens }) => key.length + tokens * bytesPerToken,
);

/**
 * Compiles a Go template, once per text and options.
 *
 * @param text text, or bytes that need not be UTF-8
 * @throws templateErrors.PARSE with Go's words, literals hidden; templateErrors.LIMIT
 * @example compile('{{ .user | upper }}').render(new Map([['user', 'ann']]))
 */
export function compile(text: string | Uint8Array, options: CompileOptions = {}): Template {
  const { name = 'template', functions = sealedSecretsFunctions, missingKey = 'default', delimiters = ['', ''] } = options;
  const limits: Limits = options.limits ? { ...defaultLimits, ...options.limits } : defaultLimits;
  const bytes = typeof text === 'string' ? toGo(text) : fromBytes(text);
  const room = JSON.stringify([name, missingKey, delimiters, limits]);
  return cache.get(functions, `${room}${bytes}`, () => {
    if (bytes.length > limits.templateBytes) {
      throw templateErrors.LIMIT(
        { where: `template: ${name}: `, limit: 'bytes of template', allowed: limits.templateBytes },
        { at: { key: name } },
      );
    }
    const [left, right] = delimiters;
    const source = { name, text: bytes, delimiters: [toGo(left), toGo(right)] as const, functions };
    const program = compileProgram(source, { missingKey, limits });
    const variableFunctions = [...program.calls].filter((called) => functions[called]?.deterministic === false).sort();
    return {
      name,
      isDeterministic: variableFunctions.length === 0,
      variableFunctions,
      reads: program.reads,
      tokens: program.tokens,
      render: (data, surroundings) => toBytes(program.execute(dotOf(data), { ...machine, ...surroundings })),
    };
  });
}

/** A map as Go's `map[string]string`: what renders many templates with the same data makes it once. */
export function dotOf(data: Value | ReadonlyMap<string, Uint8Array | string>): Value {
  if (!(data instanceof Map)) return data as Value;
  const entries = new Map<string, Value>();
  for (const [key, value] of data as ReadonlyMap<string, Uint8Array | string>) {
    entries.set(toGo(key), typeof value === 'string' ? toGo(value) : fromBytes(value));
  }
  return new GoMap(stringMapType, entries);
}

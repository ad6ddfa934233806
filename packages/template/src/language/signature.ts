import { typeOfText } from '../go/type.ts';
import type { GoType } from '../go/type.ts';

/** A Go signature, read. */
export interface Signature {
  /** Of the parameters; of a variadic function, the last is the type of one more argument. */
  readonly parameters: readonly GoType[];
  readonly variadic: boolean;
  /** The first result. */
  readonly result: GoType;
  /** What makes a method unfit for templates, as Go says it: too many results, or a second one that is no error. */
  readonly unfit: ((name: string) => string) | undefined;
}

const read = new Map<string, Signature>();

/** Reads `func(string, ...interface {}) (string, error)`. Each text once. @throws Error for a text that is no signature */
export function signatureOf(text: string): Signature {
  const known = read.get(text);
  if (known) return known;
  const match = /^func\((.*?)\) (?:\(([^()]+)\)|(.+))$/.exec(text);
  if (!match) throw new Error(`not the signature of a function for templates: ${text}`);
  const [, inside = '', several, one = ''] = match;
  const parts = inside === '' ? [] : inside.split(', ');
  const [result = '', ...more] = several?.split(', ') ?? [one];
  const unfit = unfitness(more);
  const signature: Signature = {
    parameters: parts.map((part) => typeOfText(part.replace(/^\.\.\./, ''))),
    variadic: parts.at(-1)?.startsWith('...') ?? false,
    result: typeOfText(result),
    unfit,
  };
  read.set(text, signature);
  return signature;
}

function unfitness([second, ...more]: readonly string[]): Signature['unfit'] {
  if (more.length > 0) return (name) => `function ${name} has ${more.length + 2} return values; should be 1 or 2`;
  if (second === undefined || second === 'error') return undefined;
  return (name) => `invalid function signature for ${name}: second return value should be error; is ${second}`;
}

/** The type that the argument at an index must have. */
export function parameterAt({ parameters, variadic }: Signature, index: number): GoType | undefined {
  return variadic ? parameters[Math.min(index, parameters.length - 1)] : parameters[index];
}

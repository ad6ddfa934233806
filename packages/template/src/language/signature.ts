import { typeOfText } from '../go/type.ts';
import type { GoType } from '../go/type.ts';

/** A Go signature, read. */
export interface Signature {
  /** Of the parameters; of a variadic function, the last is the type of one more argument. */
  readonly parameters: readonly GoType[];
  readonly variadic: boolean;
  readonly result: GoType;
}

const read = new Map<string, Signature>();

/** Reads `func(string, ...interface {}) (string, error)`. Each text once. @throws Error for a text that is no signature */
export function signatureOf(text: string): Signature {
  const known = read.get(text);
  if (known) return known;
  const match = /^func\((.*)\) (?:\((.+), error\)|([^(]+|func\(.*))$/.exec(text);
  if (!match) throw new Error(`not the signature of a function for templates: ${text}`);
  const [, inside = '', paired, single = ''] = match;
  const parts = inside === '' ? [] : inside.split(', ');
  const variadic = parts.at(-1)?.startsWith('...') ?? false;
  const signature = {
    parameters: parts.map((part) => typeOfText(part.replace(/^\.\.\./, ''))),
    variadic,
    result: typeOfText(paired ?? single),
  };
  read.set(text, signature);
  return signature;
}

/** The type that the argument at an index must have. */
export function parameterAt({ parameters, variadic }: Signature, index: number): GoType | undefined {
  return variadic ? parameters[Math.min(index, parameters.length - 1)] : parameters[index];
}

import type { Question } from '../question.ts';

/** Rows of listed cases: what they are about, and the questions. */
export interface Topic {
  readonly name: string;
  readonly questions: readonly Question[];
}

/** A Go string of a JavaScript text. */
export const utf8 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** What every listed template finds in its dot. `bin` is not UTF-8. */
export const data: Readonly<Record<string, string>> = {
  str: 'hello world',
  num: '42',
  float: '3.14',
  empty: '',
  uni: utf8('héllo wörld ✓ 日本 😀'),
  bin: '\0\x01ÿþ\x80ok',
  html: `<a href="x">Tom & 'Jerry'</a>`,
  csv: 'a, b,c,,d',
  json: utf8(
    '{"name":"Ada","int":7,"float":2.50,"big":12345678901234567890,"bool":true,"null":null,"list":["x",2,false],"html":"<&>","uni":"é"}',
  ),
  'weird-key': 'dash',
};

type Options = Partial<Pick<Question, 'set' | 'missingKey' | 'delimiters' | 'data'>>;

/** One question for each template. Templates are JavaScript text. */
export function templates(name: string, texts: readonly string[], options: Options = {}): Topic {
  return { name, questions: texts.map((text) => ({ set: 'sealed-secrets', data, template: utf8(text), ...options })) };
}

/**
 * Calls of every named function with every combination of the arguments: one list of expressions for each parameter. The type
 * of a result shows as well as the result.
 */
export function calls(functions: string, ...parameters: readonly (readonly string[])[]): Topic {
  const rows = parameters.reduce<string[]>((done, list) => done.flatMap((row) => list.map((each) => `${row} ${each}`)), ['']);
  return resultsOf(
    functions,
    functions.split(' ').flatMap((name) => rows.map((row) => name + row)),
  );
}

/** The type and value of expressions. */
export function resultsOf(name: string, expressions: readonly string[], options: Options = {}): Topic {
  return templates(
    name,
    expressions.map((expression) => `{{ $r := ${expression} }}{{ printf "%T" $r }} {{ $r }}`),
    options,
  );
}

/** The same questions for external-secrets, whose libraries are newer in places. */
export function inExternalSecrets({ name, questions }: Topic): Topic {
  return { name: `external-secrets: ${name}`, questions: questions.map((question) => ({ ...question, set: 'external-secrets' })) };
}

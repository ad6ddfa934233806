/** Which functions a template may call: as sealed-secrets offers them, or as external-secrets does. */
export type FunctionSet = 'sealed-secrets' | 'external-secrets';

export const functionSets: readonly FunctionSet[] = ['sealed-secrets', 'external-secrets'];

/** A template to render, in Go and here. Texts are byte strings, one char for each byte. */
export interface Question {
  readonly set: FunctionSet;
  readonly template: string;
  readonly data: Readonly<Record<string, string>>;
  readonly missingKey?: 'default' | 'zero' | 'error';
  readonly delimiters?: readonly [string, string];
}

/** What came of it: bytes, or an error with the stage it came from. `limit` is only ever ours, `timeout`, `size` and `panic` Go's. */
export type Answer =
  | { readonly output: string }
  | { readonly error: string; readonly stage: 'parse' | 'execute' | 'limit' | 'defect' | 'timeout' | 'size' | 'panic' };

/** The name every template has in questions. */
export const templateName = 'k';

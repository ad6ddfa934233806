import { isSignetError, SignetError } from '@signet/errors';
import { compile, externalSecretsFunctions, sealedSecretsFunctions } from '@signet/template';
import type { CompileOptions, Delimiters, MissingKey, Surroundings, Template } from '@signet/template';
import type { Samples } from './samples.ts';

/** The two function sets, by the project that offers them. */
export type FunctionSet = 'sealed-secrets' | 'external-secrets';

/** How a bare template is compiled. */
export interface Dialect {
  readonly functions: FunctionSet;
  /** Default as the project of the functions has it: `default` for sealed-secrets, `error` for external-secrets. */
  readonly missingKey?: MissingKey | undefined;
  readonly delimiters?: Delimiters | undefined;
}

/** The options of a dialect for the compiler. */
export function compileOptions({ functions, missingKey, delimiters }: Dialect): CompileOptions {
  const ours = functions === 'external-secrets';
  return {
    functions: ours ? externalSecretsFunctions : sealedSecretsFunctions,
    missingKey: missingKey ?? (ours ? 'error' : 'default'),
    ...(delimiters && { delimiters }),
  };
}

/** Two delimiters with a blank between; undefined when the text is anything else. */
export function splitDelimiters(text: string): Delimiters | undefined {
  const [left, right, ...others] = text.split(' ');
  return left && right && others.length === 0 ? [left, right] : undefined;
}

/** A template that stands in no manifest. */
export interface PlainTemplate {
  /** Its name in Go's messages. */
  readonly name: string;
  /** The file as a person would say it. */
  readonly file: string;
  readonly text: string | Uint8Array;
}

/** Renders a template over all samples. @throws the errors of templates, with the line of the file */
export function renderPlain(
  { name, file, text }: PlainTemplate,
  dialect: Dialect,
  samples: Samples,
  surroundings: Partial<Surroundings>,
): { readonly output: Uint8Array; readonly notes: readonly string[] } {
  return inFile(file, () => {
    const template = compile(text, { ...compileOptions(dialect), name });
    const names = samples.allowMissing ? [...(template.reads ?? [])] : [];
    const output = template.render(samples.takeAll(names, { file }), surroundings);
    return { output, notes: notesOn(template) };
  });
}

function notesOn({ isDeterministic, variableFunctions }: Template): string[] {
  return isDeterministic ? [] : [`differs at each rendering (${variableFunctions.join(', ')})`];
}

function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isSignetError(error)) throw error;
    const line = error.at?.line;
    throw new SignetError(error, error.message, { cause: error, at: { file, ...(line !== undefined && { line }) } });
  }
}

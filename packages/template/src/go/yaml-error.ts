import { GoError, hidden } from './error.ts';

/**
 * What YAML has to say about a text. `fromYaml` puts `text`, which may quote the document, into the value it returns, as Go does;
 * everything else throws the error, whose message hides what comes from the document.
 */
export class YamlError extends GoError {
  /** Go's wording in full, with scalars and anchors of the document in it: a value, never to be shown as an error. */
  readonly text: string;

  constructor(text: string, message: string = text) {
    super(message);
    this.text = text;
  }

  /** The same error with words of a caller before it. */
  within(before: string): YamlError {
    return new YamlError(`${before}${this.text}`, `${before}${this.message}`);
  }
}

/** Makes an error from a template literal; what is interpolated comes from the document and is hidden in the message. */
export function yamlError(parts: TemplateStringsArray, ...quoted: readonly string[]): YamlError {
  return new YamlError(String.raw({ raw: parts }, ...quoted), String.raw({ raw: parts }, ...quoted.map(() => hidden)));
}

/** An error of the scanner: it names the line it stands in, counted from 1, except the first. */
export function scanError(line: number, problem: string): YamlError {
  return new YamlError(`yaml: ${line === 0 ? '' : `line ${line + 1}: `}${problem}`);
}

/** An error of the parser. It counts lines from 0, and a token that ended a document stands after its last line. */
export function parseError(line: number, problem: string): YamlError {
  return new YamlError(`yaml: ${line === 0 ? '' : `line ${line}: `}${problem}`);
}

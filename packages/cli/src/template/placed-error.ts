import { isSignetError, SignetError } from '@signet/errors';
import { placeAt } from '../document/source.ts';
import type { ManifestObject, PlacedText } from './manifest-object.ts';

/**
 * The error of a template with its place in the manifest. The message keeps Go's words, whose line counts from the beginning of the
 * template; the place has the line of the file. In a literal block (`|`) that is the failing line itself, elsewhere the line where
 * the template begins, because there the lines of text and file do not match.
 */
export function placedError(error: SignetError, object: ManifestObject, template: PlacedText): SignetError {
  const start = placeAt(object.source, template.at).line ?? 1;
  const isLiteral = object.source.text[template.at] === '|';
  const line = isLiteral && error.at?.line !== undefined ? start + error.at.line : start;
  const at = { ...object.place(template.at, template.field), line };
  return new SignetError(error, error.message, { cause: error, at });
}

/** Runs what compiles or renders a template of an object. @throws its error with the place in the manifest */
export function placed<T>(object: ManifestObject, template: PlacedText, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isSignetError(error) ? placedError(error, object, template) : error;
  }
}

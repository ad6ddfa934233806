import { isSignetError } from '@signet/errors';

/** True when a parser gives a value or one of our errors: what it must do with any input whatsoever. */
export function onlyCodedErrors(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch (error) {
    return isSignetError(error);
  }
}

import { RE2JS } from 're2js';
import { providerErrors } from './errors.ts';

/**
 * The test that `find.name.regexp` is: RE2 (linear time, whatever a tenant writes), unanchored.
 *
 * @throws INVALID_CONFIG when it is not a regular expression of RE2
 * @example namePattern('^db-')('db-main') // true
 */
export function namePattern(regexp: string): (name: string) => boolean {
  try {
    const compiled = RE2JS.compile(regexp);
    return (name) => compiled.matcher(name).find();
  } catch {
    throw providerErrors.INVALID_CONFIG({ field: 'find.name.regexp', because: 'it is not a regular expression of RE2' });
  }
}

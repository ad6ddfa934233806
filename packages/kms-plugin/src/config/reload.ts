import { isDeepStrictEqual } from 'node:util';
import { kmsErrors } from '../errors.ts';
import type { Config } from './config.ts';
import { fixed } from './config.ts';

/** Whether a configuration may take the place of the one the program was started with. @throws CONFIG for what only a restart can change */
export function checkChange(file: string, before: Config, after: Config): void {
  for (const field of fixed) {
    if (isDeepStrictEqual(before[field], after[field])) continue;
    throw kmsErrors.CONFIG({ file, field, because: 'it cannot change while signet-kms runs' });
  }
}

import { scopes } from '@signet/sealing';
import type { Scope } from '@signet/sealing';
import { cliErrors } from '../errors.ts';

/** Reads the value of `--scope`. @throws SIGNET_CLI_USAGE */
export function scopeFlag(text: string): Scope {
  const scope = scopes.find((known) => known === text);
  if (!scope) throw cliErrors.USAGE({ problem: `--scope must be one of: ${scopes.join(', ')}` });
  return scope;
}

import type { KeyOrder } from '@signet/controller/sealing-keys';
import type { ClusterFlags } from '../certificate/cluster-connection.ts';
import type { CertificateFlags } from '../certificate/sealing-certificate.ts';
import { cliErrors } from '../errors.ts';
import type { KeyWhere } from './cluster-keys.ts';

/** Options that every verb of `signet keys` has which looks at a cluster. */
export interface KeyFlags extends ClusterFlags, CertificateFlags {
  readonly keyPrefix?: string | undefined;
  readonly keyOrderPriority?: string | undefined;
}

/** The namespace a controller is in when nobody says otherwise. */
const usualNamespace = 'kube-system';

/** Where the keys are. @throws SIGNET_CLI_USAGE */
export function whereOf(flags: KeyFlags): KeyWhere {
  return {
    namespace: flags.controllerNamespace ?? usualNamespace,
    prefix: flags.keyPrefix ?? 'sealed-secrets-key',
    order: orderOf(flags.keyOrderPriority ?? 'CertNotBefore'),
  };
}

function orderOf(text: string): KeyOrder {
  if (text === 'CertNotBefore' || text === 'SecretCreationTimestamp') return text;
  throw cliErrors.USAGE({ problem: `--key-order-priority: CertNotBefore or SecretCreationTimestamp, not ${JSON.stringify(text)}` });
}

import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  NOT_FOUND: {
    says: (c: { namespace: string; names: readonly string[] }): string =>
      `namespace ${JSON.stringify(c.namespace)} has no ExternalSecret ${c.names.map((name) => JSON.stringify(name)).join(', ')}`,
    why: 'An ExternalSecret is looked up by its name, in one namespace: that of -n, else that of the context of the kubeconfig.',
    next: 'kubectl get externalsecrets -A shows where it is',
    exit: 3,
  },
  NOT_SERVED: {
    says: (): string => 'the cluster does not serve ExternalSecrets',
    why: 'Their CustomResourceDefinition is not installed, or not in the version external-secrets.io/v1.',
    next: 'install the chart of Signet with its CustomResourceDefinitions, or name another cluster with --context',
    exit: 3,
  },
};

/** Errors of `signet external`. */
export const externalErrors: Catalogue<typeof entries> = catalogue('SIGNET_CLI_EXTERNAL', entries);

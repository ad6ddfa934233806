import type { Connection } from '../client/index.ts';
import { kubeErrors } from '../errors.ts';
import { mergeKubeconfigs } from './kubeconfig-file.ts';
import type { Entry, Kubeconfig } from './kubeconfig-file.ts';
import { checkServer, fromKubeconfig } from './load-connection.ts';

/** What reaches out of the text: programs to run, files to read. */
const outside = {
  cluster: ['certificate-authority'],
  user: ['exec', 'auth-provider', 'client-certificate', 'client-key', 'tokenFile'],
} as const;

/**
 * The connection of a kubeconfig that somebody else wrote, such as one in a Secret: its current context, data only. A cluster or
 * a user that names a program or a file is refused, whatever stands beside it (promise 10: no process of a tenant's choosing).
 *
 * @param name for messages
 * @throws SIGNET_KUBE_KUBECONFIG_MALFORMED, KUBECONFIG_NO_ENTRY, KUBECONFIG_OUTSIDE, BAD_SERVER
 */
export function embeddedConnection(text: string, name: string): Connection {
  const config = mergeKubeconfigs([{ file: name, text }]);
  const context = config.contexts.get(config.currentContext ?? '');
  if (!context)
    throw kubeErrors.KUBECONFIG_MALFORMED({ file: name, at: 'current-context', problem: 'it names no context of this kubeconfig' });
  for (const kind of ['cluster', 'user'] as const) refuseOutside(kind, entryOf(config, kind, context));
  const connection = fromKubeconfig(config);
  if (!connection) throw kubeErrors.KUBECONFIG_MALFORMED({ file: name, at: context.at, problem: 'its cluster names no server' });
  checkServer(connection.server);
  return connection;
}

function entryOf(config: Kubeconfig, kind: 'cluster' | 'user', context: Entry): Entry | undefined {
  const name = context.fields[kind];
  const entries = kind === 'cluster' ? config.clusters : config.users;
  return typeof name === 'string' ? entries.get(name) : undefined;
}

function refuseOutside(kind: 'cluster' | 'user', entry: Entry | undefined): void {
  for (const field of outside[kind]) {
    if (entry && entry.fields[field] !== undefined && entry.fields[field] !== null)
      throw kubeErrors.KUBECONFIG_OUTSIDE({ file: entry.file, at: entry.at, field });
  }
}

import type { Io } from '../console/io.ts';
import type { KubesealFlags } from './flags.ts';

/**
 * The namespace of the run: the flag, also with the prefix `ns/`, `namespace/` or `namespaces/`; else the environment; else
 * that of the kubeconfig's context.
 *
 * @returns undefined when there is no kubeconfig to ask
 */
export async function configuredNamespace(flags: KubesealFlags, io: Io): Promise<string | undefined> {
  const given = flags.text('namespace').replace(/^(?:ns|namespaces?)\//, '');
  if (given !== '') return given;
  const { namespaceOfCluster } = await import('./cluster.ts');
  return namespaceOfCluster(flags, io);
}

import type { Cluster } from '../server/cluster.ts';
import { watchDefinitions } from './definitions.ts';
import { collectGarbage } from './garbage-collector.ts';
import { runNamespaces } from './namespaces.ts';

/** Starts the controllers of the sandbox. @returns a function that stops them */
export function startControllers(cluster: Cluster, options: { readonly gc: boolean }): () => void {
  const stops = [watchDefinitions(cluster), runNamespaces(cluster)];
  if (options.gc) stops.push(collectGarbage(cluster));
  return () => {
    for (const stop of stops) stop();
  };
}

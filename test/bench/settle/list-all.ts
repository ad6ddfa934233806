import type { KubeObject, Resource } from '@signet/kube/client';
import { events, secrets } from '@signet/kube/client';
import { home } from './stage.ts';
import type { Stage } from './stage.ts';

/** All objects that were there first; of the scene's kind unless said otherwise. */
export async function listAll(
  { scene, plane }: Stage,
  resource: Resource = scene.kind,
  metadataOnly: boolean = false,
): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  for await (const page of plane.admin.list(resource, { namespace: home, metadataOnly })) found.push(...page.items);
  return found;
}

/** In which version everything of {@link home} is: each write of anything there makes another one. */
export async function versionsOf(stage: Stage): Promise<ReadonlyMap<string, string>> {
  const versions = new Map<string, string>();
  for (const resource of [stage.scene.kind, secrets, events])
    for (const { metadata } of await listAll(stage, resource, true))
      versions.set(`${resource.plural}/${metadata.name}`, metadata.resourceVersion ?? '');
  return versions;
}

import { annotations as marks } from '@signet/api';
import { child, jsonOf, stringAt } from '../document/tree.ts';
import type { Json, MapTree, Tree } from '../document/tree.ts';
import { textsAt } from '../kubeseal/sealed-document.ts';

/** What surrounds the values of an opened SealedSecret. */
export interface Surrounding {
  readonly name: string;
  readonly namespace: string;
  /** `spec.template`: its metadata, type and immutable count. */
  readonly template: MapTree | undefined;
  /** The owner that the Secret gets unless the template asks for none. */
  readonly owner?: Json | undefined;
}

/** The Secret that the controller would make, fields in the order of Kubernetes' JSON. @param data base64 by key, in order */
export function openedSecret({ name, namespace, template, owner }: Surrounding, data: ReadonlyMap<string, Json>): Json {
  const metadata = child(template, 'metadata');
  const annotations = textsAt(metadata, 'annotations');
  const labels = textsAt(metadata, 'labels');
  const ownerless = owner === undefined || annotations.get(marks.skipSetOwnerReferences) === 'true';
  return withoutNothing([
    ['kind', 'Secret'],
    ['apiVersion', 'v1'],
    [
      'metadata',
      withoutNothing([
        ['name', name],
        ['namespace', namespace || undefined],
        ['labels', labels.size > 0 ? labels : undefined],
        ['annotations', annotations.size > 0 ? annotations : undefined],
        ['ownerReferences', ownerless ? jsonOrNothing(child(metadata, 'ownerReferences')) : [owner]],
        ['finalizers', jsonOrNothing(child(metadata, 'finalizers'))],
      ]),
    ],
    ['immutable', jsonOrNothing(child(template, 'immutable'))],
    ['data', data.size > 0 ? data : undefined],
    ['type', stringAt(template, 'type') || undefined],
  ]);
}

function jsonOrNothing(tree: Tree | undefined): Json | undefined {
  return tree === undefined || (tree.kind === 'scalar' && tree.value === null) ? undefined : jsonOf(tree);
}

function withoutNothing(entries: readonly (readonly [string, Json | undefined])[]): ReadonlyMap<string, Json> {
  return new Map(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
}

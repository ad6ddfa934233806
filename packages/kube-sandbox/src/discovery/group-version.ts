import type { KindDefinition } from '../kinds/definition.ts';

/** One served version of a group with its kinds. */
export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly kinds: readonly KindDefinition[];
}

/** The served versions of all groups: groups in the order of their first kind, versions by priority, kinds by plural. */
export function groupVersions(kinds: readonly KindDefinition[]): GroupVersion[] {
  const byGroup = Map.groupBy(kinds, (kind) => kind.group);
  return [...byGroup].flatMap(([group, members]) => {
    const byVersion = Map.groupBy(members, (kind) => kind.version);
    const priority = (some: readonly KindDefinition[]): number => Math.min(...some.map((kind) => kind.priority));
    const sorted = [...byVersion].toSorted(([, a], [, b]) => priority(a) - priority(b));
    return sorted.map(([version, some]) => ({ group, version, kinds: some.toSorted((a, b) => (a.plural < b.plural ? -1 : 1)) }));
  });
}

/** `v1`, or `apps/v1`. */
export function apiVersionOf({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Path below the server's root: `api/v1`, or `apis/apps/v1`. */
export function pathOf({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === '' ? `api/${version}` : `apis/${group}/${version}`;
}

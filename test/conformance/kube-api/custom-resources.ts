/** One version of a definition; the rest is filled in by {@link definition}. */
export interface VersionOptions {
  readonly name?: string;
  readonly schema?: object;
  readonly status?: boolean;
  readonly columns?: readonly object[];
  readonly selectable?: readonly string[];
  readonly storage?: boolean;
  readonly served?: boolean;
}

/** A schema whose spec has these properties, and a free status. */
export function withSpec(properties: object, more: object = {}): object {
  return {
    type: 'object',
    properties: {
      spec: { type: 'object', properties, ...more },
      status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    },
  };
}

/** The CustomResourceDefinition `widgets.GROUP`. */
export function definition(group: string, ...versions: readonly VersionOptions[]): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        plural: 'widgets',
        singular: 'widget',
        kind: 'Widget',
        listKind: 'WidgetList',
        shortNames: ['wd'],
        categories: ['all'],
      },
      versions: versions.map((version, index) => ({
        name: version.name ?? 'v1',
        served: version.served ?? true,
        storage: version.storage ?? index === 0,
        schema: { openAPIV3Schema: version.schema ?? withSpec({ size: { type: 'integer' } }) },
        ...(version.status ? { subresources: { status: {} } } : {}),
        ...(version.columns ? { additionalPrinterColumns: version.columns } : {}),
        ...(version.selectable ? { selectableFields: version.selectable.map((jsonPath) => ({ jsonPath })) } : {}),
      })),
    },
  };
}

/** A Widget. */
export function widget(group: string, name: string, spec: object, more: object = {}): object {
  return { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name }, spec, ...more };
}

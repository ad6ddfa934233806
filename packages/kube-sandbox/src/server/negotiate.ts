import { StatusError } from './status-error.ts';

/** How a client wants its answer. */
export interface Accepted {
  readonly format: 'json' | 'yaml';
  /** Another shape of the same objects. */
  readonly as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | 'APIGroupDiscoveryList' | undefined;
  /** Version of that shape, e.g. `v1`, `v2`. */
  readonly version: string | undefined;
}

const plain: Accepted = { format: 'json', as: undefined, version: undefined };
const shapes: Readonly<Record<string, { group: string; versions: readonly string[] }>> = {
  Table: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  PartialObjectMetadata: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  PartialObjectMetadataList: { group: 'meta.k8s.io', versions: ['v1', 'v1beta1'] },
  APIGroupDiscoveryList: { group: 'apidiscovery.k8s.io', versions: ['v2', 'v2beta1'] },
};

/**
 * Picks the first media type of an Accept header the sandbox can produce: JSON or YAML, never protobuf or CBOR.
 *
 * @throws a 406 Status when there is none
 */
export function negotiate(header: string | undefined): Accepted {
  if (header === undefined || header.trim() === '') return plain;
  const choices = header.split(',').map((choice) => choice.split(';').map((part) => part.trim()));
  for (const [type = '', ...parameters] of choices) {
    const format = formatOf(type.toLowerCase());
    if (!format) continue;
    const named = new Map(parameters.map((text) => text.split('=', 2) as [string, string]));
    const as = named.get('as');
    if (as === undefined) return { ...plain, format };
    const shape = shapes[as];
    const version = named.get('v') ?? '';
    if (shape && named.get('g') === shape.group && shape.versions.includes(version)) {
      return { format, as: as as NonNullable<Accepted['as']>, version };
    }
  }
  throw new StatusError(
    406,
    'NotAcceptable',
    '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml',
    {},
  );
}

function formatOf(type: string): Accepted['format'] | undefined {
  // As with the API server, `application/*` is not enough.
  if (type === 'application/json' || type === '*/*') return 'json';
  return type === 'application/yaml' ? 'yaml' : undefined;
}

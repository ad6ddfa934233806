import type { KubeObject } from '../client/index.ts';

/** What happened to an object, in the words of the core/v1 Event. */
export interface Happening {
  readonly type: 'Normal' | 'Warning';
  /** One word in UpperCamelCase, for machines. */
  readonly reason: string;
  /** For people. Never a secret's value. Cut at 1024 bytes. */
  readonly message: string;
}

/** Who tells of it. */
export interface Teller {
  /** `source.component` and `reportingComponent`. */
  readonly component: string;
  /** `source.host` and `reportingInstance`: the pod. */
  readonly host?: string | undefined;
}

/** `v1` Event, as it is written. */
export interface EventObject extends KubeObject {
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
}

const maxMessageBytes = 1024;
const maxNameLength = 253;

/** Builds the Event. `suffix` makes its name unique within the object's name. */
export function eventOf(object: KubeObject, happening: Happening, teller: Teller, at: number, suffix: string): EventObject {
  const { namespace, name = '', uid, resourceVersion } = object.metadata;
  const time = eventTime(at);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: namespace ?? 'default', name: `${name.slice(0, maxNameLength - suffix.length - 1)}.${suffix}` },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    type: happening.type,
    reason: happening.reason,
    message: cut(happening.message),
    source: { component: teller.component, ...(teller.host !== undefined && { host: teller.host }) },
    reportingComponent: teller.component,
    reportingInstance: teller.host ?? '',
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}

/** A Kubernetes Time: RFC 3339 in UTC, whole seconds. */
export function eventTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** At most 1024 bytes of UTF-8, never half a character. */
function cut(message: string): string {
  const bytes = new TextEncoder().encode(message);
  if (bytes.length <= maxMessageBytes) return message;
  let end = maxMessageBytes;
  while (((bytes[end] as number) & 0b1100_0000) === 0b1000_0000) end--;
  return new TextDecoder().decode(bytes.subarray(0, end));
}

import { scopeAnnotations, scopeOf } from '@signet/sealing';
import type { Scope } from '@signet/sealing';
import { cliErrors, Refusals } from '../errors.ts';
import type { PlainSecret } from './plain-secret.ts';
import type { Reading } from './read-secret.ts';

/** What the command line wants for all Secrets of a run. */
export interface Wishes {
  readonly reading: Reading;
  /** Given on the command line; wins over annotations. */
  readonly scope: Scope | undefined;
  /** `--namespace`: for Secrets that name none, and checked against those that do. */
  readonly namespace: string | undefined;
  /** `--name`. */
  readonly name: string | undefined;
  /** Asked only when a Secret needs a namespace and neither it nor the command line names one. */
  readonly fallbackNamespace: string | undefined;
  readonly allowEmptyData: boolean;
}

/** A Secret with everything settled that its values are bound to. */
export interface BoundSecret {
  readonly secret: PlainSecret;
  readonly scope: Scope;
}

/**
 * Settles name, namespace and scope of a Secret, and checks what the API server would refuse.
 *
 * @throws Refusals; a NAMESPACE_MISSING among them can be mended with a fallback namespace
 */
export function boundSecret(read: PlainSecret, wishes: Wishes): BoundSecret {
  const scope = wishes.scope ?? scopeOf(Object.fromEntries(read.annotations));
  const annotations = wishes.scope === undefined ? read.annotations : withScope(read.annotations, wishes.scope);
  const name = wishes.name ?? read.name;
  const needsNamespace = scope !== 'cluster-wide';
  const namespace = read.namespace || wishes.namespace || (needsNamespace ? (wishes.fallbackNamespace ?? '') : '');
  const secret = { ...read, name, namespace, annotations };
  const problems = [];
  if (secret.values.size === 0 && !wishes.allowEmptyData) problems.push(cliErrors.EMPTY_SECRET({}));
  if (name === '') problems.push(cliErrors.NAME_MISSING({}, { at: { key: 'metadata.name' } }));
  else if (!isSubdomain(name)) problems.push(badName('metadata.name', name));
  if (needsNamespace && wishes.namespace !== undefined && read.namespace !== '' && read.namespace !== wishes.namespace) {
    problems.push(
      cliErrors.NAMESPACE_MISMATCH({ found: read.namespace, given: wishes.namespace }, { at: { key: 'metadata.namespace' } }),
    );
  } else if (needsNamespace && namespace === '') {
    problems.push(cliErrors.NAMESPACE_MISSING({}, { at: { key: 'metadata.namespace' } }));
  }
  if (namespace !== '' && !isLabel(namespace)) problems.push(badName('metadata.namespace', namespace));
  if (problems.length > 0) throw new Refusals(problems);
  return { secret, scope };
}

function badName(field: string, name: string): ReturnType<typeof cliErrors.BAD_NAME> {
  return cliErrors.BAD_NAME({ field, name: name.slice(0, 80) }, { at: { key: field } });
}

/** The annotations with those of one scope and of no other. */
export function withScope(annotations: ReadonlyMap<string, string>, scope: Scope): ReadonlyMap<string, string> {
  const marks = new Set((['namespace-wide', 'cluster-wide'] as const).flatMap((one) => Object.keys(scopeAnnotations(one))));
  const others = [...annotations].filter(([key]) => !marks.has(key));
  return new Map([...others, ...Object.entries(scopeAnnotations(scope))]);
}

const label = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const labelPattern = new RegExp(`^${label}$`);
const subdomainPattern = new RegExp(`^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$`);

/** RFC 1123 label: a namespace. */
export function isLabel(text: string): boolean {
  return labelPattern.test(text);
}

/** RFC 1123 subdomain: the name of a Secret. */
export function isSubdomain(text: string): boolean {
  return text.length <= 253 && subdomainPattern.test(text);
}

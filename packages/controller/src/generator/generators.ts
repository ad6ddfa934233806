import type { GeneratorRef } from '@signet/api';
import { isNotFound } from '@signet/kube/client';
import type { Client, KubeObject, Resource } from '@signet/kube/client';
import { controllerErrors } from '../errors.ts';
import type { Sources } from '../secret-store/store-access.ts';
import { builtInKinds } from './built-in-kinds.ts';
import type { GeneratorKind } from './generator-kind.ts';
import { systemRandomness } from './randomness.ts';
import type { Randomness } from './randomness.ts';

/** What generators are read and made with. */
export interface GeneratorsOptions {
  readonly client: Client;
  /** By kind. Default: Fake, UUID and Password. */
  readonly kinds?: Readonly<Record<string, GeneratorKind>> | undefined;
  /** The class this controller answers to, as stores have it: an object that names none is everybody's. Default: none. */
  readonly controllerClass?: string | undefined;
  /** Default: the operating system's. */
  readonly randomness?: Randomness | undefined;
}

const group = 'generators.external-secrets.io';
const version = 'v1alpha1';
const clusterKind = 'ClusterGenerator';

/**
 * Values that are made anew each time they are asked for (`generators.external-secrets.io/v1alpha1`). The generator is read from the API
 * server each time: a refresh is rare, and sees what is there now. A ClusterGenerator has the spec of one of the other kinds in it.
 *
 * @throws GENERATOR_UNSUPPORTED, GENERATOR_MISSING, GENERATOR_INVALID, GENERATOR_FOREIGN; an ApiError where it could not be read
 * @example const { values } = await generators({ client }).generate({ apiVersion, kind: 'Password', name: 'db' }, 'web', signal);
 */
export function generators(options: GeneratorsOptions): Pick<Sources, 'generate'> {
  const { client, kinds = builtInKinds, controllerClass = '', randomness = systemRandomness } = options;
  const supported = [...Object.keys(kinds), clusterKind].join(', ');

  const kindOf = (name: string, kind: unknown): GeneratorKind => {
    const found = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (!found) throw controllerErrors.GENERATOR_UNSUPPORTED({ generator: name, supported });
    return found;
  };

  return {
    async generate(ref, namespace, signal) {
      const name = titleOf(ref);
      if (ref.apiVersion !== '' && ref.apiVersion !== `${group}/${version}`)
        throw controllerErrors.GENERATOR_UNSUPPORTED({ generator: `${name} of ${ref.apiVersion}`, supported });
      const isCluster = ref.kind === clusterKind;
      const plural = isCluster ? 'clustergenerators' : kindOf(name, ref.kind).plural;
      const resource = { group, version, plural, kind: ref.kind, namespaced: !isCluster };
      const written = await read(client, resource, { ref, namespace, name, signal });
      const { kind, spec } = isCluster ? wrapped(name, written, kindOf) : { kind: kindOf(name, ref.kind), spec: written };
      const wantedClass = spec['controller'];
      if (typeof wantedClass === 'string' && wantedClass !== '' && wantedClass !== controllerClass)
        throw controllerErrors.GENERATOR_FOREIGN({ generator: name, controllerClass: wantedClass });
      const made = kind.make(spec, randomness);
      if ('fault' in made) throw controllerErrors.GENERATOR_INVALID({ generator: name, ...made.fault });
      return made;
    },
  };
}

type Spec = Readonly<Record<string, unknown>>;

async function read(
  client: Client,
  resource: Resource,
  o: { readonly ref: GeneratorRef; readonly namespace: string; readonly name: string; readonly signal: AbortSignal },
): Promise<Spec> {
  try {
    const ref = resource.namespaced ? { namespace: o.namespace, name: o.ref.name } : { name: o.ref.name };
    const found = await client.get<KubeObject>(resource, ref, { signal: o.signal });
    return mapping(found['spec']) ?? {};
  } catch (error) {
    if (isNotFound(error)) throw controllerErrors.GENERATOR_MISSING({ generator: o.name });
    throw error;
  }
}

function wrapped(
  name: string,
  spec: Spec,
  kindOf: (name: string, kind: unknown) => GeneratorKind,
): { readonly kind: GeneratorKind; readonly spec: Spec } {
  const inner = spec['kind'];
  const kind = kindOf(typeof inner === 'string' ? `${name} of kind ${inner}` : name, inner);
  const inside = mapping(mapping(spec['generator'])?.[kind.clusterField]);
  const field = `spec.generator.${kind.clusterField}`;
  if (!inside) throw controllerErrors.GENERATOR_INVALID({ generator: name, field, because: 'it is missing' });
  return { kind, spec: inside };
}

function titleOf({ kind, name }: GeneratorRef): string {
  return `${kind} "${name}"`;
}

function mapping(value: unknown): Spec | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Spec) : undefined;
}

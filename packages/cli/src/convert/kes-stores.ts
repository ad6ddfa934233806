import type { ManifestObject } from '../template/manifest-object.ts';
import { convertErrors } from './errors.ts';
import { requiredText } from './kes-object.ts';
import type { Plain } from './plain-json.ts';

/** What the environment of the old controller said, and how stores are wanted. */
export interface StoreOptions {
  /** Use this store and make none. */
  readonly store?: { readonly kind: string; readonly name: string } | undefined;
  /** ClusterSecretStores instead of a SecretStore in each namespace. */
  readonly clusterStores: boolean;
  readonly awsRegion?: string | undefined;
  readonly vaultServer?: string | undefined;
  readonly vaultRole?: string | undefined;
}

/** A store by its kind and name. */
export interface StoreName {
  readonly kind: string;
  readonly name: string;
}

interface Wanted {
  /** Begins its name. */
  readonly title: readonly string[];
  readonly provider: Plain;
}

const longestName = 63;

/** The stores that converted objects use: equal ones of a namespace are one. */
export class Stores {
  readonly #options: StoreOptions;
  readonly #made = new Map<string, { readonly ref: StoreName; readonly manifest: Plain }>();
  readonly #names = new Set<string>();

  constructor(options: StoreOptions) {
    this.#options = options;
  }

  /** All that were made, in the order in which they were needed. */
  get manifests(): readonly Plain[] {
    return [...this.#made.values()].map(({ manifest }) => manifest);
  }

  /**
   * The store for an object and, of Vault, a mount. Made when it is new.
   *
   * @throws BACKEND, NEEDS_STORE, MISSING, FIELD
   */
  storeFor(object: ManifestObject, spec: ManifestObject, mount: string | undefined): StoreName {
    if (this.#options.store) return this.#options.store;
    const { title, provider } = this.#wanted(object, spec, mount);
    const { clusterStores } = this.#options;
    const kind = clusterStores ? 'ClusterSecretStore' : 'SecretStore';
    const namespace = clusterStores ? '' : object.namespace;
    const controller = spec.scalarText('controllerId') || undefined;
    const identity = JSON.stringify([namespace, controller, provider]);
    const known = this.#made.get(identity);
    if (known) return known.ref;
    const name = this.#freeName(namespace, title);
    const metadata = { name, namespace: namespace || undefined };
    const manifest = { apiVersion: 'external-secrets.io/v1', kind, metadata, spec: { controller, provider } };
    const ref = { kind, name };
    this.#made.set(identity, { ref, manifest });
    return ref;
  }

  #wanted(object: ManifestObject, spec: ManifestObject, mount: string | undefined): Wanted {
    const backend = requiredText(spec, 'backendType');
    switch (backend) {
      case 'secretsManager':
      case 'systemManager': {
        const region = spec.scalarText('region') || this.#options.awsRegion;
        if (!region) throw missing(object, 'the region', '--aws-region');
        const role = spec.scalarText('roleArn') || undefined;
        const service = backend === 'secretsManager' ? 'SecretsManager' : 'ParameterStore';
        const short = backend === 'secretsManager' ? 'aws' : 'aws-parameters';
        return { title: [short, region, role?.split('/').at(-1) ?? ''], provider: { aws: { service, region, role } } };
      }
      case 'vault':
        return this.#vault(object, spec, mount ?? '');
      case 'azureKeyVault': {
        const vault = requiredText(spec, 'keyVaultName');
        const provider = { azurekv: { authType: 'ManagedIdentity', vaultUrl: `https://${vault}.vault.azure.net` } };
        return { title: ['azure', vault], provider };
      }
      case 'gcpSecretsManager': {
        const projectID = spec.scalarText('projectId') || undefined;
        return { title: ['gcp', projectID ?? ''], provider: { gcpsm: { projectID } } };
      }
      case 'ibmcloudSecretsManager':
      case 'akeyless':
        throw convertErrors.NEEDS_STORE({ backend }, { at: spec.placeOf('backendType') });
      default:
        throw convertErrors.BACKEND({ backend }, { at: spec.placeOf('backendType') });
    }
  }

  #vault(object: ManifestObject, spec: ManifestObject, path: string): Wanted {
    const { vaultServer: server, vaultRole } = this.#options;
    const role = spec.scalarText('vaultRole') || vaultRole;
    if (!server) throw missing(object, 'the address of Vault', '--vault-server');
    if (!role) throw missing(object, 'the role of Vault', '--vault-role');
    const version = spec.scalarText('kvVersion') === '1' ? 'v1' : 'v2';
    // What was called vaultMountPoint is where the login stands, not the secrets. The token is that of the controller, as before.
    const auth = { kubernetes: { mountPath: spec.scalarText('vaultMountPoint') || 'kubernetes', role } };
    return { title: ['vault', path, role], provider: { vault: { server, path, version, auth } } };
  }

  /** A name that says what it is, and that no other store of this namespace has. */
  #freeName(namespace: string, title: readonly string[]): string {
    const words = title
      .join('-')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-');
    const base = words
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, longestName - 4)
      .replace(/-+$/, '');
    for (let number = 1; ; number += 1) {
      const name = number === 1 ? base : `${base}-${number}`;
      const full = `${namespace}/${name}`;
      if (this.#names.has(full)) continue;
      this.#names.add(full);
      return name;
    }
  }
}

function missing(object: ManifestObject, what: string, flag: string): Error {
  return convertErrors.MISSING({ what, flag }, { at: object.place() });
}

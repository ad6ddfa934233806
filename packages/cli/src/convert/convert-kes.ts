import type { SignetError } from '@signet/errors';
import { refusalsOf, Refusals } from '../errors.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { convertItems } from './kes-items.ts';
import type { ConvertedItem } from './kes-items.ts';
import { refuseOthers, requiredText, specOf, unconvertible } from './kes-object.ts';
import type { StoreName, Stores } from './kes-stores.ts';
import { convertTemplate } from './kes-template.ts';
import type { Plain } from './plain-json.ts';

const common = ['backendType', 'data', 'properties', 'dataFrom', 'dataFromWithOptions', 'template', 'type', 'controllerId'];
const ofBackend: Readonly<Record<string, readonly string[]>> = {
  secretsManager: ['roleArn', 'region'],
  systemManager: ['roleArn', 'region'],
  vault: ['vaultRole', 'vaultMountPoint', 'kvVersion'],
  azureKeyVault: ['keyVaultName'],
  gcpSecretsManager: ['projectId'],
  ibmcloudSecretsManager: ['keyByName'],
};

/** What one object became. */
export interface Converted {
  readonly manifest: Plain;
}

/**
 * Converts one ExternalSecret of kubernetes-external-secrets (`kubernetes-client.io/v1`) to `external-secrets.io/v1`; the stores it
 * needs are put into `stores`. The Secret keeps its name, keys, type and metadata.
 *
 * @throws Refusals with everything that cannot be converted, each with its line and field
 */
export function convertKes(object: ManifestObject, stores: Stores, refreshInterval: string): Converted {
  const problems: SignetError[] = [];
  const report = (problem: Error): void => {
    const errors = refusalsOf(problem);
    problems.push(...errors);
  };
  const attempt = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      report(error as Error);
      return undefined;
    }
  };
  const spec = specOf(object);
  const backend = attempt(() => requiredText(spec, 'backendType')) ?? '';
  refuseOthers(spec, [...common, ...(ofBackend[backend] ?? [])], report);
  const kvVersion = attempt(() => kvVersionOf(spec)) ?? '2';
  const items = convertItems(spec, { name: backend, kvVersion }, report);
  if (items.data.length + items.dataFrom.length === 0 && problems.length === 0)
    report(unconvertible(spec, 'data', 'there is nothing to fetch'));
  const target = attempt(() => convertTemplate(spec, report));
  const metadata = attempt(() => metadataOf(object));
  // Stores come last: an object that cannot be converted leaves none behind.
  if (problems.length > 0) throw new Refusals(problems);

  const storeOf = ({ mount }: ConvertedItem): StoreName => stores.storeFor(object, spec, mount);
  const all = [...items.dataFrom, ...items.data];
  const [first] = all.map(storeOf);
  const placed = (item: ConvertedItem): Plain => {
    const store = storeOf(item);
    return { ...item.entry, ...(store.name === first?.name ? {} : { sourceRef: { storeRef: { ...store } } }) };
  };
  const manifest = {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata,
    spec: {
      refreshInterval,
      secretStoreRef: first && { ...first },
      target: { name: object.name, ...target },
      data: items.data.length > 0 ? items.data.map(placed) : undefined,
      dataFrom: items.dataFrom.length > 0 ? items.dataFrom.map(placed) : undefined,
    },
  };
  return { manifest };
}

function kvVersionOf(spec: ManifestObject): string {
  const version = spec.scalarText('kvVersion') ?? '2';
  if (version === '1' || version === '2') return version;
  throw unconvertible(spec, 'kvVersion', 'it is neither 1 nor 2');
}

/** Name, namespace, labels and annotations; what the API server and kubectl put there stays behind. */
function metadataOf(object: ManifestObject): Plain {
  const kept = (path: string): Plain | undefined => {
    const texts = object.texts('metadata', path).filter(({ key }) => key !== 'kubectl.kubernetes.io/last-applied-configuration');
    return texts.length === 0 ? undefined : Object.fromEntries(texts.map(({ key, text }) => [key, text]));
  };
  if (object.name === '') throw unconvertible(object, 'metadata', 'it has no name');
  return { name: object.name, namespace: object.namespace || undefined, labels: kept('labels'), annotations: kept('annotations') };
}

import type { ManifestObject } from '../template/manifest-object.ts';
import { isLiteral, refuseOthers, requiredText, unconvertible } from './kes-object.ts';
import type { Report } from './kes-object.ts';
import type { Plain } from './plain-json.ts';

/** An entry of `data` or `dataFrom`, and the mount of Vault it reads from: that is a matter of its store. */
export interface ConvertedItem {
  readonly entry: { readonly [field: string]: Plain | undefined };
  readonly mount?: string | undefined;
}

/** All entries of an ExternalSecret. */
export interface ConvertedItems {
  readonly data: readonly ConvertedItem[];
  readonly dataFrom: readonly ConvertedItem[];
}

/** How the items of a backend are read. */
interface Backend {
  readonly name: string;
  readonly kvVersion: string;
}

const itemKeys: Readonly<Record<string, readonly string[]>> = {
  secretsManager: ['versionStage', 'versionId'],
  systemManager: ['path', 'recursive'],
  gcpSecretsManager: ['version'],
  ibmcloudSecretsManager: ['secretType', 'keyByName'],
};

/** Converts `data` (once `properties`), `dataFrom` and `dataFromWithOptions`. In both systems `data` wins over what comes before. */
export function convertItems(spec: ManifestObject, backend: Backend, report: Report): ConvertedItems {
  const data: ConvertedItem[] = [];
  const dataFrom: ConvertedItem[] = [];
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      report(error as Error);
    }
  };
  attempt(() => {
    for (const { text, field, at } of spec.textList('dataFrom')) {
      if (isLiteral(spec, [{ key: 'dataFrom', text, field, at }], report))
        attempt(() => dataFrom.push(extract(spec, text, {}, backend)));
    }
  });
  attempt(() => {
    for (const item of spec.items('dataFromWithOptions')) {
      refuseOthers(item, ['key', 'isBinary', ...(itemKeys[backend.name] ?? [])], report);
      attempt(() => dataFrom.push(extract(item, requiredText(item, 'key'), optionsOf(item, backend), backend)));
    }
  });
  attempt(() => {
    for (const item of spec.items(spec.keys().includes('data') ? 'data' : 'properties')) {
      refuseOthers(item, ['key', 'name', 'property', 'isBinary', ...(itemKeys[backend.name] ?? [])], report);
      attempt(() => {
        if (item.scalarText('path')) dataFrom.push(byPath(item));
        else data.push(value(item, backend));
      });
    }
  });
  return { data, dataFrom };
}

function value(item: ManifestObject, backend: Backend): ConvertedItem {
  const { key, mount } = remoteKey(item, requiredText(item, 'key'), backend);
  const property = item.scalarText('property');
  const remoteRef = { key, property: property ? escapedPath(property) : undefined, ...optionsOf(item, backend) };
  return { entry: { secretKey: requiredText(item, 'name'), remoteRef }, mount };
}

function extract(
  part: ManifestObject,
  written: string,
  options: Readonly<Record<string, string>>,
  backend: Backend,
): ConvertedItem {
  const { key, mount } = remoteKey(part, written, backend);
  return { entry: { extract: { key, ...options } }, mount };
}

/** Parameters below a path become keys by the last part of their names. */
function byPath(item: ManifestObject): ConvertedItem {
  const path = requiredText(item, 'path').replace(/\/+$/, '');
  const below = `^${path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}/`;
  const regexp = item.boolean('recursive') ? below : `${below}[^/]+$`;
  const rewrite = [{ regexp: { source: '^.*/([^/]+)$', target: '$1' } }];
  return { entry: { find: { path: path || '/', name: { regexp } }, rewrite } };
}

function remoteKey(
  item: ManifestObject,
  key: string,
  { name, kvVersion }: Backend,
): { readonly key: string; readonly mount?: string } {
  if (name === 'vault') return vaultKey(item, key, kvVersion);
  if (name === 'ibmcloudSecretsManager') return { key: `${item.scalarText('secretType') ?? 'arbitrary'}/${key}` };
  return { key };
}

/** Keys were paths of the API: `MOUNT/data/KEY` of version 2, `MOUNT/KEY` of version 1. */
function vaultKey(item: ManifestObject, path: string, kvVersion: string): { readonly key: string; readonly mount: string } {
  const pattern = kvVersion === '1' ? /^([^/]+)\/(.+)$/ : /^(.+?)\/data\/(.+)$/;
  const [, mount, key] = pattern.exec(path.replace(/^\/+/, '')) ?? [];
  if (mount && key) return { mount, key };
  const shape = kvVersion === '1' ? 'MOUNT/KEY' : 'MOUNT/data/KEY';
  throw unconvertible(item, 'key', `a path of version ${kvVersion} has the shape ${shape}`);
}

/** `version` and `decodingStrategy`. */
function optionsOf(item: ManifestObject, { name }: Backend): Record<string, string> {
  const id = item.scalarText('versionId');
  const version = name === 'secretsManager' ? (id ? `uuid/${id}` : item.scalarText('versionStage')) : item.scalarText('version');
  // Of Secrets Manager bytes were taken as they are, and only text was decoded.
  const decoding = item.boolean('isBinary') ? (name === 'secretsManager' ? 'Auto' : 'Base64') : undefined;
  return { ...(version ? { version } : {}), ...(decoding ? { decodingStrategy: decoding } : {}) };
}

/** A property was the name of a field. Here it is that too, dots included, and else a path: what means something there is escaped. */
function escapedPath(property: string): string {
  return property.replaceAll(/[\\|#@*?!{}[\]()]/g, String.raw`\$&`);
}

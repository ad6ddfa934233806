import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import path from 'node:path';
import type { Connection } from '../client/index.ts';

/** Where kubelet projects a pod's service account. */
const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

async function textIfThere(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return undefined;
  }
}

/**
 * The connection of a pod: address from the environment, token and certificate authority from the service account's folder.
 * Undefined outside of a pod. Nothing of client-node is loaded.
 */
export async function inClusterConnection(
  env: Readonly<Record<string, string | undefined>>,
  folder: string = serviceAccountFolder,
): Promise<Connection | undefined> {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  const tokenFile = path.join(folder, 'token');
  if (!host || !port || (await textIfThere(tokenFile)) === undefined) return undefined;
  const caFile = path.join(folder, 'ca.crt');
  const namespace = await textIfThere(path.join(folder, 'namespace'));
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    tokenFile,
    ...((await textIfThere(caFile)) === undefined ? {} : { caFile }),
    ...(namespace ? { namespace } : {}),
  };
}

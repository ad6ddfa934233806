import type { KubeObject } from '@signet/kube/client';
import { apiVersionOf } from '@signet/kube/client';
import { Pool } from 'undici';
import { listAll } from './list-all.ts';
import { processFigures } from './process-figures.ts';
import { eachOf, home } from './stage.ts';
import type { Stage } from './stage.ts';

/** The same writes without a controller. */
export interface Floor {
  readonly seconds: number;
  /** Of it, for creating Secrets; the rest is for statuses. */
  readonly createSeconds: number;
  /** CPU of the API server. */
  readonly apiServerSeconds: number;
}

/**
 * For each object one create of a Secret and one write of a status, as the controller sends them, over as many plain HTTP/1.1
 * connections as it is given: the least time in which the API server takes the work.
 */
export async function floorOf(stage: Stage, connections: number): Promise<Floor> {
  const { server, ca = '', token = '' } = stage.connection;
  const { kind, secretOf, statusOf } = stage.scene;
  const objects = await listAll(stage);
  const pool = new Pool(server, { connections, pipelining: 1, allowH2: false, connect: { ca } });
  const send = async (method: 'POST' | 'PUT', path: string, body: object): Promise<KubeObject> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await pool.request({ method, path, headers, body: JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`the floor was refused with ${answer.statusCode}: ${text}`);
    return JSON.parse(text) as KubeObject;
  };
  let createMs = 0;
  const { pid } = stage.plane.component('kube-apiserver');
  const before = await processFigures(pid);
  const startedAt = performance.now();
  await eachOf(objects, connections, async (object) => {
    const sentAt = performance.now();
    const secret = await send('POST', `/api/v1/namespaces/${home}/secrets`, secretOf(object));
    createMs += performance.now() - sentAt;
    const path = `/apis/${apiVersionOf(kind)}/namespaces/${home}/${kind.plural}/${object.metadata.name}/status`;
    await send('PUT', path, { ...object, status: statusOf(object, secret) });
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const { cpuSeconds } = await processFigures(pid);
  await pool.close();
  return { seconds, createSeconds: createMs / 1000 / connections, apiServerSeconds: cpuSeconds - before.cpuSeconds };
}

import type { KubeObject } from '@signet/kube/client';
import { Pool } from 'undici';
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
 * For each SealedSecret one create of a Secret and one write of a status, as the controller sends them, over as many plain
 * HTTP/1.1 connections as the controller works with: the least time in which the API server takes the work.
 */
export async function floorOf(stage: Stage, sealed: readonly KubeObject[], connections: number): Promise<Floor> {
  const { server, ca = '', token = '' } = stage.connection;
  const pool = new Pool(server, { connections, pipelining: 1, allowH2: false, connect: { ca } });
  const send = async (method: 'POST' | 'PUT', path: string, body: object): Promise<KubeObject> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await pool.request({ method, path, headers, body: JSON.stringify(body) });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`the floor was refused with ${answer.statusCode}: ${text}`);
    return JSON.parse(text) as KubeObject;
  };
  const value = Buffer.alloc(32, 7).toString('base64');
  let createMs = 0;
  const { pid } = stage.plane.component('kube-apiserver');
  const before = await processFigures(pid);
  const startedAt = performance.now();
  await eachOf(sealed, connections, async (object) => {
    const { name = '', uid = '', generation } = object.metadata;
    const sentAt = performance.now();
    const secret = await send('POST', `/api/v1/namespaces/${home}/secrets`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name,
        namespace: home,
        ownerReferences: [{ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name, uid, controller: true }],
      },
      type: 'Opaque',
      data: { password: value },
    });
    createMs += performance.now() - sentAt;
    await send('PUT', `/apis/bitnami.com/v1alpha1/namespaces/${home}/sealedsecrets/${name}/status`, {
      ...object,
      status: statusOf(secret, generation),
    });
  });
  const seconds = (performance.now() - startedAt) / 1000;
  const { cpuSeconds } = await processFigures(pid);
  await pool.close();
  return { seconds, createSeconds: createMs / 1000 / connections, apiServerSeconds: cpuSeconds - before.cpuSeconds };
}

/** As large as the controller's. */
function statusOf({ metadata: { uid, resourceVersion } }: KubeObject, observedGeneration: number | undefined): object {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const condition = (type: string, status: string): object => ({
    type,
    status,
    lastUpdateTime: time,
    lastTransitionTime: time,
    reason: 'Unsealed',
    observedGeneration,
  });
  const conditions = [['Synced', 'True'] as const, ['Ready', 'True'] as const, ['Reconciling', 'False'] as const];
  return {
    observedGeneration,
    conditions: [...conditions.map(([type, status]) => condition(type, status)), condition('Stalled', 'False')],
    produced: { uid, resourceVersion, scope: 'strict' },
  };
}

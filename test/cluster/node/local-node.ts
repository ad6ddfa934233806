import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Resource } from '@signet/kube/client';
import { isConflict, isNotFound } from '@signet/kube/client';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { ExtraAddress } from '../../control-plane/extra-address.ts';
import { acquireExtraAddress } from '../../control-plane/extra-address.ts';
import type { Container } from './container.ts';
import { startContainer } from './container.ts';
import type { Image } from './image.ts';
import { accountFolder } from './image.ts';
import type { ContainerSpec, Pod } from './pod.ts';
import { environmentOf, portOf } from './pod.ts';

/** What a local node runs. */
export interface LocalNodeOptions {
  readonly plane: ControlPlane;
  /** By the reference that Pods name. Pods of other images stay unscheduled. */
  readonly images: Readonly<Record<string, Image>>;
  /**
   * Further environment of every container, by its Pod's address: Pods share this machine's network, so a process must be told to listen
   * on its own address only.
   */
  readonly environment: (podIp: string) => Readonly<Record<string, string>>;
}

/** A Pod that runs here. */
export interface RunningPod {
  readonly name: string;
  readonly namespace: string;
  readonly ip: string;
  readonly ready: boolean;
  readonly container: Container;
}

/** A node of the cluster on this machine: binds Pods to itself, runs them as processes, probes them, tells their status. */
export interface LocalNode {
  readonly pods: readonly RunningPod[];
  /** Logs of processes that ended without being asked to. */
  readonly crashes: readonly string[];
  /** The end of each container's log, for people. */
  logs(lines?: number): string;
  stop(): Promise<void>;
}

const podKind: Resource<Pod> = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true };
const nodeKind: Resource = { group: '', version: 'v1', plural: 'nodes', kind: 'Node', namespaced: false };
const nodeName = 'local';

interface Running {
  readonly pod: Pod;
  readonly address: ExtraAddress;
  container: Container;
  ready: boolean | undefined;
  restarts: number;
}

/**
 * Starts a node. It plays the kubelet's part as far as a Deployment needs it: scheduling, the container (see {@link startContainer}), a
 * token bound to the Pod, readiness probes, restarts, and orderly ends. Everything else is the real thing: the Deployment's
 * controllers make the Pods, and the endpoints controller makes the Endpoints of Services from them.
 */
export async function startLocalNode(options: LocalNodeOptions): Promise<LocalNode> {
  const node = new Node(options);
  await node.register();
  const stop = new AbortController();
  const running = node.run(stop.signal);
  return {
    get pods() {
      return node.pods();
    },
    crashes: node.crashes,
    logs: (lines = 40) => node.logs(lines),
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

class Node {
  readonly #options: LocalNodeOptions;
  readonly #client: Client;
  readonly #running = new Map<string, Running>();
  readonly crashes: string[] = [];

  constructor(options: LocalNodeOptions) {
    this.#options = options;
    this.#client = options.plane.admin;
  }

  async register(): Promise<void> {
    await this.#client.create(nodeKind, { metadata: { name: nodeName, labels: { 'kubernetes.io/hostname': nodeName } } });
  }

  pods(): RunningPod[] {
    return [...this.#running.values()].map(({ pod: { metadata }, address, ready, container }) => ({
      name: metadata.name,
      namespace: metadata.namespace,
      ip: address.address,
      ready: ready ?? false,
      container,
    }));
  }

  logs(lines: number): string {
    return this.pods()
      .map(({ name, container }) => `--- ${name}\n${container.process.logs(lines)}`)
      .join('\n');
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#look();
      } catch (error) {
        // The API server is away, or somebody was faster: look again.
        if (!signal.aborted) this.#complain(error);
      }
      await sleep(75, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all([...this.#running.values()].map((running) => this.#end(running, 0)));
  }

  #complain(error: unknown): void {
    if (isConflict(error) || isNotFound(error)) return;
    console.error('local node:', error);
  }

  async #look(): Promise<void> {
    const seen = new Set<string>();
    for await (const page of this.#client.list(podKind)) {
      for (const pod of page.items) {
        seen.add(pod.metadata.uid);
        await this.#sync(pod);
      }
    }
    for (const [uid, running] of this.#running) if (!seen.has(uid)) await this.#end(running, 0);
  }

  async #sync(pod: Pod): Promise<void> {
    const [spec] = pod.spec.containers;
    const image = spec && this.#options.images[spec.image];
    if (!spec || !image) return;
    const running = this.#running.get(pod.metadata.uid);
    if (pod.metadata.deletionTimestamp !== undefined) return this.#remove(pod, running);
    if (pod.spec.nodeName === undefined) return this.#bind(pod);
    if (!running) return this.#begin(pod, spec, image);
    if (running.container.process.ending) return this.#restart(running, spec, image);
    const ready = await isReady(spec, running.address.address);
    if (ready !== running.ready) await this.#tell(running, spec, ready);
  }

  async #bind({ metadata: { namespace, name } }: Pod): Promise<void> {
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target: { kind: 'Node', name: nodeName } };
    await this.#post(`/api/v1/namespaces/${namespace}/pods/${name}/binding`, binding);
  }

  async #begin(pod: Pod, spec: ContainerSpec, image: Image): Promise<void> {
    const address = await acquireExtraAddress();
    const container = await this.#start(pod, spec, image, address.address);
    const running: Running = { pod, address, container, ready: undefined, restarts: 0 };
    this.#running.set(pod.metadata.uid, running);
    await this.#tell(running, spec, false);
  }

  async #restart(running: Running, spec: ContainerSpec, image: Image): Promise<void> {
    const { name } = running.pod.metadata;
    this.crashes.push(
      `${name} ended with ${JSON.stringify(running.container.process.ending)}\n${running.container.process.logs(40)}`,
    );
    await running.container.stop();
    running.container = await this.#start(running.pod, spec, image, running.address.address);
    running.restarts += 1;
    await this.#tell(running, spec, false);
  }

  async #start(pod: Pod, spec: ContainerSpec, image: Image, ip: string): Promise<Container> {
    const { plane } = this.#options;
    const uid = spec.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? image.uid;
    if (pod.spec.securityContext?.runAsNonRoot === true && uid === 0)
      throw new Error(`Pod ${pod.metadata.name} must not run as root`);
    // The admission plugin adds the mount; without it there is no token.
    const mounts = (spec.volumeMounts ?? []).some(({ mountPath }) => mountPath === accountFolder);
    const server = new URL(plane.server);
    return startContainer({
      name: pod.metadata.name,
      image,
      uid,
      command: spec.command,
      args: spec.args,
      env: {
        KUBERNETES_SERVICE_HOST: server.hostname,
        KUBERNETES_SERVICE_PORT: server.port,
        ...this.#options.environment(ip),
        ...environmentOf(pod, spec, ip),
      },
      account: mounts ? { token: await this.#token(pod), 'ca.crt': plane.ca, namespace: pod.metadata.namespace } : undefined,
      readOnlyRoot: spec.securityContext?.readOnlyRootFilesystem === true,
    });
  }

  async #token({ metadata: { namespace, name, uid }, spec: { serviceAccountName } }: Pod): Promise<string> {
    const answer = await this.#post(`/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccountName}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3607, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid } },
    });
    return (answer as { status: { token: string } }).status.token;
  }

  async #tell(running: Running, spec: ContainerSpec, ready: boolean): Promise<void> {
    const { pod, address, restarts } = running;
    const { name, namespace } = pod.metadata;
    const since = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
    const truth = (value: boolean): string => (value ? 'True' : 'False');
    const status = {
      phase: 'Running',
      hostIP: address.address,
      podIP: address.address,
      podIPs: [{ ip: address.address }],
      startTime: since,
      conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
        type,
        status: truth(ready || type === 'PodScheduled' || type === 'Initialized'),
        lastTransitionTime: since,
      })),
      containerStatuses: [
        {
          name: spec.name,
          image: spec.image,
          imageID: spec.image,
          ready,
          started: true,
          restartCount: restarts,
          state: { running: { startedAt: since } },
        },
      ],
    };
    await this.#client.patch(
      podKind,
      { namespace, name },
      { metadata: { uid: pod.metadata.uid }, status },
      { type: 'merge', subresource: 'status' },
    );
    running.ready = ready;
  }

  async #remove(pod: Pod, running: Running | undefined): Promise<void> {
    const grace = pod.metadata['deletionGracePeriodSeconds'];
    if (running) await this.#end(running, (typeof grace === 'number' ? grace : 30) * 1000);
    const { name, namespace, uid } = pod.metadata;
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } };
    await this.#request('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`, body);
  }

  async #end(running: Running, graceMs: number): Promise<void> {
    this.#running.delete(running.pod.metadata.uid);
    await running.container.stop({ graceMs });
    await running.address.release();
  }

  async #post(path: string, body: object): Promise<unknown> {
    return this.#request('POST', path, body);
  }

  async #request(method: 'POST' | 'DELETE', path: string, body: object): Promise<unknown> {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#client.request({ method, path, headers, body: JSON.stringify(body) });
    return JSON.parse(Buffer.from(answer.body).toString('utf8'));
  }
}

async function isReady(spec: ContainerSpec, ip: string): Promise<boolean> {
  const probe = spec.readinessProbe?.httpGet;
  if (!probe) return true;
  try {
    const answer = await fetch(`http://${ip}:${portOf(spec, probe.port)}${probe.path}`, { signal: AbortSignal.timeout(1000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

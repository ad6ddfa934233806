import { randomBytes } from 'node:crypto';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { namespaces, secrets } from '@signet/kube/client';
import { stringify } from 'yaml';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { startControlPlane } from '../../control-plane/control-plane.ts';
import { makeOwnedDirectory } from '../../control-plane/data-directory.ts';
import { PluginProcess, signetKms } from './plugin-process.ts';

/** The name of the provider in EncryptionConfiguration. */
export const providerName = 'signet';

/** A real API server that encrypts Secrets and ConfigMaps into etcd with signet-kms and a key ring. */
export class KmsScene implements AsyncDisposable {
  readonly directory: string;
  readonly plane: ControlPlane;
  plugin: PluginProcess;

  private constructor(directory: string, plane: ControlPlane, plugin: PluginProcess) {
    this.directory = directory;
    this.plane = plane;
    this.plugin = plugin;
  }

  static async start(): Promise<KmsScene> {
    const directory = await makeOwnedDirectory('signet-kms-scene-');
    await chmod(directory, 0o700);
    const at = (file: string): string => join(directory, file);
    const made = await signetKms('key', 'create', `--file=${at('ring.json')}`);
    if (made.code !== 0) throw new Error(made.output);
    await writeFile(
      at('signet-kms.yaml'),
      stringify({
        provider: providerName,
        cluster: 'test',
        socket: { path: at('kms.sock') },
        http: '127.0.0.1:0',
        key: { local: { file: at('ring.json') } },
        watch: { intervalSeconds: 1, retrySeconds: 1 },
        audit: { file: at('audit.log') },
      }),
    );
    await writeFile(
      at('encryption.yaml'),
      stringify({
        apiVersion: 'apiserver.config.k8s.io/v1',
        kind: 'EncryptionConfiguration',
        resources: [
          {
            resources: ['secrets', 'configmaps'],
            providers: [
              { kms: { apiVersion: 'v2', name: providerName, endpoint: `unix://${at('kms.sock')}`, timeout: '3s' } },
              { identity: {} },
            ],
          },
        ],
      }),
    );
    const plugin = await PluginProcess.start(at('signet-kms.yaml'));
    const plane = await startControlPlane({
      controllerManager: false,
      apiServerFlags: [`--encryption-provider-config=${at('encryption.yaml')}`],
    });
    await plane.admin.create(namespaces, { metadata: { name: 'web' } });
    return new KmsScene(directory, plane, plugin);
  }

  /** A path inside the scene's directory. */
  at(file: string): string {
    return join(this.directory, file);
  }

  /** Starts the plugin again, after it was stopped. */
  async startPlugin(): Promise<void> {
    this.plugin = await PluginProcess.start(this.at('signet-kms.yaml'));
  }

  /** Replaces a file at once, as a configuration manager does. */
  async replaceFile(file: string, text: string): Promise<void> {
    const temporary = this.at(`.${randomBytes(4).toString('hex')}`);
    await writeFile(temporary, text, { mode: 0o600 });
    await rename(temporary, this.at(file));
  }

  /** Makes a Secret in namespace `web` with one value. */
  async create(name: string, value: string): Promise<void> {
    await this.plane.admin.create(secrets, {
      metadata: { name, namespace: 'web' },
      data: { password: Buffer.from(value).toString('base64') },
    });
  }

  /** The value of a Secret, through the API server. */
  async read(name: string): Promise<string> {
    const { data } = await this.plane.admin.get(secrets, { namespace: 'web', name });
    return Buffer.from(data?.['password'] ?? '', 'base64').toString();
  }

  /** Writes a Secret back as it is: the API server encrypts it anew when its key is another one. */
  async rewrite(name: string): Promise<void> {
    await this.plane.admin.replace(secrets, await this.plane.admin.get(secrets, { namespace: 'web', name }));
  }

  /** What etcd has of a Secret, bytes as Latin-1. */
  async stored(name: string): Promise<string> {
    return Buffer.from((await this.plane.stored(`/registry/secrets/web/${name}`)) ?? []).toString('latin1');
  }

  /** What the API server says when it is asked whether the plugin is well. */
  async health(): Promise<string> {
    const { body } = await this.plane.admin.request({ method: 'GET', path: '/healthz/kms-providers', raw: true, retries: 0 });
    return Buffer.from(body).toString();
  }

  async diagnostics(): Promise<string> {
    return `--- signet-kms\n${this.plugin.logs(60)}\n${await this.plane.diagnostics()}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.plane.stop();
    await this.plugin.stop({ graceMs: 0 });
    await rm(this.directory, { recursive: true, force: true });
  }
}

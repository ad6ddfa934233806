import { sealedSecretCrd, sealedSecretKind } from '@signet/api';
import type { SealedSecretStatus } from '@signet/api';
import { secrets } from '@signet/kube/client';
import { readCertificate, seal } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import type { Plaintext } from './promised.ts';
import { eventually, ground, home, namespace, World } from './world.ts';

const activeKeys = 'sealedsecrets.bitnami.com/sealed-secrets-key=active';

/** A world whose person writes SealedSecrets. */
export class SealedWorld extends World {
  #certificate: SealingCertificate | undefined;

  static async start(): Promise<SealedWorld> {
    return new SealedWorld(await ground([sealedSecretCrd()]));
  }

  /** Takes the certificate to seal with from a controller. */
  async trust(controllerUrl: string): Promise<void> {
    this.#certificate = readCertificate(await (await fetch(`${controllerUrl}/v1/cert.pem`)).text());
  }

  /** Takes the certificate from the key that a controller has stored, as soon as there is one. */
  async trustStoredKey(): Promise<void> {
    const stored = async (): Promise<string | undefined> => {
      for await (const { items } of this.client.list(secrets, { namespace: home, labelSelector: activeKeys }))
        for (const { data } of items) return Buffer.from(data?.['tls.crt'] ?? '', 'base64').toString();
      return undefined;
    };
    this.#certificate = readCertificate((await eventually(stored, (pem) => pem !== undefined, 'there is a key')) as string);
  }

  /** Seals and writes the next generation; goes on until it is written. */
  async write(name: string, plaintext: Plaintext): Promise<void> {
    const encryptedData = await this.sealed(name, plaintext);
    this.promised.asks(name, plaintext);
    const attempt = async (): Promise<void> => {
      const live = await this.find(sealedSecretKind, name);
      if (live) await this.client.replace(sealedSecretKind, { ...live, spec: { encryptedData } });
      else await this.post(name, encryptedData);
    };
    await this.insist(attempt, `${name} can be written`);
  }

  /** Seals and creates, once. */
  async create(name: string, plaintext: Plaintext): Promise<void> {
    const encryptedData = await this.sealed(name, plaintext);
    this.promised.asks(name, plaintext);
    await this.post(name, encryptedData);
  }

  /** Creates a SealedSecret of items that are sealed already. */
  async post(name: string, encryptedData: Readonly<Record<string, string>>): Promise<void> {
    const metadata = { name, namespace };
    await this.client.create(sealedSecretKind, {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata,
      spec: { encryptedData },
    });
  }

  async sealed(name: string, plaintext: Plaintext): Promise<Record<string, string>> {
    const certificate = this.#certificate;
    if (!certificate) throw new Error('no certificate yet: call trust() first');
    const items = Object.entries(plaintext).map(async ([key, text]): Promise<[string, string]> => {
      return [key, await seal(new TextEncoder().encode(text), certificate, { scope: 'strict', namespace, name })];
    });
    return Object.fromEntries(await Promise.all(items));
  }

  protected override async untold(name: string): Promise<string | undefined> {
    const object = await this.find(sealedSecretKind, name);
    const status = object?.['status'] as SealedSecretStatus | undefined;
    const synced = status?.conditions?.find((condition) => condition.type === 'Synced');
    const isTold = synced?.status === 'True' && status?.observedGeneration === object?.metadata.generation;
    return isTold ? undefined : `${name}: generation ${object?.metadata.generation}, status ${JSON.stringify(status)}`;
  }
}

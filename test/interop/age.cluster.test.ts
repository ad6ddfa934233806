// Backups of sealing keys against the reference implementation of age: what signet writes, age opens; what age writes, signet opens.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { main } from '@signet/cli';
import type { Io } from '@signet/cli';
import { keySecret } from '@signet/controller/sealing-keys';
import { createClient, secrets } from '@signet/kube/client';
import type { Secret } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import type { Sandbox } from '@signet/kube-sandbox';
import { generateSealingKey } from '@signet/sealing';
import type { GeneratedKey } from '@signet/sealing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { AgeOracle } from './age-oracle.ts';
import { hasGo } from './go-oracle.ts';
import { needing } from './needing.ts';

const passphrase = 'päßphrase with 三 scripts';
/** Protects nothing. */
const identity = 'AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0';

needing('Go', hasGo(), () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-age-'));
  const file = (name: string): string => path.join(folder, name);
  const age = new AgeOracle();
  const recipient = Buffer.from(age.ask({ ask: 'recipient', bytes: new Uint8Array(), keys: [identity] })).toString();
  let sandbox: Sandbox;
  let key: GeneratedKey;
  beforeAll(async () => {
    sandbox = await startSandbox();
    key = await generateSealingKey({ bits: 2048 });
    writeFileSync(file('kubeconfig'), sandbox.kubeconfig());
    writeFileSync(file('identity'), identity);
    writeFileSync(file('passphrase'), `${passphrase}\n`);
    const client = createClient(sandbox.connection());
    const place = { namespace: 'kube-system', prefix: 'sealed-secrets-key', labels: {}, annotations: {} };
    await client.create<Secret>(secrets, keySecret(key, place));
    await client.close();
  });
  afterAll(async () => {
    age.stop();
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  async function signet(...args: string[]): Promise<{ code: number; out: string; said: string }> {
    const [out, said]: [string[], string[]] = [[], []];
    const io: Io = {
      env: { KUBECONFIG: file('kubeconfig') },
      signal: new AbortController().signal,
      stdinIsTty: false,
      stderrIsTty: false,
      columns: 0,
      readStdin: async () => new Uint8Array(),
      out: async (text) => void out.push(Buffer.from(text).toString()),
      say: (text) => void said.push(text),
      now: () => new Date(),
    };
    return { code: await main('signet', args, io), out: out.join(''), said: said.join('') };
  }

  const ways = [
    // how signet is told                      what age needs
    [
      'a passphrase',
      ['--passphrase-file', file('passphrase')],
      ['--passphrase-file', file('passphrase')],
      { passphrase },
      { passphrase },
    ],
    ['a recipient', ['-r', recipient], ['-i', file('identity')], { keys: [identity] }, { keys: [recipient] }],
  ] as const;

  for (const [what, writing, opening, open, lock] of ways) {
    test.each([false, true])(`a backup for ${what} opens with age; armored: %s`, async (armor) => {
      const backup = file(`${what}-${armor}.age`);
      const made = await signet('keys', 'backup', '-w', backup, ...writing, ...(armor ? ['--armor'] : []));
      expect(made, made.said).toMatchObject({ code: 0 });
      const plain = age.ask({ ask: 'open', bytes: readFileSync(backup), ...open, armor });
      const list = parse(Buffer.from(plain).toString()) as { apiVersion: string; kind: string; items: Secret[] };
      expect(list).toMatchObject({ apiVersion: 'v1', kind: 'List' });
      expect(list.items.map(({ data }) => Buffer.from(data?.['tls.key'] ?? '', 'base64').toString())).toEqual([key.privateKeyPem]);
    });

    test.each([false, true])(`what age locks for ${what} opens here; armored: %s`, async (armor) => {
      const plaintext = file('plain.yaml');
      await signet('keys', 'backup', '-w', plaintext, '--plaintext', '--force');
      const locked = file(`${what}-of-age-${armor}`);
      writeFileSync(locked, age.ask({ ask: 'lock', bytes: readFileSync(plaintext), ...lock, armor }));
      const opened = await signet('keys', 'verify', locked, ...opening);
      expect(opened, opened.said).toMatchObject({ code: 0 });
      expect(opened.out).toContain(key.id);
    });
  }
});

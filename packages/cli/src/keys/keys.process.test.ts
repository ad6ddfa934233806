// Source of the cases: users of sealed-secrets lose keys with their clusters (the first of their complaints); acceptance of keys:
// section Keys of the peer's checklist; promise 12: keys are never lost.
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { keyLabel, keySecret } from '@signet/controller/sealing-keys';
import { secrets } from '@signet/kube/client';
import { generateSealingKey, readCertificate } from '@signet/sealing';
import type { GeneratedKey } from '@signet/sealing';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runMain, startKeyCluster } from './testing/key-cluster.ts';
import type { KeyCluster, Ran } from './testing/key-cluster.ts';

const hour = 3_600_000;
const passphrase = 'correct horse battery staple';
const locked = { env: { SIGNET_PASSPHRASE: passphrase } };
let recipient: string;
const place = { namespace: 'kube-system', prefix: 'mykey', labels: { team: 'a' }, annotations: { note: 'b' } };
let cluster: KeyCluster;
let older: GeneratedKey;
let bad: GeneratedKey;
beforeAll(async () => {
  cluster = await startKeyCluster();
  const identity = await generateX25519Identity();
  writeFileSync(cluster.path('identity'), `# made for this test\n${identity}\n`);
  recipient = await identityToRecipient(identity);
  older = await generateSealingKey({ bits: 2048, now: new Date(Date.now() - 48 * hour) });
  bad = await generateSealingKey({ bits: 2048, now: new Date(Date.now() - 24 * hour) });
  await cluster.client.create(secrets, named('older', keySecret(older, place)));
  const compromised = keySecret(bad, place);
  await cluster.client.create(secrets, {
    ...named('bad', compromised),
    metadata: { name: 'bad', namespace: 'kube-system', labels: { [keyLabel]: 'compromised' } },
  });
});
afterAll(async () => cluster.stop());

type Secret = ReturnType<typeof keySecret>;
function named(name: string, { metadata, ...secret }: Secret): Secret {
  const { labels = {}, annotations = {}, namespace = '' } = metadata;
  return { ...secret, metadata: { name, namespace, labels, annotations } };
}
interface Row {
  readonly name: string;
  readonly fingerprint: string;
  readonly state: string;
  readonly seals: boolean;
  readonly problem: string | null;
}
async function list(): Promise<Row[]> {
  return (JSON.parse((await cluster.signet(['keys', 'list', '-o', 'json'])).out) as { keys: Row[] }).keys;
}
async function served(): Promise<string> {
  return readCertificate(await (await fetch(`${cluster.controller.url}/v1/cert.pem`)).text()).fingerprint;
}

describe('keys list', () => {
  test('newest first, with state, and which one seals', async () => {
    const { code, out, said } = await cluster.signet(['keys', 'list']);
    expect({ code, said }).toEqual({ code: 0, said: '' });
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^NAME +FINGERPRINT +CREATED +NOT BEFORE +NOT AFTER +STATE$/);
    expect(lines[1]).toMatch(/^sealed-secrets-key.{5} +SHA256:\S+ .* active seals$/);
    expect(lines[1]).toContain(await served());
    expect(lines[2]).toMatch(/^bad +SHA256:\S+ .* compromised$/);
    expect(lines[3]).toMatch(/^older +SHA256:\S+ .* active$/);
    const yaml = parse((await cluster.signet(['keys', 'list', '-o', 'yaml'])).out) as { keys: Row[] };
    expect(yaml).toEqual({ keys: await list() });
    expect((await list()).map(({ name, seals, fingerprint }) => [name, seals, fingerprint]).slice(1)).toEqual([
      ['bad', false, bad.id],
      ['older', false, older.id],
    ]);
  });

  test('a broken key is listed with its reason; a legacy one by its name; the private key is nowhere', async () => {
    const mixed = keySecret({ privateKeyPem: older.privateKeyPem, certificatePem: bad.certificatePem }, place);
    await cluster.client.create(secrets, named('mixed', mixed));
    const old = await generateSealingKey({ bits: 2048, now: new Date(Date.now() - 72 * hour) });
    const legacy = named('sealed-secrets-key', keySecret(old, place));
    await cluster.client.create(secrets, { ...legacy, metadata: { name: 'sealed-secrets-key', namespace: 'kube-system' } });
    const rows = await list();
    expect(rows.find(({ name }) => name === 'mixed')).toMatchObject({ state: 'broken', fingerprint: bad.id });
    expect(rows.find(({ name }) => name === 'mixed')?.problem).toMatch(/./);
    expect(rows.find(({ name }) => name === 'sealed-secrets-key')).toMatchObject({ state: 'legacy', fingerprint: old.id });
    expect((await cluster.signet(['keys', 'list', '-o', 'json'])).out).not.toContain('PRIVATE');
    for (const name of ['mixed', 'sealed-secrets-key']) await cluster.client.delete(secrets, { namespace: 'kube-system', name });
  });

  test('a namespace without keys is an error that says where to look', async () => {
    const { code, out, said } = await cluster.signet(['keys', 'list', '--controller-namespace=spare']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(said).toContain('SIGNET_KEYS_NONE');
  });
});

describe('keys backup with a passphrase', () => {
  const backup = (): string => cluster.path('keys.age');

  test('an encrypted file for its owner only, read back; nothing of a key in it or in what is said', async () => {
    const ran = await cluster.signet(['keys', 'backup', '-w', backup()], locked);
    expect({ code: ran.code, out: ran.out }).toEqual({ code: 0, out: '' });
    expect(ran.said).toContain('note: bad is left out: it is marked compromised; --all takes it too\n');
    expect(ran.said).toContain(older.id);
    expect(ran.said).toContain(await served());
    expect(ran.said).not.toContain(bad.id);
    expect(statSync(backup()).mode & 0o777).toBe(0o600);
    const text = readFileSync(backup(), 'latin1');
    expect(text).toMatch(/^age-encryption\.org\/v1\n-> scrypt \S{22} 18\n/);
    expect(text + ran.said).not.toMatch(/PRIVATE KEY|tls\.key|LS0tLS1CRUdJTi/);
    expect(readdirSync(cluster.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a file that is there stays, unless --force says otherwise', async () => {
    const before = readFileSync(backup());
    const refused = await cluster.signet(['keys', 'backup', '-w', backup()], locked);
    expect(refused.code).toBe(1);
    expect(refused.said).toContain('SIGNET_KEYS_FILE_EXISTS');
    expect(readFileSync(backup())).toEqual(before);
    chmodSync(backup(), 0o644);
    expect((await cluster.signet(['keys', 'backup', '-w', backup(), '--force', '-r', recipient])).code).toBe(0);
    expect(readFileSync(backup())).not.toEqual(before);
    expect(statSync(backup()).mode & 0o777).toBe(0o600);
    writeFileSync(backup(), before);
  });

  test('verify opens it and compares with certificates and with the cluster', async () => {
    writeFileSync(cluster.path('older.pem'), older.certificatePem);
    writeFileSync(cluster.path('bad.pem'), bad.certificatePem);
    const good = await cluster.signet(['keys', 'verify', backup(), '--cert', cluster.path('older.pem'), '--cluster'], locked);
    expect(good).toMatchObject({
      code: 0,
      said: '2 keys, every pair whole, and each of the 3 that were asked for is among them\n',
    });
    const lacking = await cluster.signet(['keys', 'verify', backup(), '--cert', cluster.path('bad.pem')], locked);
    expect(lacking.code).toBe(1);
    expect(lacking.said).toContain(`the backup does not hold the key ${bad.id} of ${cluster.path('bad.pem')}`);
  });

  test('a wrong passphrase, a changed byte and a cut file are refused, and look alike', async () => {
    const wrong = await cluster.signet(['keys', 'verify', backup()], { env: { SIGNET_PASSPHRASE: 'correct horse battery' } });
    const bytes = readFileSync(backup());
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    writeFileSync(cluster.path('changed.age'), bytes);
    writeFileSync(cluster.path('cut.age'), bytes.subarray(0, bytes.length - 9));
    const others = ['changed.age', 'cut.age'].map(async (name) => cluster.signet(['keys', 'verify', cluster.path(name)], locked));
    for (const ran of [wrong, ...(await Promise.all(others))]) {
      expect(ran).toMatchObject({ code: 1, out: '' });
      expect(ran.said).toContain('SIGNET_KEYS_CANNOT_OPEN');
    }
  });
});

describe('keys restore', () => {
  const backup = (): string => cluster.path('restore.age');
  const restore = async (...args: string[]): Promise<Ran> =>
    cluster.signet(['keys', 'restore', backup(), '-i', cluster.path('identity'), ...args]);
  beforeAll(async () => void (await cluster.signet(['keys', 'backup', '-w', backup(), '-r', recipient])));

  test('restore creates what is missing, and nothing at the second time', async () => {
    const before = await cluster.secrets();
    const lost = before.find(({ metadata }) => metadata.name === 'older');
    await cluster.client.delete(secrets, { namespace: 'kube-system', name: 'older' });
    const dry = await restore('--dry-run');
    expect(dry).toMatchObject({ code: 0, out: '' });
    expect(dry.said).toMatch(/older +active +create \(missing\)\n[\s\S]*dry run: 1 of 2 would be created\n$/);
    expect((await cluster.secrets()).length).toBe(before.length - 1);

    const ran = await restore();
    expect(ran.said).toMatch(/created older\n1 of 2 created, the others are there\n$/);
    const back = (await cluster.secrets()).find(({ metadata }) => metadata.name === 'older');
    expect(back?.data).toEqual(lost?.data);
    expect(back?.type).toBe('kubernetes.io/tls');
    expect(back?.metadata).toMatchObject({ labels: { [keyLabel]: 'active', team: 'a' }, annotations: { note: 'b' } });
    const again = await restore();
    expect(again.said).toMatch(/0 of 2 created, the others are there\n$/);
  });

  test('another key under the name is never replaced: the restored one gets a new name', async () => {
    await cluster.client.delete(secrets, { namespace: 'kube-system', name: 'older' });
    const stranger = await generateSealingKey({ bits: 2048, now: new Date(Date.now() - 90 * hour) });
    await cluster.client.create(secrets, named('older', keySecret(stranger, place)));
    const ran = await restore();
    expect(ran.said).toContain('create under a new name (another Secret is named older)');
    const rows = await list();
    expect(rows.find(({ name }) => name === 'older')?.fingerprint).toBe(stranger.id);
    expect(rows.find(({ fingerprint }) => fingerprint === older.id)).toMatchObject({
      name: expect.stringMatching(/^sealed-secrets-key.{5}$/),
      state: 'active',
    });
    expect((await restore()).said).toMatch(/0 of 2 created/);
    await cluster.client.delete(secrets, { namespace: 'kube-system', name: 'older' });
  });

  test('into another namespace; a key that is newer than all others is announced', async () => {
    await cluster.client.create(
      secrets,
      named('ancient', {
        ...keySecret(await generateSealingKey({ bits: 2048, now: new Date(Date.now() - 900 * hour) }), place),
        metadata: { namespace: 'spare', labels: { [keyLabel]: 'active' } },
      }),
    );
    const ran = await restore('--controller-namespace=spare');
    expect(ran.said).toMatch(
      /note: sealed-secrets-key.{5} is newer than every key of the cluster: the controller will seal with it\n/,
    );
    expect(ran.said).toMatch(/2 of 2 created\n$/);
  });
});

describe('keys backup for a recipient', () => {
  test('opens with the identity only; text with --armor', async () => {
    writeFileSync(cluster.path('other'), await generateX25519Identity());
    writeFileSync(cluster.path('recipients'), `\n# the safe\n${recipient}\n`);
    const file = cluster.path('recipient.age');
    const made = await cluster.signet([
      'keys',
      'backup',
      '-w',
      file,
      '--recipients-file',
      cluster.path('recipients'),
      '--all',
      '-a',
    ]);
    expect(made).toMatchObject({ code: 0, out: '' });
    expect(made.said).toContain(bad.id);
    expect(readFileSync(file, 'utf8')).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----\n/);
    const opened = await cluster.signet(['keys', 'verify', '-i', cluster.path('identity'), file]);
    expect(opened.code).toBe(0);
    expect(opened.out).toMatch(/^bad +SHA256:\S+ .* compromised$/m);
    const closed = await cluster.signet(['keys', 'verify', '-i', cluster.path('other'), file]);
    expect(closed.said).toContain('SIGNET_KEYS_CANNOT_OPEN');
    expect((await cluster.signet(['keys', 'verify', file])).said).toContain('SIGNET_KEYS_NO_IDENTITY');
  });

  test('a private key in the place of a recipient is refused and not repeated', async () => {
    const identity = await generateX25519Identity();
    const file = cluster.path('never.age');
    const ran = await cluster.signet(['keys', 'backup', '-w', file, '-r', identity]);
    expect(ran.code).toBe(1);
    expect(ran.said).toContain('holds a private key where a recipient belongs');
    expect(ran.said).not.toContain(identity.slice(16));
    expect(existsSync(file)).toBe(false);
  });
});

describe('what is refused before anything is written', () => {
  test.each([
    [['-w', 'x.age'], {}, 'SIGNET_KEYS_NO_PASSPHRASE'],
    [['-w', 'x.age'], { SIGNET_PASSPHRASE: 'short' }, 'SIGNET_KEYS_PASSPHRASE_SHORT'],
    [['-w', '-'], { SIGNET_PASSPHRASE: passphrase }, 'SIGNET_KEYS_UNSAFE_TARGET'],
    [['-w', 'x.age', '-r', 'age1zz'], {}, 'SIGNET_KEYS_RECIPIENT'],
    [['-w', 'x.age', '--plaintext', '--passphrase-file', 'p'], {}, 'SIGNET_CLI_USAGE'],
    [[], {}, 'SIGNET_CLI_USAGE'],
  ] as const)('backup %j', async (args, env, code) => {
    const inFolder = args.map((argument) => (argument === 'x.age' ? cluster.path('x.age') : argument));
    const ran = await cluster.signet(['keys', 'backup', ...inFolder], { env });
    expect(ran.said).toContain(code);
    expect(existsSync(cluster.path('x.age'))).toBe(false);
  });
});

describe('keys backup --plaintext', () => {
  test('warns, and kubeseal --recovery-unseal opens with it', async () => {
    const manifest = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: web}\nstringData: {a: "canary"}\n';
    const sealed = await cluster.signet(['seal', '-'], { input: manifest });
    expect(sealed.code).toBe(0);
    const file = cluster.path('keys.yaml');
    const ran = await cluster.signet(['keys', 'backup', '-w', file, '--plaintext']);
    expect(ran.code).toBe(0);
    expect(ran.said).toMatch(/^note: bad .*\nwarning: --plaintext/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const list = parse(readFileSync(file, 'utf8')) as { apiVersion: string; kind: string; items: { metadata: object }[] };
    expect(list).toMatchObject({ apiVersion: 'v1', kind: 'List' });
    for (const { metadata } of list.items)
      expect(Object.keys(metadata).filter((key) => !['name', 'namespace', 'labels', 'annotations'].includes(key))).toEqual([]);
    const opened = await runMain(
      'kubeseal',
      ['--recovery-unseal', '--recovery-private-key', file, '-o', 'yaml'],
      {},
      { input: sealed.out },
    );
    expect(opened.code).toBe(0);
    expect(opened.out).toContain(Buffer.from('canary').toString('base64'));
  });

  test('a broken pair in a backup is told, and the whole ones are restored', async () => {
    const file = cluster.path('keys.yaml');
    const good = await generateSealingKey({ bits: 2048, now: new Date(Date.now() - 50 * hour) });
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        named('mixed', keySecret({ privateKeyPem: good.privateKeyPem, certificatePem: bad.certificatePem }, place)),
        named('whole', keySecret(good, place)),
      ],
    };
    writeFileSync(file, JSON.stringify(list));
    const ran = await cluster.signet(['keys', 'restore', file]);
    expect(ran.code).toBe(1);
    expect(ran.said).toContain('created whole\n');
    expect(ran.said).toContain('the key "mixed" of the backup cannot be used');
    expect((await cluster.secrets()).filter(({ metadata }) => metadata.name === 'mixed')).toEqual([]);
  });
});

describe('keys renew and retire', () => {
  test('a new key seals when the command is done, and is like one of the controller', async () => {
    const before = await served();
    const ran = await cluster.signet([
      'keys',
      'renew',
      '--bits=2048',
      '--valid-for=8760h',
      '--label=team=b',
      '--annotation=why=test',
    ]);
    expect(ran.code).toBe(0);
    const [, name = '', fingerprint = ''] = /^(\S+) {2}(SHA256:\S+)\n$/.exec(ran.out) ?? [];
    expect(fingerprint).not.toBe(before);
    expect(await served()).toBe(fingerprint);
    const stored = (await cluster.secrets()).find(({ metadata }) => metadata.name === name);
    expect(stored?.metadata).toMatchObject({
      name: expect.stringMatching(/^sealed-secrets-key.{5}$/),
      labels: { [keyLabel]: 'active', team: 'b' },
      annotations: { why: 'test' },
    });
    const certificate = readCertificate(Buffer.from(stored?.data?.['tls.crt'] ?? '', 'base64'));
    expect(certificate.notAfter.getTime() - certificate.notBefore.getTime()).toBe(8760 * hour);
    expect((await list())[0]).toMatchObject({ name, seals: true });
  });

  test('a controller that is not there is told before a key is made', async () => {
    const before = (await cluster.secrets()).length;
    const ran = await cluster.signet(['keys', 'renew', '--bits=2048', '--controller-name=nobody']);
    expect(ran.code).toBe(3);
    expect((await cluster.secrets()).length).toBe(before);
    expect((await cluster.signet(['keys', 'renew', '--bits=2048', '--valid-for=soon'])).said).toContain('SIGNET_KEYS_DURATION');
  });

  test('retire: the newest never; another one only when it is confirmed; then it opens no longer', async () => {
    const rows = await list();
    const [newest, second] = rows.filter(({ state }) => state === 'active');
    expect((await cluster.signet(['keys', 'retire', newest?.name ?? '', '--yes'])).said).toContain('SIGNET_KEYS_NEWEST');
    expect((await cluster.signet(['keys', 'retire', 'nobody', '--yes'])).said).toContain('SIGNET_KEYS_UNKNOWN');
    const asked = await cluster.signet(['keys', 'retire', second?.fingerprint ?? '']);
    expect(asked.said).toContain('SIGNET_KEYS_NOT_CONFIRMED');
    expect((await list()).find(({ name }) => name === second?.name)?.state).toBe('active');
    const done = await cluster.signet(['keys', 'retire', second?.fingerprint ?? '', '--yes']);
    expect(done.code).toBe(0);
    expect((await list()).find(({ name }) => name === second?.name)).toMatchObject({ state: 'compromised' });
    expect((await cluster.signet(['keys', 'retire', second?.name ?? '', '--yes'])).said).toBe(
      `${second?.name} is retired already\n`,
    );
  });
});

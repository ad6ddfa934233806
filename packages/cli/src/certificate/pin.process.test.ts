// What pins promise: a substituted certificate seals nothing, in any command; a renewed one is taken up with one command that asks the
// cluster; without a file of pins nothing changes.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { generateSealingKey, readCertificate } from '@signet/sealing';
import type { GeneratedKey } from '@signet/sealing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runMain, startKeyCluster } from '../keys/testing/key-cluster.ts';
import type { KeyCluster, Ran } from '../keys/testing/key-cluster.ts';

const manifest = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: web}\nstringData: {a: canary}\n';
let cluster: KeyCluster;
let attacker: GeneratedKey;
let pins: string;
let own: string;
beforeAll(async () => {
  cluster = await startKeyCluster();
  attacker = await generateSealingKey({ bits: 2048, commonName: 'sealed-secrets' });
  writeFileSync(cluster.path('attacker.pem'), attacker.certificatePem);
  writeFileSync(cluster.path('own.pem'), (await cluster.signet(['cert', 'fetch'])).out);
  own = readCertificate(readFileSync(cluster.path('own.pem'))).fingerprint;
  pins = cluster.path('pins.yaml');
});
afterAll(async () => cluster.stop());

const cert = async (...args: string[]): Promise<Ran> => cluster.signet(['cert', 'pin', '--pins', pins, ...args]);
const kubeseal = async (args: readonly string[], env: Record<string, string>): Promise<Ran> =>
  runMain('kubeseal', args, { KUBECONFIG: cluster.path('kubeconfig'), ...env }, { input: manifest });

describe('without a file of pins', () => {
  test('every certificate seals, as before', async () => {
    expect((await cluster.signet(['seal', '--cert', cluster.path('attacker.pem'), '-'], { input: manifest })).code).toBe(0);
    expect((await kubeseal(['--cert', cluster.path('attacker.pem')], {})).code).toBe(0);
  });

  test('a file that was named and is not there refuses', async () => {
    const ran = await cluster.signet(['seal', '--pins', pins, '-'], { input: manifest });
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.said).toContain('SIGNET_PIN_UNREADABLE');
    expect((await cert()).said).toContain('SIGNET_PIN_UNREADABLE');
  });
});

describe('cert pin', () => {
  test('--add shows and pins what the cluster serves; a second time nothing changes', async () => {
    const ran = await cert('--add');
    expect(ran).toMatchObject({ code: 0, out: '' });
    expect(ran.said).toContain(`fingerprint  ${own}\n`);
    expect(ran.said).toContain(`${pins}: ${own} is pinned\n`);
    const text = readFileSync(pins, 'utf8');
    expect(text).toContain(`- fingerprint: ${own}\n  controller: kube-system/sealed-secrets-controller\n`);
    expect((await cert('--add')).said).toContain('was pinned already');
    expect(readFileSync(pins, 'utf8')).toBe(text);
    expect((await cert()).out).toMatch(new RegExp(`^FINGERPRINT .*\\n${own.replaceAll('+', '\\+')} +- +kube-system/`));
    expect((await cert('--check')).code).toBe(0);
  });

  test('a certificate that the cluster does not serve is not pinned', async () => {
    const ran = await cert('--add', '--cert', cluster.path('attacker.pem'));
    expect(ran.code).toBe(1);
    expect(ran.said).toContain('SIGNET_PIN_OTHER');
    expect(ran.said).toContain(attacker.id);
    expect(ran.said).toContain(own);
    expect(readFileSync(pins, 'utf8')).not.toContain(attacker.id);
  });

  test('nor one that came over a connection which proves nothing', async () => {
    const trusting = readFileSync(cluster.path('kubeconfig'), 'utf8').replace(
      /certificate-authority-data: .*/,
      'insecure-skip-tls-verify: true',
    );
    writeFileSync(cluster.path('trusting'), trusting);
    const file = cluster.path('unproved.yaml');
    const ran = await cluster.signet(['cert', 'pin', '--add', '--pins', file, '--kubeconfig', cluster.path('trusting')]);
    expect(ran.said).toContain('SIGNET_PIN_UNAUTHENTICATED');
    expect(existsSync(file)).toBe(false);
  });

  test('offline, by a fingerprint that a person has compared', async () => {
    const file = cluster.path('offline.yaml');
    const add = async (...args: string[]): Promise<Ran> =>
      cluster.signet(['cert', 'pin', '--add', '--pins', file, '--kubeconfig', cluster.path('absent'), ...args]);
    expect((await add('--fingerprint', own, '--cert', cluster.path('attacker.pem'))).said).toContain('SIGNET_PIN_OTHER');
    expect((await add('--fingerprint', 'SHA256:x')).code).toBe(2);
    expect((await add('--fingerprint', own, '--cert', cluster.path('own.pem'))).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain(own);
    expect((await cluster.signet(['cert', 'pin', '--pins', file, '--remove', attacker.id])).said).toContain('SIGNET_PIN_NOT_THERE');
    expect((await cluster.signet(['cert', 'pin', '--pins', file, '--remove', own])).code).toBe(0);
    expect(readFileSync(file, 'utf8')).not.toContain(own);
  });
});

describe('with a file of pins', () => {
  const refused = (ran: Ran): void => {
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.said).toContain('SIGNET_PIN_NOT_PINNED');
    expect(ran.said).toContain(attacker.id);
    expect(ran.said).toContain(own);
  };
  const raw = ['raw', '-n', 'web', '--name', 'db'];

  test('a substituted certificate seals nothing, whatever the command', async () => {
    const bad = ['--cert', cluster.path('attacker.pem'), '--pins', pins];
    refused(await cluster.signet(['seal', ...bad, '-'], { input: manifest }));
    refused(await cluster.signet(['seal', ...raw, ...bad], { input: 'canary' }));
    const sealed = (await cluster.signet(['seal', '-o', 'yaml', '-'], { input: manifest })).out;
    writeFileSync(cluster.path('sealed.yaml'), sealed);
    refused(await cluster.signet(['set', cluster.path('sealed.yaml'), 'a', ...bad], { input: 'canary' }));
    expect(readFileSync(cluster.path('sealed.yaml'), 'utf8')).toBe(sealed);
    writeFileSync(cluster.path('attacker.key'), attacker.privateKeyPem);
    const offline = ['--key', cluster.path('attacker.key'), ...bad];
    expect((await cluster.signet(['reseal', cluster.path('sealed.yaml'), ...offline])).said).toContain('SIGNET_PIN_NOT_PINNED');
    refused(await cluster.signet(['edit', cluster.path('sealed.yaml'), ...bad], { env: { EDITOR: 'true' } }));
    expect(readFileSync(cluster.path('sealed.yaml'), 'utf8')).toBe(sealed);
    const env = { SIGNET_PINS: pins };
    refused(await kubeseal(['--cert', cluster.path('attacker.pem')], env));
    refused(await kubeseal(['--cert', cluster.path('attacker.pem'), '--raw', '--from-file=/dev/null', '--name=a', '-n=b'], env));
    refused(await kubeseal(['--cert', cluster.path('attacker.pem'), '--merge-into', cluster.path('sealed.yaml')], env));
    expect(readFileSync(cluster.path('sealed.yaml'), 'utf8')).toBe(sealed);
  });

  test('the pinned one seals, from a file and from the cluster', async () => {
    const good = ['--pins', pins];
    expect((await cluster.signet(['seal', ...good, '-'], { input: manifest })).code).toBe(0);
    expect((await cluster.signet(['seal', ...good, '--cert', cluster.path('own.pem'), '-'], { input: manifest })).code).toBe(0);
    expect((await kubeseal([], { SIGNET_PINS: pins })).code).toBe(0);
    expect((await kubeseal(['--cert', cluster.path('own.pem')], { SIGNET_PINS: pins })).code).toBe(0);
    expect((await kubeseal(['--fetch-cert'], { SIGNET_PINS: pins })).code).toBe(0);
  });

  test('cert show says whether it is pinned', async () => {
    const shown = await cluster.signet(['cert', 'show', cluster.path('attacker.pem'), '--pins', pins]);
    expect(shown.out).toMatch(/\nsubject {6}CN=sealed-secrets\n/);
    expect(shown.out).toContain(`pinned       NO (${pins})\n`);
    const json = await cluster.signet(['cert', 'show', '-o', 'json', '--pins', pins]);
    expect(JSON.parse(json.out)).toMatchObject({ fingerprint: own, subject: '', bits: 2048, expired: false, pinned: true });
  });

  test('after a renewal: refused, until --update has asked the cluster; the older pin stays, an expired one goes', async () => {
    const expired = `SHA256:${'x'.repeat(43)}`;
    writeFileSync(pins, `${readFileSync(pins, 'utf8')}- fingerprint: ${expired}\n  validUntil: "2020-01-01"\n`);
    expect((await cluster.signet(['keys', 'renew', '--bits=2048'])).code).toBe(0);
    const renewed = readCertificate((await cluster.signet(['cert', 'fetch'])).out).fingerprint;
    const before = await cluster.signet(['seal', '--pins', pins, '-'], { input: manifest });
    expect(before.said).toContain(`its fingerprint is ${renewed}, and ${pins} allows ${own}, ${expired}`);
    expect(before.said).toContain('signet cert pin --update');
    expect((await cert('--check')).code).toBe(1);
    const ran = await cert('--update');
    expect(ran.said).toContain(`${renewed} is pinned\n`);
    expect(ran.said).toContain(`${expired} is removed: its certificate has expired\n`);
    const { pins: now } = JSON.parse((await cert('-o', 'json')).out) as { pins: { fingerprint: string }[] };
    expect(now.map(({ fingerprint }) => fingerprint)).toEqual([own, renewed]);
    expect((await cluster.signet(['seal', '--pins', pins, '-'], { input: manifest })).code).toBe(0);
    expect((await cluster.signet(['seal', '--pins', pins, '--cert', cluster.path('own.pem'), '-'], { input: manifest })).code).toBe(
      0,
    );
    rmSync(pins);
  });
});

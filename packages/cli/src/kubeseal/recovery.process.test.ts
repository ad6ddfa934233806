// Source: sealed-secrets v0.38 behaviour of `--recovery-unseal` for objects with spec.template.data.
import { generateSealingKey, readCertificate, seal } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runKubeseal } from './testing/run-kubeseal.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-recovery-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const key = join(folder, 'key.pem');
let certificate: SealingCertificate;
beforeAll(async () => {
  const pair = await generateSealingKey({ bits: 2048 });
  certificate = readCertificate(pair.certificatePem);
  writeFileSync(key, pair.privateKeyPem);
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Seals `values`, adds `data` to the template, and recovers. */
async function recover(values: Record<string, string>, data: object, broken: Record<string, string> = {}) {
  const encryptedData: Record<string, string> = { ...broken };
  for (const [name, text] of Object.entries(values))
    encryptedData[name] = await seal(Buffer.from(text, 'latin1'), certificate, { scope: 'strict', namespace: 'web', name: 'a' });
  const sealed = {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name: 'a', namespace: 'web' },
    spec: { encryptedData, template: { data } },
  };
  const { code, out, said } = await runKubeseal(['--recovery-unseal', '--recovery-private-key', key], {
    input: JSON.stringify(sealed),
    now: new Date('2031-05-06T07:08:09Z'),
  });
  const secret = out !== '' ? (JSON.parse(out) as { data: Record<string, string | null> }) : undefined;
  return { code, data: secret?.data, said };
}

describe('templates are rendered as the controller renders them', () => {
  test('over the opened items; siblings are visible as raw text; keys come sorted', async () => {
    const { code, data } = await recover(
      { user: 'ann', password: 'p w' },
      { url: 'pg://{{ .user }}:{{ .password | urlquery }}@{{ .host }}', host: 'db{{ 1 }}', gone: '{{ .nothing }}' },
    );
    expect(code).toBe(0);
    expect(data).toEqual({
      gone: base64('<no value>'),
      host: base64('db1'),
      password: base64('p w'),
      url: base64('pg://ann:p+w@db{{ 1 }}'),
      user: base64('ann'),
    });
    expect(Object.keys(data ?? {})).toEqual(['gone', 'host', 'password', 'url', 'user']);
  });

  test('a sealed item wins over the template of its key', async () => {
    expect((await recover({ user: 'ann' }, { user: 'ben' })).data).toEqual({ user: base64('ann') });
  });

  test('bytes pass untouched, and an empty value is null', async () => {
    const { data } = await recover({ raw: '\xff\x00\xfe' }, { copy: '{{ .raw }}', empty: '' });
    expect(data).toEqual({ copy: '/wD+', empty: null, raw: '/wD+' });
  });

  test('time is the time of the recovery', async () => {
    expect((await recover({}, { year: '{{ now | date "2006" }}' })).data).toEqual({ year: base64('2031') });
  });

  test.each([{}, null])('template.data %j asks for nothing', async (data) => {
    expect(await recover({ user: 'ann' }, data as object)).toMatchObject({ code: 0, data: { user: base64('ann') } });
  });
});

describe('what fails is told whole, one line for each message with its keys', () => {
  test('templates that do not parse or render', async () => {
    const ran = await recover({ user: 'ann' }, { a: '{{ .user', b: '{{ fail .user }}', c: 'fine' });
    expect(ran).toMatchObject({ code: 1, data: undefined });
    const lines = ran.said.split('\n');
    expect(lines[0]).toBe('error: template: a:1: unclosed action (a)');
    expect(lines[1]).toMatch(/^template: b:1:3: executing "b" at <fail \.user>: error calling fail: \S+ \(b\)$/);
    expect(ran.said).not.toContain('ann');
  });

  test('items that do not open come first, and share one line', async () => {
    const ran = await recover({}, { z: '{{ nope }}' }, { x: base64('AAAA'), y: base64('AAAA') });
    expect(ran).toMatchObject({ code: 1, data: undefined });
    expect(ran.said).toMatch(/^error: [^\n]+ \(x, y\)\ntemplate: z:1: function "nope" not defined \(z\)\n$/);
  });
});

// docs/reference/external-commands.md: what its examples show is what the commands print.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { externalSecretKind, secretStoreKind } from '@signet/api';
import type { KubeObject } from '@signet/kube/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runMain } from '../keys/testing/key-cluster.ts';
import { startExternalRoom } from './testing/external-room.ts';
import type { ExternalRoom } from './testing/external-room.ts';

const root = join(import.meta.dirname, '../../../..');
const page = readFileSync(join(root, 'docs/reference/external-commands.md'), 'utf8');

/** Indented blocks of the page. */
const blocks = page
  .split(/\n(?! {4}|\n)/)
  .flatMap((part) => /^(?: {4}.*\n?|\n)+/m.exec(part)?.[0].replaceAll(/^ {4}/gm, '').trim() ?? []);

/** What the page shows below `$ command`. */
const shown = (command: string): string => {
  const block = blocks.find((one) => one.startsWith(`$ ${command}\n`));
  if (block === undefined) throw new Error(`the page has no example of ${command}`);
  return block.slice(command.length + 3);
};

test('check: the manifest of the page gives the findings of the page', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'signet-external-page-'));
  const home = process.cwd();
  try {
    process.chdir(folder);
    writeFileSync('shop.yaml', blocks.find((one) => one.startsWith('apiVersion:')) ?? '');
    const { code, out, said } = await runMain('signet', ['external', 'check', 'shop.yaml'], {});
    expect(code).toBe(1);
    expect(`${out}${said}`.trim()).toBe(shown('signet external check shop.yaml'));
    // The other command finds the same: it is one walk over the files.
    expect((await runMain('signet', ['check', 'shop.yaml'], {})).out).toBe(out);
  } finally {
    process.chdir(home);
    rmSync(folder, { recursive: true, force: true });
  }
});

let room: ExternalRoom;
beforeAll(async () => {
  room = await startExternalRoom();
  for (const file of ['fake-store.yaml', 'payments.yaml']) {
    for (const document of parseAllDocuments(readFileSync(join(root, 'examples/external', file), 'utf8'))) {
      const object = (document as { toJS(): KubeObject }).toJS();
      await room.put(object.kind === 'SecretStore' ? secretStoreKind : externalSecretKind, object);
    }
  }
  await room.ready('payments', 'True', 'shop');
});
afterAll(async () => room.stop());

/** Times are those of the run, and a table is as wide as its cells. */
const timeless = (text: string): string =>
  text
    .replaceAll(/\d+\.\d s/g, 'TIME')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'TIME')
    .replaceAll(/in \d+ min/g, 'in TIME')
    .replaceAll(/ +/g, ' ')
    .trim();

test.each(['signet external sync payments -n shop', 'signet external explain payments -n shop'])('%s', async (command) => {
  const { code, out } = await room.signet(...command.split(' ').slice(1));
  expect(code).toBe(0);
  expect(timeless(out)).toBe(timeless(shown(command)));
});

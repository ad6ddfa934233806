// set, edit and merge-into change what they were asked to and no other byte, whatever the file looks like.
import { generateSealingKey } from '@signet/sealing';
import * as fc from 'fast-check';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Io } from '../console/io.ts';
import { generatedList, generatedStream } from '../document/testing/generated-stream.ts';
import type { GeneratedStream } from '../document/testing/generated-stream.ts';
import { main } from '../main.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-untouched-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'stream.yaml');
const cert = join(folder, 'pub.pem');
const editor = join(folder, 'editor');
beforeAll(async () => {
  writeFileSync(cert, (await generateSealingKey({ bits: 2048 })).certificatePem);
  writeFileSync(editor, `#!/bin/sh\nfor file; do :; done\nexec sed -i "$EXPRESSION" "$file"\n`);
  chmodSync(editor, 0o755);
});

const runs = { numRuns: 200, interruptAfterTimeLimit: 50_000, markInterruptAsFailure: true };

async function run(program: 'signet' | 'kubeseal', args: readonly string[], input = '', env: Io['env'] = {}): Promise<void> {
  const said: string[] = [];
  const code = await main(program, [...args, '--cert', cert], {
    env: { PATH: process.env['PATH'], ...env },
    signal: new AbortController().signal,
    stdinIsTty: false,
    stderrIsTty: false,
    columns: 0,
    readStdin: async () => new TextEncoder().encode(input),
    out: async () => {},
    say: (text) => void said.push(text),
    now: () => new Date(),
  });
  expect(code, said.join('')).toBe(0);
}

const item = /A[A-Za-z0-9+/]{300,}={0,2}/g;

/** True when `after` is the stream with a sealed item, perhaps in quotes, in the place of one value. */
function replaced({ text }: GeneratedStream, [start, end]: readonly [number, number], after: string): void {
  const put = after.slice(start, after.length - (text.length - end));
  expect(after.startsWith(text.slice(0, start)) && after.endsWith(text.slice(end))).toBe(true);
  // A literal's own line end and the comment beside its mark stay.
  expect(put.replace(item, 'SEALED').replaceAll(/\s|#.*|["']/g, '')).toBe('SEALED');
}

describe.each([
  ['a document', generatedStream],
  ['an item of a List', generatedList],
])('of a SealedSecret that is %s', (_title, streams) => {
  test('signet set', async () => {
    await fc.assert(
      fc.asyncProperty(streams, fc.nat(), async (stream, pick) => {
        const of = stream.items[pick % stream.items.length];
        if (!of) return;
        writeFileSync(file, stream.text);
        await run('signet', ['set', file, of.key, '--document', String(stream.document), '--name', 'db'], 'value');
        replaced(stream, of.valueAt, readFileSync(file, 'utf8'));
      }),
      runs,
    );
  });

  test('signet edit', async () => {
    await fc.assert(
      fc.asyncProperty(streams, fc.nat(), async (stream, pick) => {
        const of = stream.items[pick % stream.items.length];
        if (!of) return;
        writeFileSync(file, stream.text);
        // Every value shows as <sealed>; the one on the line of the key becomes another.
        const EXPRESSION = `s/^\\(["']\\{0,1\\}${of.key.replaceAll('.', '\\.')}["']\\{0,1\\}\\): <sealed>$/\\1: edited/`;
        const env = { SIGNET_EDITOR: editor, EXPRESSION };
        await run('signet', ['edit', file, '--name', 'db', '--allow-disk'], '', env);
        replaced(stream, of.valueAt, readFileSync(file, 'utf8'));
      }),
      runs,
    );
  });
});

test('kubeseal --merge-into', async () => {
  const alone = generatedStream.filter(({ text }) => !/^(?:---|# nothing)/m.test(text.replace(/^\uFEFF?%YAML 1.1\r?\n---/, '')));
  await fc.assert(
    fc.asyncProperty(alone, fc.nat(), async (stream, pick) => {
      const of = stream.items[pick % stream.items.length];
      if (!of) return;
      writeFileSync(file, stream.text);
      const secret = { kind: 'Secret', metadata: { labels: { a: 'b' } }, stringData: { [of.key]: 'value' } };
      await run('kubeseal', ['--merge-into', file], JSON.stringify(secret));
      replaced(stream, of.valueAt, readFileSync(file, 'utf8'));
    }),
    runs,
  );
});

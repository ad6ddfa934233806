import { fileURLToPath } from 'node:url';
import { createContext, Script } from 'node:vm';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { keyPair, keyring } from '../test/key-pairs.ts';
import type * as sealing from './index.ts';
import { seal } from './seal.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The package as a browser would get it: one script, browser conditions, nothing of Node left to resolve. */
async function bundle(): Promise<{ code: string; inputs: string[] }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/index.ts'],
    bundle: true,
    format: 'iife',
    globalName: 'sealing',
    platform: 'browser',
    conditions: ['browser'],
    target: 'es2022',
    minify: true,
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  return { code: outputFiles[0]?.text ?? '', inputs: Object.keys(metafile.inputs) };
}

/** What a page has and this package may use: the language, WebCrypto, and text encoding. */
function page(): Record<string, unknown> {
  const context = createContext({ crypto: globalThis.crypto, TextEncoder, TextDecoder, navigator: { hardwareConcurrency: 2 } });
  // WebCrypto of this process wants the typed arrays of this process; in a page both are the page's own.
  for (const type of [Uint8Array, ArrayBuffer, DataView, Uint32Array]) context[type.name] = type;
  return context;
}

test('it seals and opens in a page, and Node and the page open what the other sealed', async () => {
  const context = page();
  const { code, inputs } = await bundle();
  expect(inputs.filter((file) => file.includes('node-forge') || file.startsWith('node:'))).toEqual([]);
  new Script(code).runInContext(context);
  const absent = ['process', 'Buffer', 'require', 'setTimeout', 'fetch', 'window'];
  expect(absent.map((name) => new Script(`typeof ${name}`).runInContext(context))).toEqual(absent.map(() => 'undefined'));

  const inPage = new Script('sealing').runInContext(context) as typeof sealing;
  const pair = await keyPair('browser');
  const place = { scope: 'strict', namespace: 'web', name: 'db' } as const;
  const value = new TextEncoder().encode('hünter2');
  const certificate = inPage.readCertificate(pair.certificatePem);
  const key = await inPage.openingKey(pair.privateKeyPem);
  const ring = new inPage.Keyring([{ key, certificate, orderedAt: new Date(0) }]);

  const sealedInPage = await inPage.seal(value, certificate, place);
  const sealedInNode = await seal(value, pair.certificate, place);
  const nodeRing = await keyring('browser');
  for (const opening of [ring, nodeRing].flatMap((by) => [sealedInPage, sealedInNode].map((item) => by.open(item, place)))) {
    expect(Buffer.from((await opening).plaintext)).toEqual(Buffer.from(value));
  }
  await expect(ring.open(sealedInNode, { ...place, name: 'other' })).rejects.toMatchObject({ code: 'SIGNET_SEAL_CANNOT_OPEN' });

  const made = await inPage.generateSealingKey({ bits: 2048 });
  expect(() => inPage.verifyPair(made.certificate, made.privateKeyPem)).not.toThrow();
});

test('all of it is smaller than 32 KiB', async () => {
  const { code } = await bundle();
  expect(code.length).toBeLessThan(32 * 1024);
});

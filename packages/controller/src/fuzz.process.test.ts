// Issue of trust: what strangers send to /v1/*, and what people put into key Secrets, is damaged in every way. Nothing throws but a coded
// error, nothing of a value or a key shows, and no text is worked on for long (a test that hangs ends with the runner's limit).
import { inspect } from 'node:util';
import { isSignetError } from '@signet/errors';
import { generateSealingKey, Keyring, openingKey, scopeAnnotations, seal } from '@signet/sealing';
import type { GeneratedKey } from '@signet/sealing';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { rotate } from './http/rotate.ts';
import type { Answer, Route } from './http/server.ts';
import { verify } from './http/verify.ts';
import { keySecret, readKeySecret } from './sealing-keys/key-secret.ts';

const canary = 'canary-of-a-value';
let pair: GeneratedKey;
let keyring: Keyring;
let texts: readonly string[];
beforeAll(async () => {
  pair = await generateSealingKey({ bits: 2048 });
  const { certificate } = pair;
  const key = await openingKey(pair.privateKeyPem);
  keyring = new Keyring([{ key, certificate, orderedAt: certificate.notBefore }]);
  const place = { scope: 'namespace-wide', namespace: 'web', name: 'db' } as const;
  const item = await seal(new TextEncoder().encode(canary), certificate, place);
  const object = {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name: 'db', namespace: 'web', annotations: scopeAnnotations('namespace-wide') },
    spec: { encryptedData: { a: item, b: item }, template: { data: { c: `{{ .a }} {{ fail "${canary}" }}` } } },
  };
  const legacy = { ...object, spec: { data: item } };
  texts = [object, legacy].flatMap((one) => [
    JSON.stringify(one),
    stringify(one),
    stringify(one, { defaultStringType: 'QUOTE_DOUBLE' }),
  ]);
});

/** A text with some of it cut out, doubled, or replaced by something that means much to a reader. */
const damage = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.integer({ min: 0, max: 40 }),
    put: fc.oneof(
      fc.constantFrom(
        '',
        '{',
        '}',
        '[',
        ']',
        '"',
        ':',
        ',',
        '\n',
        '---\n',
        '&a ',
        '*a',
        '<<: ',
        '!!binary ',
        '!x ',
        '%',
        '\0',
        '\ud800',
      ),
      fc.constantFrom('null', 'true', '1e999', '-', '|', '>', '? ', '__proto__', 'constructor', '\\u0000', '🔑', 'AgA=', '='),
      fc.string({ maxLength: 8 }),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);
type Damage = typeof damage extends fc.Arbitrary<infer D> ? D : never;

function damaged(text: string, damages: Damage): string {
  return damages.reduce((now, { at, cut, put }) => {
    const start = Math.floor(at * now.length);
    return now.slice(0, start) + put + now.slice(start + cut);
  }, text);
}

async function ask(route: Route, text: string): Promise<Answer> {
  const body = async (): Promise<Buffer> => Buffer.from(text);
  return route.answer({ body, client: 'test', signal: new AbortController().signal });
}

describe('what strangers send', () => {
  test('is answered with a status and a line, whatever it is', async () => {
    const routes = [verify(keyring), rotate(keyring)];
    await fc.assert(
      fc.asyncProperty(fc.nat(), damage, async (which, damages) => {
        const text = damaged(texts[which % texts.length] ?? '', damages);
        for (const route of routes) {
          const { status, body } = await ask(route, text);
          expect([200, 409, 500]).toContain(status);
          // What comes back whole may hold the canary, which stands in its template; a complaint may not.
          expect(status === 200 || !body.includes(canary), body).toBe(true);
          expect(status !== 500 || /^[^\n]+(\n[^\n]+)*\n$/.test(body), body).toBe(true);
        }
      }),
      { numRuns: 30 }, // each YAML is read on a thread of its own
    );
  });

  test('that is no SealedSecret at all, too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 200 }), fc.string()), async (text) => {
        expect((await ask(verify(keyring), text)).status).toBe(500);
        expect((await ask(rotate(keyring), text)).status).toBe(500);
      }),
      { numRuns: 12 },
    );
  });
});

test('a damaged key Secret is a coded error that shows nothing of the key', async () => {
  const { data = {} } = keySecret(pair, { namespace: 'n', prefix: 'p', labels: {}, annotations: {} });
  const lines = pair.privateKeyPem.split('\n').filter((line) => line !== '' && !line.startsWith('-'));
  const text = (field: string): string => Buffer.from(data[field] ?? '', 'base64').toString();
  const inBase64 = fc.boolean();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('tls.key', 'tls.crt'), damage, inBase64, async (field, damages, isInBase64) => {
      const changed = isInBase64
        ? damaged(data[field] ?? '', damages)
        : Buffer.from(damaged(text(field), damages)).toString('base64');
      const secret = { metadata: { name: 'key', creationTimestamp: '2026-01-01T00:00:00Z' }, data: { ...data, [field]: changed } };
      const failure = await readKeySecret(secret, 'CertNotBefore').then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) return; // the damage changed nothing that counts
      expect(isSignetError(failure)).toBe(true);
      const said = inspect(failure, { depth: 9 });
      for (const line of lines) expect(said).not.toContain(line.slice(0, 16));
    }),
    { numRuns: 300 },
  );
});

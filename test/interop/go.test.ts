import { fromBase64, generateSealingKey, Keyring, labelOf, openingKey, scopes, seal } from '@signet/sealing';
import type { Binding } from '@signet/sealing';
import type { SignetError } from '@signet/errors';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasGo, startGoOracle } from './go-oracle.ts';
import type { GoOracle } from './go-oracle.ts';
import { needing } from './needing.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const place = { namespace: 'web', name: 'db' } as const;

needing('Go', hasGo(), () => {
  let go: GoOracle;
  beforeAll(async () => {
    go = await startGoOracle();
  }, 300_000); // a first build compiles the standard library
  afterAll(() => go.stop());

  describe.each([2048, 3072, 4096])('%i bits', async (bits) => {
    const { certificate, certificatePem, privateKeyPem } = await generateSealingKey({ bits });
    const ring = new Keyring([{ key: await openingKey(privateKeyPem), certificate, orderedAt: certificate.notBefore }]);
    const values = [new Uint8Array(), Uint8Array.of(0), new Uint8Array(100_000).fill(0xc3)];

    describe.each(scopes)('%s', (scope) => {
      const binding: Binding = { scope, ...place };
      const label = base64(labelOf(binding));

      test.each(values)('Go opens what we seal (%#)', async (value) => {
        const item = await seal(value, certificate, binding);
        const answer = await go.ask({ ask: 'open', pem: privateKeyPem, item, label });
        expect(answer).toEqual(value.length > 0 ? { bytes: base64(value) } : {});
      });

      test.each(values)('we open what Go seals (%#)', async (value) => {
        const { bytes = '' } = await go.ask({ ask: 'seal', pem: certificatePem, value: base64(value), label });
        expect(base64((await ring.open(bytes, binding)).plaintext)).toBe(base64(value));
      });

      test.each([16, 24])('we open what was sealed with a session key of %i bytes', async (length) => {
        const sessionKey = base64(new Uint8Array(length).fill(5));
        const { bytes = '' } = await go.ask({ ask: 'seal', pem: certificatePem, value: 'AQID', label, sessionKey });
        expect(base64((await ring.open(bytes, binding)).plaintext)).toBe('AQID');
      });
    });
  });

  test('Go reads our certificate, finds it signed by its own key, and its extensions as kubeseal makes them', async () => {
    const { certificatePem } = await generateSealingKey({ bits: 2048, now: new Date('2049-06-01T00:00:00Z') });
    const { certificate } = await go.ask({ ask: 'certificate', pem: certificatePem });
    expect(certificate).toEqual({
      serial: expect.stringMatching(/^[0-9a-f]{1,32}$/),
      subject: '',
      notBefore: '2049-06-01T00:00:00Z',
      notAfter: '2059-05-30T00:00:00Z',
      isCA: true,
      keyUsage: 128, // x509.KeyUsageEncipherOnly
      extensions: {
        '2.5.29.15 true': '03020001',
        '2.5.29.19 true': '30030101ff',
        '2.5.29.14 false': expect.stringMatching(/^0414[0-9a-f]{40}$/),
      },
      bits: 2048,
      selfSigned: 'yes',
    });
  });

  test('a common name is read as it was given', async () => {
    const { certificatePem } = await generateSealingKey({ bits: 2048, commonName: 'sealing für prod' });
    const { certificate } = await go.ask({ ask: 'certificate', pem: certificatePem });
    expect(certificate?.['subject']).toBe('CN=sealing für prod');
  });

  test('changed items: Go and we open the same ones', async () => {
    const { certificate, privateKeyPem } = await generateSealingKey({ bits: 2048 });
    const ring = new Keyring([{ key: await openingKey(privateKeyPem), certificate, orderedAt: certificate.notBefore }]);
    const binding: Binding = { scope: 'strict', ...place };
    const label = base64(labelOf(binding));
    const items = await Promise.all(
      [0, 1, 40].map(async (length) => fromBase64(await seal(new Uint8Array(length), certificate, binding))),
    );
    // A wrapped key that begins with zeros may be written without them: the length is what the item says.
    const stripped = await withoutLeadingZero(() => seal(Uint8Array.of(1), certificate, binding));

    const change = fc.tuple(fc.nat(320), fc.nat(255));
    const changed = fc
      .tuple(fc.constantFrom(...items, stripped), fc.array(change, { maxLength: 2 }), fc.option(fc.nat(320)))
      .map(([item, changes, length]) => {
        const copy = item.slice(0, length ?? item.length);
        for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
        return copy;
      });
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(changed, async (item) => {
        const theirs = await go.ask({ ask: 'open', pem: privateKeyPem, item: base64(item), label });
        const ours = await ring.open(base64(item), binding).then(
          ({ plaintext }) => `opened ${base64(plaintext)}`,
          ({ message }: SignetError) => message,
        );
        expect(ours).toBe(theirs.error === undefined ? `opened ${theirs.bytes ?? ''}` : 'no key could decrypt secret');
        outcomes.add(ours);
      }),
      { numRuns: 400, examples: [[stripped], ...items.map((item): [Uint8Array] => [item])] },
    );
    expect(outcomes).toEqual(
      new Set(['opened ', 'opened AA==', 'opened AQ==', `opened ${base64(new Uint8Array(40))}`, 'no key could decrypt secret']),
    );
  });

  test('base64: Go and we accept the same texts, and name the same byte of the others', async () => {
    const unit = fc.constantFrom('A', 'b', '9', '+', '/', '=', '=', '=', '\n', '\r', '-', ' ', 'ä', '\0');
    const valid = fc.uint8Array({ maxLength: 20 }).map(base64);
    const texts = fc.oneof(
      fc.string({ unit, maxLength: 14 }),
      fc.tuple(valid, fc.string({ unit, maxLength: 4 }), valid).map((parts) => parts.join('')),
    );
    const sample = fc.sample(texts, 6000);
    const { offsets = [] } = await go.ask({ ask: 'base64', texts: sample });
    expect(offsets.length).toBe(sample.length);
    const differing = sample.filter((text, index) => offsetOf(text) !== offsets[index]);
    expect(differing).toEqual([]);
    expect(offsets.filter((offset) => offset < 0).length).toBeGreaterThan(100);
  });
});

/** Where base64 breaks, or -1. */
function offsetOf(text: string): number {
  try {
    fromBase64(text);
    return -1;
  } catch (error) {
    return Number(/^illegal base64 data at input byte (\d+)$/.exec(error instanceof Error ? error.message : '')?.[1] ?? Number.NaN);
  }
}

/** An item whose wrapped key is one byte shorter than the modulus. */
async function withoutLeadingZero(make: () => Promise<string>): Promise<Uint8Array> {
  let item = fromBase64(await make());
  while (item[2] !== 0) item = fromBase64(await make());
  return Uint8Array.of(0, 255, ...item.subarray(3));
}

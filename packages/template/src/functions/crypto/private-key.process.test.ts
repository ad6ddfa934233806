import { Buffer } from 'node:buffer';
import { createPrivateKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { decodePem } from '../../der/pem.ts';
import { readDer } from '../../der/reader.ts';
import { compile } from '../../template.ts';

const render = (text: string): string => Buffer.from(compile(text).render(new Map())).toString();

test.each([
  ['', 'RSA PRIVATE KEY', { modulusLength: 4096 }],
  ['rsa', 'RSA PRIVATE KEY', { modulusLength: 4096 }],
  ['ecdsa', 'EC PRIVATE KEY', { namedCurve: 'prime256v1' }],
  ['ed25519', 'PRIVATE KEY', {}],
])('genPrivateKey %j makes a new %s', (type, label, details) => {
  const pem = render(`{{ genPrivateKey "${type}" }}`);
  expect(decodePem(pem)).toMatchObject({ block: { type: label }, rest: '' });
  expect(createPrivateKey(pem).asymmetricKeyDetails).toMatchObject(details);
});

test('genPrivateKey "dsa" makes five numbers that belong together', () => {
  const block = decodePem(render('{{ genPrivateKey "dsa" }}'))?.block;
  expect(block?.type).toBe('DSA PRIVATE KEY');
  const [version, p = 0n, q = 0n, g, y, x = 0n] = readDer(block?.bytes ?? new Uint8Array())
    .enter()
    .all()
    .map(({ raw }) => readDer(raw).integer());
  expect(version).toBe(0n);
  expect([p.toString(2).length, q.toString(2).length]).toEqual([2048, 256]);
  expect((p - 1n) % q).toBe(0n);
  expect(y).toBe(power(g ?? 0n, x, p));
});

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
    if (rest & 1n) result = (result * square) % modulus;
  }
  return result;
}

test('another type is what Sprig prints, not an error', () => {
  expect(render('{{ genPrivateKey "RSA" }}')).toBe('Unknown type RSA');
});

test('a handful of large keys is allowed, more end at a limit', () => {
  const bomb = compile('{{ range until 100 }}{{ genPrivateKey "rsa" }}{{ end }}', { limits: { slow: 7 } });
  expect(() => bomb.render(new Map())).toThrow(expect.objectContaining({ code: 'SIGNET_TEMPLATE_LIMIT' }));
});

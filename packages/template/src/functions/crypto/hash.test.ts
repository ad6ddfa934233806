import { Buffer } from 'node:buffer';
import { isSignetError } from '@signet/errors';
import { expect, test } from 'vitest';
import { compile } from '../../template.ts';

const render = (text: string, data: Record<string, Uint8Array> = {}): string =>
  Buffer.from(compile(text).render(new Map(Object.entries(data)))).toString();

// FIPS 180-4's examples; the checksum of "Wikipedia" is 0x11e60398 (RFC 1950 section 8.2).
test.each([
  ['sha1sum', 'abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['sha1sum', '', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
  ['sha256sum', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'sha512sum',
    'abc',
    'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
  ],
  ['adler32sum', 'Wikipedia', '300286872'],
  ['adler32sum', '', '1'],
])('%s of %j', (name, input, digest) => {
  expect(render(`{{ .input | ${name} }}`, { input: Buffer.from(input) })).toBe(digest);
});

test('bytes are hashed, not characters', () => {
  // Go: adler32.Checksum([]byte("\xff\xfe")).
  expect(render('{{ adler32sum .input }}', { input: Uint8Array.of(0xff, 0xfe) })).toBe('50201086');
});

test('hashing a large value again and again ends at a limit', () => {
  const bomb = compile('{{ $big := repeat 1000000 "x" }}{{ range until 1000 }}{{ sha512sum $big }}{{ end }}');
  let code = '';
  try {
    bomb.render(new Map());
  } catch (error) {
    code = isSignetError(error) ? error.code : '';
  }
  expect(code).toBe('SIGNET_TEMPLATE_LIMIT');
});

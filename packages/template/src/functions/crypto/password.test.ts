import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { externalSecretsFunctions } from '../../sets.ts';
import { compile } from '../../template.ts';
import { bcryptHash } from './bcrypt.ts';

const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The bytes of a salt as bcrypt writes it. */
function saltOf(text: string): Uint8Array {
  const bits = Array.from(text, (char) => alphabet.indexOf(char).toString(2).padStart(6, '0')).join('');
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2));
}

const render = (text: string, data: Record<string, string> = {}): string => {
  const bytes = new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'latin1')]));
  return Buffer.from(compile(text).render(bytes, { random: (length) => new Uint8Array(length) })).toString('latin1');
};

// Vectors of jBCrypt and of crypt_blowfish (the latter with bytes that are not UTF-8).
test.each([
  ['a', 6, 'm0CrhHm10qJ3lXRY.5zDGO', '3rS2KdeeWLuGmsfGlMfOxih58VYVfxe'],
  ['abc', 6, 'If6bvum7DFjUnE9p2uDeDu', '0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'],
  ['\xa3', 5, '/OK.fbVrR/bpIqNJ5ianF.', 'Sa7shbm4.OzKpvFnX1pQLmQW96oUlCq'],
  ['\xff\xff\xa3', 5, '/OK.fbVrR/bpIqNJ5ianF.', 'CE5elHaaO4EbggVDjb8P19RukzXSM3e'],
])('bcrypt of %j', (password, cost, salt, hash) => {
  expect(bcryptHash(password, saltOf(salt), cost)).toBe(`$2a$0${cost}$${salt}${hash}`);
});

describe('bcrypt in a template', () => {
  test('has cost 10 and a salt from the chance it is given', () => {
    expect(render('{{ bcrypt "x" }}')).toMatch(/^\$2a\$10\$\.{22}[./A-Za-z0-9]{31}$/);
  });

  test('up to 72 bytes count; beyond, Sprig puts its words into the output', () => {
    expect(render('{{ .p | bcrypt }}', { p: 'a'.repeat(72) })).toHaveLength(60);
    expect(render('{{ .p | bcrypt }}', { p: 'a'.repeat(73) })).toBe(
      'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes',
    );
  });

  test('more than fifty end at a limit, before the time is spent', () => {
    const bomb = compile('{{ range until 100 }}{{ bcrypt "x" }}{{ end }}', { limits: { slow: 1 } });
    expect(() => bomb.render(new Map())).toThrow(expect.objectContaining({ code: 'SIGNET_TEMPLATE_LIMIT' }));
  });
});

describe('htpasswd', () => {
  test('is a line of a password file', () => {
    expect(render('{{ htpasswd "ann" "x" }}')).toMatch(/^ann:\$2a\$10\$/);
    expect(render('{{ htpasswd "a:b" "x" }}')).toBe('invalid username: a:b');
  });

  test('of external-secrets takes the algorithm', () => {
    const eso = (text: string): string =>
      Buffer.from(compile(text, { functions: externalSecretsFunctions }).render(new Map())).toString();
    // SHA-1 of "p", as `htpasswd -s` prints it.
    expect(eso('{{ htpasswd "u" "p" "sha" }}')).toBe('u:{SHA}UWuXg/ylF+7L0dBk2i0WUxCxl1k=');
    expect(eso('{{ htpasswd "u" "p" "bcrypt" }}')).toMatch(/^u:\$2a\$10\$/);
    expect(() => eso('{{ htpasswd "u" "p" }}')).toThrow('wrong number of args for htpasswd: want 3 got 2');
  });
});

describe('derivePassword', () => {
  // What Sprig 3.3.0 gives; the first is the example in its documentation.
  test.each([
    ['1 "long" "password" "user" "example.com"', 'ZedaFaxcZaso9*'],
    ['4294967295 "maximum" "" "" ""', 'YZa$8V%jqRFYqe6Jm22?'],
    ['2 "basic" "p" "u" "s"', 'Gtc9iwP8'],
    ['2 "medium" "p" "u" "s"', 'RozYej1%'],
    ['2 "short" "p" "u" "s"', 'Roz9'],
    ['4294967296 "long" "password" "user" "example.com"', 'KezpWado2+Fazo'],
    ['1 "x" "" "" ""', 'cannot find password template x'],
    ['1 "constructor" "" "" ""', 'cannot find password template constructor'],
  ])('%s', (args, password) => {
    expect(render(`{{ derivePassword ${args} }}`)).toBe(password);
  });

  test('takes bytes', () => {
    expect(render('{{ derivePassword 0 "pin" .b .b .b }}', { b: '\xff\xfe' })).toBe('6150');
  });

  test('is deterministic, bcrypt is not', () => {
    expect(compile('{{ derivePassword 1 "pin" "" "" "" }}').isDeterministic).toBe(true);
    expect(compile('{{ bcrypt "x" }}{{ htpasswd "" "" }}').variableFunctions).toEqual(['bcrypt', 'htpasswd']);
  });
});

import { Buffer } from 'node:buffer';
import { generateKeyPairSync, publicEncrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromBytes } from '../../go/utf8.ts';
import { GoMap, Slice } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import { defaultLimits } from '../../limits.ts';
import { Budget } from '../../run.ts';
import type { Run } from '../../run.ts';
import type { GoFunction } from '../function.ts';
import { secretFunctions } from './functions.ts';

/** A chain of three made by openssl; the leaf's subject is C=DE, O="Acme, Inc.", OU=a, OU=b, CN=leaf, emailAddress=x@y. */
const read = (file: string): string => readFileSync(path.join(import.meta.dirname, 'testdata', file), 'latin1');
const [root, intermediate, leaf] = [read('root.pem'), read('intermediate.pem'), read('leaf.pem')];
const key = read('leaf.key');

function runOf(): Run {
  let next = 0;
  return { now: () => 0, random: (length) => Uint8Array.from({ length }, () => next++), budget: new Budget(defaultLimits) };
}

function call(name: string, ...args: readonly Value[]): Value {
  const { call: body } = secretFunctions[name] as GoFunction & { readonly call: (run: Run, ...args: readonly Value[]) => Value };
  return body(runOf(), ...args);
}

const decoded = (value: Value): string => Buffer.from(value as string, 'base64').toString('latin1');

describe('filterPEM', () => {
  test.each([
    ['certificate', `${key}${leaf}`, leaf],
    ['PRIVATE KEY', `junk\n${leaf}${key}junk`, key],
    ['CERTIFICATE', `${root}between\n${leaf}`, root + leaf],
    ['CERTIFICATE', '', ''],
    [
      'X',
      '-----BEGIN X-----\nB: 2\nProc-Type: 4\nA: 1\n\nAAAA\n-----END X-----\n',
      '-----BEGIN X-----\nProc-Type: 4\nA: 1\nB: 2\n\nAAAA\n-----END X-----\n',
    ],
  ])('%s', (type, input, expected) => {
    expect(call('filterPEM', type, input)).toBe(expected);
  });

  test('text without a block of the type is an error', () => {
    expect(() => call('filterPEM', 'CERTIFICATE', 'no pem at all')).toThrow('error filtering pem: found junk');
  });
});

describe('filterCertChain', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['leaf', root + leaf + intermediate, leaf],
    ['intermediate', root + leaf + intermediate, intermediate],
    ['root', root + leaf + intermediate, root],
    ['leaf', leaf, leaf],
    ['leaf', root, ''],
    ['root', root, root],
    ['root', leaf + intermediate, ''],
    ['intermediate', leaf, ''],
    ['trunk', leaf + root + intermediate, ''],
  ];
  test.each(rows)('%s', (role, input, expected) => {
    expect(call('filterCertChain', role, input)).toBe(expected);
  });

  test('two ends are no chain, and neither is nothing', () => {
    expect(() => call('filterCertChain', 'leaf', leaf + root)).toThrow('found multiple leaf or disjunct certificates');
    expect(() => call('filterCertChain', 'leaf', 'junk')).toThrow('no leaf certificate found');
    expect(() => call('filterCertChain', 'leaf', key)).toThrow('x509: malformed tbs certificate');
  });
});

describe('certSANs', () => {
  test('DNS names, addresses, e-mail addresses, URIs', () => {
    const sans = call('certSANs', `junk ${leaf}${root}`);
    expect(sans).toBeInstanceOf(Slice);
    const expected = ['leaf.test', '*.leaf.test', '10.1.2.3', '2001:db8::1', '1.2.3.4', 'ops@leaf.test', 'spiffe://test/leaf'];
    expect((sans as Slice).items).toEqual(expected);
    expect((call('certSANs', root) as Slice).items).toEqual([]);
  });

  test('what is no certificate is an error', () => {
    expect(() => call('certSANs', 'junk')).toThrow('failed to decode PEM block');
    expect(() => call('certSANs', key)).toThrow('failed to parse certificate: x509: malformed tbs certificate');
  });
});

describe('PKCS#12', () => {
  test('there and back, leaf first', () => {
    const file = decoded(call('fullPemToPkcs12Pass', leaf + root + intermediate.trimEnd(), key, 's3cret'));
    expect(call('pkcs12keyPass', 's3cret', file)).toBe(key);
    expect(call('pkcs12certPass', 's3cret', file)).toBe(leaf + intermediate + root);
    expect(call('pkcs12cert', decoded(call('pemToPkcs12', leaf + root, key)))).toBe(leaf);
  });

  test('the same salt makes the same file; functions that take one are known to vary', () => {
    expect(call('pemToPkcs12', leaf, key)).toBe(call('pemToPkcs12', leaf, key));
    const varying = Object.keys(secretFunctions).filter((name) => secretFunctions[name]?.deterministic === false);
    expect(varying.every((name) => /^(?:fullP|p)em.*P(?:kcs|KCS)12/.test(name))).toBe(true);
    expect(varying).toHaveLength(6);
  });

  test('certificates that make no chain come as they are', () => {
    const file = decoded(call('fullPemToPkcs12', leaf + root.trimEnd(), key));
    expect(call('pkcs12cert', file)).toBe(leaf + root);
  });

  test('a file with 40-bit RC2 and 3DES opens', () => {
    const file = decoded(read('legacy.p12.b64'));
    expect(call('pkcs12keyPass', 's3cret', file)).toBe(key);
    expect(call('pkcs12certPass', 's3cret', file)).toBe(leaf + intermediate + root);
    expect(() => call('pkcs12key', file)).toThrow('unable to decode pkcs12 with password: pkcs12: decryption password incorrect');
    expect(() => call('pkcs12certPass', 'x', file)).toThrow(
      'unable to decode pkcs12 certificate with password: pkcs12: decryption password incorrect',
    );
  });

  test('a file that asks for too many iterations ends with a limit', () => {
    const file = decoded(call('pemToPkcs12', leaf, key));
    const count = '\x02\x02\x08\x00'; // 2048
    const bomb = file.slice(0, file.lastIndexOf(count)) + '\x02\x02\x7f\xff';
    expect(call('pkcs12key', file)).toBe(key);
    expect(() => call('pkcs12key', bomb)).toThrow('pkcs12: decryption password incorrect');
    const steps = (): Run => ({ ...runOf(), budget: new Budget({ ...defaultLimits, steps: 100_000 }) });
    const { call: body } = secretFunctions['pkcs12key'] as GoFunction & { readonly call: (run: Run, file: string) => Value };
    expect(() => body(steps(), bomb)).toThrow(expect.objectContaining({ code: 'SIGNET_TEMPLATE_LIMIT' }));
  });

  test('what is wrong is said without the bytes', () => {
    expect(() => call('pkcs12cert', 'junk')).toThrow('pkcs12: error reading P12 data: asn1: …');
    expect(() => call('pemToPkcs12', 'junk', key)).toThrow('runtime error: invalid memory address or nil pointer dereference');
    expect(() => call('fullPemToPkcs12', `${leaf}\n`, key)).toThrow('runtime error');
    expect(() => call('pemToPkcs12', leaf, leaf)).toThrow('unable to parse private key type');
  });

  test('an empty trust store is a file too', () => {
    expect(decoded(call('pemTruststoreToPKCS12', '')).length).toBeGreaterThan(10);
  });
});

describe('JWK', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [secret, open] = [pair.privateKey.export({ format: 'jwk' }), pair.publicKey.export({ format: 'jwk' })];
  const json = (value: unknown): string => JSON.stringify(value);

  test('keys come as PKCS#8 and PKIX', () => {
    expect(call('jwkPrivateKeyPem', json(secret))).toBe(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }));
    expect(call('jwkPublicKeyPem', json(open))).toBe(pair.publicKey.export({ format: 'pem', type: 'spki' }));
  });

  test.each([
    ['jwkPublicKeyPem', json(secret), 'x509: unsupported public key type: *ecdsa.PrivateKey'],
    ['jwkPrivateKeyPem', json(open), 'x509: unknown key type while marshaling PKCS#8: *ecdsa.PublicKey'],
    ['jwkPrivateKeyPem', '{"kty":"oct","k":"AQ"}', 'x509: unknown key type while marshaling PKCS#8: []uint8'],
    ['jwkPublicKeyPem', '{}', 'invalid key type from JSON (…)'],
    ['jwkPublicKeyPem', 'junk', "failed to unmarshal JSON into key hint: invalid character '…' looking for beginning of value"],
    ['jwkPublicKeyPem', '', 'failed to unmarshal JSON into key hint: EOF'],
    ['jwkPublicKeyPem', '{"kty":"RSA"}', 'failed to unmarshal JSON into key (*jwk.rsaPublicKey): required field e is missing'],
    ['jwkPublicKeyPem', json({ ...open, crv: 'P-384' }), 'P384 point not on curve'],
    ['jwkPublicKeyPem', json({ ...open, x: '!' }), 'failed to decode value for key x: expected base64 encoded []byte (string)'],
    ['jwkPublicKeyPem', '{"kty":"OKP","crv":"Ed448","x":"AQ"}', 'failed to build public key: invalid curve algorithm …'],
    ['jwkPrivateKeyPem', '{"kty":"OKP","crv":"Ed25519","x":"AQ","d":"AQ"}', 'failed to build public key: wrong private key size'],
  ])('%s %s', (name, input, expected) => {
    expect(() => call(name, input)).toThrow(expected);
  });
});

describe('rsaDecrypt', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pems = (['pkcs1', 'pkcs8'] as const).map((type) => privateKey.export({ format: 'pem', type }).toString());

  test.each([
    ['SHA1', 'sha1'],
    ['SHA256', 'sha256'],
    ['SHA512', 'sha512'],
    ['None', 'sha256'],
    ['whatever', 'sha256'],
  ])('%s', (hash, oaepHash) => {
    const cipher = fromBytes(publicEncrypt({ key: publicKey, oaepHash }, Buffer.from('plain')));
    for (const pem of pems) expect(call('rsaDecrypt', 'RSA-OAEP', hash, cipher, pem)).toBe('plain');
  });

  test.each([
    ['AES', 'x', 'decryption scheme … is not supported'],
    ['RSA-OAEP', 'x', 'failed to decode PEM block'],
    ['RSA-OAEP', leaf, 'could not parse private key: unable to parse private key type'],
    ['RSA-OAEP', key, 'could not parse RSA private key'],
    ['RSA-OAEP', pems[0] ?? '', 'error decrypting data with RSA: crypto/rsa: decryption error'],
  ])('%s %#', (scheme, pem, expected) => {
    expect(() => call('rsaDecrypt', scheme, 'SHA256', 'junk', pem)).toThrow(expected);
  });

  test('the scheme None gives the input back', () => {
    expect(call('rsaDecrypt', 'None', 'None', 'plain', '')).toBe('plain');
  });
});

describe('YAML', () => {
  test('an error of fromYaml is a value', () => {
    const map = call('fromYaml', 'a: *secret') as GoMap;
    expect(map).toBeInstanceOf(GoMap);
    expect(map.entries).toEqual(new Map([['Error', "error converting YAML to JSON: yaml: unknown anchor 'secret' referenced"]]));
  });

  test('toYaml drops the line end, and swallows errors', () => {
    expect(call('toYaml', 'a')).toBe('a');
    expect(call('toYaml', 'a\n\n')).toBe('|+\n  a\n');
    expect(call('toYaml', Number.NaN)).toBe('');
    expect(call('toYaml', '\x7f')).toBe('');
  });
});

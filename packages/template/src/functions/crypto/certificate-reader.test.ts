import { Buffer } from 'node:buffer';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  contextTag,
  integer,
  nullValue,
  octetString,
  oid,
  printableString,
  sequence,
  setOf,
  time,
  utf8String,
} from '../../der/writer.ts';
import { GoError } from '../../go/error.ts';
import { compile } from '../../template.ts';
import { readCertificate } from './certificate-reader.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const ours = Buffer.from(compile('{{ (genCAWithKey "Our CA" 1 .key).Cert }}').render(new Map([['key', key]])));
const certificate = new X509Certificate(ours);
const hex = certificate.raw.toString('hex');
const spki = certificate.publicKey.export({ format: 'der', type: 'spki' });

test('the parts that signing needs', () => {
  const read = readCertificate(certificate.raw);
  expect(Buffer.from(read.subject)).toEqual(
    Buffer.from(sequence(setOf(sequence(oid('2.5.4.3'), printableString(Buffer.from('Our CA')))))),
  );
  expect(Buffer.from(read.publicKey)).toEqual(spki);
  expect(read.subjectKeyId).toHaveLength(20);
});

describe('what Go says of a certificate it does not read', () => {
  const algorithm = sequence(oid('1.3.101.112'));
  const validity = sequence(time(new Date(0)), time(new Date(0)));
  const signature = Buffer.from('030100', 'hex');
  const named = (value: Uint8Array): Uint8Array => sequence(setOf(sequence(oid('2.5.4.3'), value)));
  const whole = (...body: Uint8Array[]): Uint8Array => sequence(sequence(...body), algorithm, signature);
  const body = [integer(1), algorithm, sequence(), validity, sequence(), spki];
  const extended = (...extensions: Uint8Array[]): Uint8Array =>
    whole(contextTag(0, integer(2)), ...body, contextTag(3, sequence(...extensions)));
  const extension = (id: string, value: Uint8Array): Uint8Array => sequence(oid(id), octetString(value));

  test('though it reads the least that there can be', () => {
    expect(readCertificate(whole(...body)).subjectKeyId).toBeUndefined();
  });

  test.each([
    ['malformed certificate', Buffer.from('junk')],
    ['malformed tbs certificate', sequence()],
    ['malformed serial number', whole()],
    ['malformed version', whole(contextTag(0, nullValue()), ...body)],
    ['invalid version', whole(contextTag(0, integer(3)), ...body)],
    ['negative serial number', whole(integer(-1), ...body.slice(1))],
    ['malformed signature algorithm identifier', whole(integer(1))],
    ["inner and outer signature algorithm identifiers don't match", whole(integer(1), sequence(oid('1.2.3')), ...body.slice(2))],
    ['malformed issuer', whole(...body.slice(0, 2))],
    ['malformed validity', whole(...body.slice(0, 3))],
    ['unsupported time format', whole(...body.slice(0, 3), sequence(nullValue()))],
    ['malformed spki', whole(...body.slice(0, 5))],
    ['invalid RDNSequence', whole(...body.slice(0, 2), sequence(nullValue()))],
    ['invalid RDNSequence: invalid attribute value: unsupported string type: 5', whole(...body.slice(0, 2), named(nullValue()))],
    [
      'invalid RDNSequence: invalid attribute value: invalid PrintableString',
      whole(...body.slice(0, 2), named(printableString(Buffer.from('@')))),
    ],
    [
      'invalid RDNSequence: invalid attribute value: invalid UTF-8 string',
      whole(...body.slice(0, 2), named(utf8String(Uint8Array.of(0xff)))),
    ],
    ['malformed extension', extended(nullValue())],
    ['malformed extension value field', extended(sequence(oid('1.2.3')))],
    ['invalid key usage', extended(extension('2.5.29.15', nullValue()))],
    ['invalid extended key usages', extended(extension('2.5.29.37', sequence(nullValue())))],
    ['invalid basic constraints', extended(extension('2.5.29.19', nullValue()))],
    ['invalid subject key identifier', extended(extension('2.5.29.14', nullValue()))],
    ['invalid subject alternative names', extended(extension('2.5.29.17', nullValue()))],
    ['SAN dNSName is malformed', extended(extension('2.5.29.17', sequence(Buffer.from('8201ff', 'hex'))))],
    ['cannot parse IP address of length 3', extended(extension('2.5.29.17', sequence(Buffer.from('8703010203', 'hex'))))],
    [
      'certificate contains duplicate extension with OID "…"',
      extended(extension('1.2.3', nullValue()), extension('1.2.3', nullValue())),
    ],
    ['malformed signature', sequence(sequence(...body), algorithm)],
    ['trailing data', Buffer.concat([certificate.raw, nullValue()])],
  ])('%s', (message, bytes) => {
    expect(() => readCertificate(bytes)).toThrow(new GoError(`x509: ${message}`));
  });

  test('a date that is none', () => {
    const [, , year] = /170d(3236|32)(3\d)/.exec(hex) ?? [];
    expect(year).toBeDefined();
    const wrong = Buffer.from(hex.replace(/(170d(?:3\d){2})(?:3\d){2}/, '$13133'), 'hex');
    expect(() => readCertificate(wrong)).toThrow(new GoError('x509: malformed UTCTime'));
  });
});

test('a damaged certificate is an error of Go, if not a certificate', () => {
  fc.assert(
    fc.property(fc.nat(certificate.raw.length - 1), fc.nat(255), (at, byte) => {
      const changed = Buffer.from(certificate.raw);
      changed[at] = byte;
      expect(errorOf(() => readCertificate(changed))).toBeOneOf([undefined, expect.any(GoError)]);
    }),
  );
});

function errorOf(read: () => unknown): unknown {
  try {
    read();
    return undefined;
  } catch (error) {
    return error;
  }
}

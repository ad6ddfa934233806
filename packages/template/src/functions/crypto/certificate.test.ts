import { Buffer } from 'node:buffer';
import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { compile } from '../../template.ts';

const now = Date.parse('2026-07-01T12:00:00.999Z');
const pem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();
const keys: Record<string, string> = {
  rsa: pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
  small: pem(generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey),
  p256: pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  p521: pem(generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey),
  ed: pem(generateKeyPairSync('ed25519').privateKey),
  x: pem(generateKeyPairSync('x25519').privateKey),
};

function render(text: string, data: Record<string, string> = {}): string {
  const values = new Map(Object.entries({ ...keys, ...data }));
  return Buffer.from(compile(text).render(values, { now: () => now })).toString();
}

const certificate = (text: string, data?: Record<string, string>): X509Certificate =>
  new X509Certificate(render(`{{ (${text}).Cert }}`, data));

describe('an authority', () => {
  const ca = certificate('genCAWithKey "Our CA" 365 .p256');

  test('is named, may sign and is valid from now for its days', () => {
    expect(ca.subject).toBe('CN=Our CA');
    expect(ca.issuer).toBe('CN=Our CA');
    expect(ca.ca).toBe(true);
    expect(ca.validFromDate.toISOString()).toBe('2026-07-01T12:00:00.000Z');
    expect(ca.validToDate.toISOString()).toBe('2027-07-01T12:00:00.000Z');
    expect(ca.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(ca.verify(ca.publicKey)).toBe(true);
  });

  test('has a key identifier: 160 bits of the SHA-256 of its key (RFC 7093 method 1)', () => {
    // The last 65 bytes of a key on P-256 are its point.
    const id = createHash('sha256')
      .update(ca.publicKey.export({ format: 'der', type: 'spki' }).subarray(-65))
      .digest('hex')
      .slice(0, 40);
    expect(ca.raw.toString('hex')).toContain(`0603551d0e04160414${id}`);
  });
});

describe('a certificate of an authority', () => {
  test.each([
    ['rsa', 'p256', 'sha256WithRSAEncryption'],
    ['p256', 'rsa', 'ecdsa-with-SHA256'],
    ['p521', 'ed', 'ecdsa-with-SHA512'],
    ['ed', 'p521', 'ED25519'],
  ])('with a key %s signs for a key %s with %s', (theirs, ours, algorithm) => {
    const text = `{{ $ca := genCAWithKey "CA" 1 .${theirs} }}{{ $c := genSignedCertWithKey "web" (list "10.0.0.1" "::1") (list "a.example" "*.b") 10 $ca .${ours} }}{{ $ca.Cert }}{{ $c.Cert }}`;
    const [ca, leaf] = render(text)
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .map((one) => new X509Certificate(one));
    expect(leaf?.checkIssued(ca as X509Certificate)).toBe(true);
    expect(leaf?.verify((ca as X509Certificate).publicKey)).toBe(true);
    expect(leaf?.signatureAlgorithm).toBe(algorithm);
    expect(leaf?.subject).toBe('CN=web');
    expect(leaf?.ca).toBe(false);
    expect(leaf?.subjectAltName).toBe('DNS:a.example, DNS:*.b, IP Address:10.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(leaf?.checkPrivateKey(createPrivateKey(keys[ours] ?? ''))).toBe(true);
  });

  test('with the same name as the authority does not say which key signed', () => {
    const text = (name: string): X509Certificate =>
      certificate(`genSignedCertWithKey "${name}" nil nil 1 (genCAWithKey "CA" 1 .ed) .ed`);
    const authorityKeyId = '0603551d23';
    expect(text('CA').raw.toString('hex')).not.toContain(authorityKeyId);
    expect(text('other').raw.toString('hex')).toContain(authorityKeyId);
  });

  test('can be made from a built pair, and only with the key that belongs to it', () => {
    const text = 'genSignedCertWithKey "x" nil nil 1 (buildCustomCert (b64enc .cert) (b64enc .key)) .ed';
    const cert = render('{{ (genCAWithKey "CA" 1 .rsa).Cert }}');
    expect(certificate(text, { cert, key: keys['rsa'] ?? '' }).issuer).toBe('CN=CA');
    expect(() => certificate(text, { cert, key: keys['ed'] ?? '' })).toThrow(
      "error calling genSignedCertWithKey: error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
    );
  });
});

describe('a self-signed certificate', () => {
  test('without a name has its alternative names as what counts', () => {
    const raw = certificate('genSelfSignedCertWithKey "" (list) (list "a") 1 .ed').raw.toString('hex');
    // subjectAltName, critical, of one dNSName "a".
    expect(raw).toContain('0603551d110101ff04053003820161');
  });

  test.each([
    ['web', 'printable', '13'],
    ['a*b', 'UTF-8', '0c'],
    ['é', 'UTF-8', '0c'],
  ])('the name %s is a string of %s', (name, _, tag) => {
    const { raw, subject } = certificate('genSelfSignedCertWithKey .name nil nil 1 .ed', { name });
    expect(subject).toBe(`CN=${name}`);
    expect(raw.toString('hex')).toContain(`0603550403${tag}`);
  });

  test.each([
    [-5, '2026-06-26T12:00:00.000Z'],
    [106_751, '2318-10-10T12:00:00.000Z'],
    // More nanoseconds than an int64 holds: Go's duration wraps around, 9223371273.7 s into the past.
    [106_752, '1734-03-22T12:25:27.000Z'],
  ])('of %i days ends at %s', (days, end) => {
    expect(certificate(`genSelfSignedCertWithKey "x" nil nil ${days} .ed`).validToDate.toISOString()).toBe(end);
  });

  test('is new every time and has a key of its own', () => {
    const [one, other] = [certificate('genSelfSignedCert "x" nil nil 1'), certificate('genSelfSignedCert "x" nil nil 1')];
    expect(one?.serialNumber).not.toBe(other?.serialNumber);
    expect(one?.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  });
});

describe('keys come out in the form that Sprig prints', () => {
  test.each([
    ['rsa', 'pkcs1'],
    ['p256', 'sec1'],
    ['p521', 'sec1'],
    ['ed', 'pkcs8'],
  ] as const)('%s as %s', (name, type) => {
    const key = createPrivateKey(keys[name] ?? '');
    expect(render(`{{ (genCAWithKey "x" 1 .${name}).Key }}`)).toBe(key.export({ format: 'pem', type }).toString());
  });
});

describe('errors', () => {
  test.each([
    ['genCAWithKey "x" 1 .x', 'error creating certificate: x509: certificate private key does not implement crypto.Signer'],
    [
      'genSignedCertWithKey "x" nil nil 1 (genCAWithKey "x" 1 .ed) .x',
      'error creating certificate: x509: unsupported public key type: *ecdh.PublicKey',
    ],
    [
      'genCAWithKey "x" 1 .small',
      'error creating certificate: crypto/rsa: 512-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)',
    ],
    ['genCAWithKey "x" 1 ""', 'parsing private key: no PEM data in input'],
    ['genSelfSignedCertWithKey "x" (list 1) nil 1 .ed', 'error parsing ip: … is not a string'],
    ['genSelfSignedCertWithKey "x" (list "1.2.3") nil 1 .ed', 'error parsing ip: …'],
    ['genSelfSignedCertWithKey "x" nil (list 1) 1 .ed', 'error processing alternate dns name: … is not a string'],
    ['genSelfSignedCertWithKey "x" nil (list "é") 1 .ed', 'error creating certificate: x509: … cannot be encoded as an IA5String'],
    ['genCAWithKey ("/w==" | b64dec) 1 .ed', 'error creating certificate: asn1: string not valid UTF-8'],
    ['buildCustomCert "!" "!"', 'unable to decode base64 certificate'],
    ['buildCustomCert "" "!"', 'unable to decode base64 private key'],
    ['buildCustomCert "" ""', 'unable to decode certificate'],
    [
      'buildCustomCert (b64enc (replace "ED25519" "X" .ed)) ""',
      'error parsing certificate: decodedCert.Bytes: x509: malformed tbs certificate',
    ],
    ['buildCustomCert (b64enc (genCAWithKey "x" 1 .ed).Cert) ""', 'error parsing private key: no PEM data in input'],
  ])('%s', (call, message) => {
    expect(() => render(`{{ ${call} }}`)).toThrow(`: ${message}`);
  });

  test('more keys than a rendering may make end at a limit, before the time is spent', () => {
    const bomb = compile('{{ range until 100 }}{{ genCA "x" 1 }}{{ end }}', { limits: { slow: 0 } });
    expect(() => bomb.render(new Map())).toThrow(expect.objectContaining({ code: 'SIGNET_TEMPLATE_LIMIT' }));
  });

  test('a message has nothing of the key, of a name or of an address in it', () => {
    const canary = 'canary-7f3a';
    for (const call of ['genCAWithKey "x" 1 .c', 'genSelfSignedCertWithKey "x" (list .c) nil 1 .ed', 'buildCustomCert .c .c']) {
      expect(() => render(`{{ ${call} }}`, { c: canary })).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining(canary) as string }),
      );
    }
  });
});

test('a certificate is a struct of two texts', () => {
  expect(render('{{ $c := genCAWithKey "x" 1 .ed }}{{ kindOf $c }} {{ typeOf $c }}')).toBe('struct sprig.certificate');
  expect(compile('{{ genCA "x" 1 }}{{ buildCustomCert "" "" }}').variableFunctions).toEqual(['genCA']);
});

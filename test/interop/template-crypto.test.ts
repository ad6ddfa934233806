import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compile } from '@signet/template';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needing } from './needing.ts';
import { TemplateOracle } from './template-oracle/oracle.ts';

function openssl(args: readonly string[], input: string | Uint8Array = ''): string {
  const { status, stdout, stderr } = spawnSync('openssl', args, { input });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr.toString()}`);
  return stdout.toString('latin1');
}

const render = (text: string, data: Record<string, string> = {}): string =>
  Buffer.from(compile(text).render(new Map(Object.entries(data)))).toString('latin1');
const key = (type: string): string => openssl(['genpkey', ...type.split(' ')]);

/** Kinds of keys that Go makes certificates with, as openssl makes them. */
const kinds = [
  ['RSA', '-algorithm RSA -pkeyopt rsa_keygen_bits:2048', 'sha256WithRSAEncryption'],
  ['P-256', '-algorithm EC -pkeyopt ec_paramgen_curve:P-256', 'ecdsa-with-SHA256'],
  ['P-384', '-algorithm EC -pkeyopt ec_paramgen_curve:P-384', 'ecdsa-with-SHA384'],
  ['P-521', '-algorithm EC -pkeyopt ec_paramgen_curve:P-521', 'ecdsa-with-SHA512'],
  ['Ed25519', '-algorithm ED25519', 'ED25519'],
] as const;

needing('openssl', spawnSync('openssl', ['version']).status === 0, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'signet-template-crypto-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const file = (name: string, text: string): string => {
    const place = path.join(folder, name);
    writeFileSync(place, text);
    return place;
  };

  describe.each(kinds)('an authority with a key of %s', (_, parameters, algorithm) => {
    const text = `{{ $ca := genCAWithKey "Our CA" 30 .ca }}{{ $ca.Cert }}{{ (genSignedCertWithKey "web" (list "10.0.0.1" "::1") (list "a.example" "*.b.example") 10 $ca .key).Cert }}`;

    test('is what openssl takes for one, and so is what it signs', () => {
      const [ca = '', leaf = ''] = render(text, { ca: key(parameters), key: key(parameters) }).split(
        /(?<=-----END CERTIFICATE-----\n)/,
      );
      expect(
        openssl([
          'verify',
          '-x509_strict',
          '-purpose',
          'sslserver',
          '-verify_ip',
          '10.0.0.1',
          '-CAfile',
          file('ca', ca),
          file('leaf', leaf),
        ]),
      ).toMatch(/: OK\n$/);
      expect(
        openssl([
          'verify',
          '-purpose',
          'sslclient',
          '-verify_hostname',
          'c.b.example',
          '-CAfile',
          file('ca', ca),
          file('leaf', leaf),
        ]),
      ).toMatch(/: OK\n$/);

      const shown = openssl(['x509', '-noout', '-text'], ca);
      for (const line of [
        /Version: 3 \(0x2\)/,
        new RegExp(`Signature Algorithm: ${algorithm}`),
        /Issuer: CN = Our CA\n/,
        /Subject: CN = Our CA\n/,
        /X509v3 Key Usage: critical\n *Digital Signature, Key Encipherment, Certificate Sign\n/,
        /X509v3 Extended Key Usage: *\n *TLS Web Server Authentication, TLS Web Client Authentication\n/,
        /X509v3 Basic Constraints: critical\n *CA:TRUE\n/,
        /X509v3 Subject Key Identifier: *\n *(?:[0-9A-F]{2}:){19}[0-9A-F]{2}\n/,
      ]) {
        expect(shown).toMatch(line);
      }
      const ofLeaf = openssl(['x509', '-noout', '-text'], leaf);
      for (const line of [
        /X509v3 Key Usage: critical\n *Digital Signature, Key Encipherment\n/,
        /X509v3 Basic Constraints: critical\n *CA:FALSE\n/,
        /X509v3 Subject Alternative Name: *\n *DNS:a\.example, DNS:\*\.b\.example, IP Address:10\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1\n/,
      ]) {
        expect(ofLeaf).toMatch(line);
      }
      const id = (of: string, name: string): string | undefined =>
        new RegExp(`${name} Key Identifier: *\\n *([0-9A-F:]+)\\n`).exec(of)?.[1];
      expect(id(ofLeaf, 'Authority')).toBe(id(shown, 'Subject'));
    });
  });

  test.each(['rsa', 'ecdsa', 'ed25519', 'dsa'])('a new key of %s is sound', (type) => {
    const pem = render(`{{ genPrivateKey "${type}" }}`);
    expect(openssl(['pkey', '-noout', '-check'], pem)).toMatch(/valid/);
  });

  test('openssl decrypts what encryptAES makes', () => {
    const whole = Buffer.from(render('{{ encryptAES "a password" "a text" }}'), 'base64');
    const hex = { key: Buffer.alloc(32, 0), iv: whole.subarray(0, 16).toString('hex') };
    hex.key.write('a password');
    expect(openssl(['enc', '-d', '-aes-256-cbc', '-K', hex.key.toString('hex'), '-iv', hex.iv], whole.subarray(16))).toBe('a text');
  });
});

const hasGo = spawnSync('go', ['version']).status === 0;
needing('Go', hasGo, () => {
  let go: TemplateOracle;
  beforeAll(() => {
    go = new TemplateOracle();
  });
  afterAll(() => go.stop());
  const ask = async (template: string, data: Record<string, string>): Promise<string> => {
    const [answer] = await go.solve([{ set: 'sealed-secrets', template, data }]);
    if (!answer || !('output' in answer)) throw new Error(`Go answers ${JSON.stringify(answer)}`);
    return answer.output;
  };

  /** All of a certificate but what differs every time: serial, times, and the signature over them. */
  const lasting = (pem: string): string => {
    const tree = openssl(['x509', '-noout', '-text', '-certopt', 'no_serial,no_validity,no_sigdump'], pem);
    const extensions = openssl(['asn1parse', '-i'], pem)
      .split('\n')
      .filter((line) => /cons|OBJECT|OCTET|BOOLEAN|BIT|STRING/.test(line) && !/d=[12] .*(?:SEQUENCE|BIT)/.test(line));
    return [tree, ...extensions.map((line) => line.replace(/^ *\d+:/, '').replace(/l= *\d+ (?=cons)/, ''))].join('\n');
  };

  test.each([
    ['genCAWithKey "Our CA" 30 .key', 'an authority'],
    ['genSelfSignedCertWithKey "" (list "1.2.3.4" "::ffff:9.8.7.6") nil 30 .key', 'without a name'],
    ['genSelfSignedCertWithKey "é*" nil (list "a") 30 .key', 'with a name of its own letters'],
    ['genSignedCertWithKey "web" (list "::1") (list "a" "*.b") 30 (buildCustomCert (b64enc .ca) (b64enc .caKey)) .key', 'signed'],
    ['genSignedCertWithKey "Our CA" nil nil 30 (buildCustomCert (b64enc .ca) (b64enc .caKey)) .key', 'signed, of the same name'],
  ])('Go makes the same certificate: %s', async (call) => {
    const caKey = key('-algorithm EC -pkeyopt ec_paramgen_curve:P-256');
    const ca = render('{{ (genCAWithKey "Our CA" 30 .caKey).Cert }}', { caKey });
    const data = { ca, caKey, key: key('-algorithm ED25519') };
    const template = `{{ (${call}).Cert }}`;
    const goTemplate = Buffer.from(template).toString('latin1');
    expect(lasting(render(template, data))).toBe(lasting(await ask(goTemplate, data)));
  });

  test('each decrypts what the other encrypted', async () => {
    const password = 'p'.repeat(40);
    const ours = render('{{ encryptAES .password "our text" }}', { password });
    expect(await ask('{{ decryptAES .password .ours }}', { password, ours })).toBe('our text');
    const theirs = await ask('{{ encryptAES .password "their text" }}', { password });
    expect(render('{{ decryptAES .password .theirs }}', { password, theirs })).toBe('their text');
  });
});

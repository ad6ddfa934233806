import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isSignetError } from '@signet/errors';
import { compile, externalSecretsFunctions, renderTarget } from '@signet/template';
import type { DecodingStrategy } from '@signet/template';
import { afterAll, describe, expect, test } from 'vitest';
import { needing } from './needing.ts';

/** The vectors folder beside the checkout: what the reference engine of external-secrets made of known templates. */
const vectors = process.env['SIGNET_VECTORS'] ?? path.resolve(import.meta.dirname, '../../../shared/vectors');
const file = path.join(vectors, 'templates/external-secrets.json');

interface Case {
  readonly id: string;
  readonly group: string;
  readonly data: string;
  readonly template?: string;
  readonly template_b64?: string;
  readonly output?: string;
  readonly output_b64?: string;
  readonly error?: string;
}

interface ScopeCase {
  readonly id: string;
  readonly object: 'Secret' | 'ConfigMap' | 'Custom';
  readonly initial?: Record<string, unknown>;
  readonly scope: string;
  readonly target: string;
  readonly decodingStrategy: DecodingStrategy;
  readonly template: Record<string, string>;
  readonly data: Record<string, string>;
  readonly result?: Record<string, unknown>;
  readonly error?: string;
}

const base64 = (text: string): Buffer => Buffer.from(text, 'base64');

/** Our message against Go's: what we hide may be anything. */
function expectLike(ours: string, theirs: string): void {
  const parts = ours.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  expect(theirs).toMatch(new RegExp(`^${parts.join(String.raw`[\s\S]*`)}$`));
}

function errorOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isSignetError(error)) return error.message;
    throw error;
  }
  throw new Error('it did not fail');
}

needing(`the vectors folder beside the checkout (${file})`, existsSync(file), () => {
  const { cases, scope_cases, datasets } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly cases: readonly Case[];
    readonly scope_cases: readonly ScopeCase[];
    readonly datasets: Readonly<Record<string, { readonly text: Record<string, string>; readonly base64: Record<string, string> }>>;
  };
  const dataOf = (name: string): Map<string, string | Uint8Array> => {
    const { text = {}, base64: bytes = {} } = datasets[name] ?? {};
    return new Map<string, string | Uint8Array>([
      ...Object.entries(text),
      ...Object.entries(bytes).map(([key, value]) => [key, base64(value)] as const),
    ]);
  };

  const render = ({ template, template_b64: packed = '', data }: Case): string => {
    const text = template ?? base64(packed).toString();
    const compiled = compile(text, { name: 'k', functions: externalSecretsFunctions, missingKey: 'error' });
    return Buffer.from(compiled.render(dataOf(data))).toString('latin1');
  };
  const ours = cases.filter(({ group }) => group === 'eso-pki' || group === 'json-yaml');

  test.each(ours.filter(({ error }) => error === undefined))('$id renders', (one) => {
    const expected = one.output === undefined ? base64(one.output_b64 ?? '') : Buffer.from(one.output);
    expect(render(one)).toBe(expected.toString('latin1'));
  });

  test.each(ours.filter(({ error }) => error !== undefined))('$id is refused', (one) => {
    const { error = '' } = one;
    expectLike(
      errorOf(() => render(one)),
      error.slice(error.indexOf('template: ')),
    );
  });

  const kinds = {
    Secret: { apiVersion: 'v1', kind: 'Secret', metadata: {} },
    ConfigMap: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } },
    Custom: { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' } },
  };

  describe('targets', () => {
    test.each(scope_cases)(
      '$id $object $scope $target',
      ({ object, initial, scope, target, decodingStrategy, template, data, result, error }) => {
        const render = (): Record<string, unknown> =>
          renderTarget({
            scope,
            target,
            decodingStrategy,
            templates: template,
            data: new Map(Object.entries(data)),
            object: { ...kinds[object], ...initial },
          }).object;
        if (error !== undefined) return expectLike(errorOf(render), error);
        // The recorded Secrets are without their type; the other objects have it.
        expect(render()).toEqual(object === 'Secret' ? { apiVersion: 'v1', kind: 'Secret', ...result } : result);
      },
    );
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

needing('openssl', hasOpenssl, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-template-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function openssl(args: readonly string[], input: string | Uint8Array = ''): Buffer {
    const { status, stdout, stderr } = spawnSync('openssl', args, { input });
    if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr.toString()}`);
    return stdout;
  }

  function render(template: string, data: Readonly<Record<string, string | Uint8Array>>): string {
    return Buffer.from(
      compile(template, { functions: externalSecretsFunctions, missingKey: 'error' }).render(new Map(Object.entries(data))),
    ).toString('latin1');
  }

  /** A key and a certificate for it, made by openssl. */
  function pair(name: string, algorithm: readonly string[]): { readonly key: string; readonly cert: string } {
    const at = path.join(folder, `${name}.key`);
    openssl(['genpkey', ...algorithm, '-out', at]);
    const key = openssl(['pkcs8', '-topk8', '-nocrypt', '-in', at]).toString();
    const san = 'subjectAltName=DNS:a.test,IP:10.0.0.1,IP:2001:db8::1,email:x@a.test,URI:spiffe://a/b';
    const cert = openssl([
      'req',
      '-x509',
      '-key',
      at,
      '-subj',
      `/C=DE/O=Acme, Inc./CN=${name}`,
      '-addext',
      san,
      '-days',
      '30',
    ]).toString();
    return { key, cert };
  }
  const pairs = {
    rsa: pair('rsa', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']),
    'P-224': pair('p224', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-224', '-pkeyopt', 'ec_param_enc:named_curve']),
    'P-256': pair('p256', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']),
    'P-384': pair('p384', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']),
    'P-521': pair('p521', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521']),
    ed25519: pair('ed25519', ['-algorithm', 'ED25519']),
  };
  const names = Object.keys(pairs) as (keyof typeof pairs)[];

  describe.each(names)('PKCS#12 with a key of %s', (name) => {
    const { key, cert } = pairs[name];

    test.each(name === 'rsa' ? ['', 'geheim', 'pässwörd'] : ['geheim'])(
      'openssl opens what is made here, password "%s"',
      (password) => {
        const made = base64(render('{{ fullPemToPkcs12Pass .cert .key .password }}', { cert, key, password }));
        const at = path.join(folder, `ours-${name}.p12`);
        writeFileSync(at, made);
        const args = ['pkcs12', '-in', at, '-passin', `pass:${password}`, '-nodes'];
        expect(openssl(['pkey'], openssl([...args, '-nocerts'])).toString()).toBe(openssl(['pkey'], key).toString());
        expect(openssl(['x509'], openssl([...args, '-nokeys'])).toString()).toBe(cert);
      },
    );

    const ways: readonly (readonly [string, readonly string[]])[] = [
      ['modern', []],
      ['AES-128', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC']],
      ['AES-192', ['-keypbe', 'AES-192-CBC', '-certpbe', 'AES-192-CBC', '-macalg', 'SHA512']],
      ['legacy: 40-bit RC2 and 3DES', ['-legacy']],
      ['128-bit RC2', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128']],
      ['3DES', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'SHA1']],
      ['certificates in the open', ['-certpbe', 'NONE']],
    ];
    test.each(name === 'rsa' ? ways : ways.filter(([way]) => /^modern|^legacy/.test(way)))(
      'what openssl makes opens here, %s',
      (_way, options) => {
        const [keyFile, certFile] = [path.join(folder, `${name}.in.key`), path.join(folder, `${name}.in.crt`)];
        writeFileSync(keyFile, key);
        writeFileSync(certFile, cert);
        for (const password of ['', 'geheim']) {
          const made = openssl([
            'pkcs12',
            '-export',
            ...options,
            '-inkey',
            keyFile,
            '-in',
            certFile,
            '-passout',
            `pass:${password}`,
          ]);
          const data = { made, password };
          expect(render('{{ pkcs12keyPass .password .made }}', data)).toBe(key);
          expect(render('{{ pkcs12certPass .password .made }}', data)).toBe(cert);
          expect(errorOf(() => render('{{ pkcs12keyPass "falsch" .made }}', data))).toContain(
            'pkcs12: decryption password incorrect',
          );
        }
      },
    );

    test('without a password there are functions that need none', () => {
      const made = base64(render('{{ pemToPkcs12 .cert .key }}', { cert, key }));
      expect(render('{{ pkcs12key .made }}{{ pkcs12cert .made }}', { made })).toBe(key + cert);
    });

    test('names of the certificate are those openssl put in', () => {
      expect(render('{{ certSANs .cert }}', { cert })).toBe('[a.test 10.0.0.1 2001:db8::1 x@a.test spiffe://a/b]');
    });
  });

  test('a trust store has all certificates, each with its name and marked for Java', () => {
    const certificates = pairs.rsa.cert + pairs.ed25519.cert.trimEnd();
    const made = base64(render('{{ pemTruststoreToPKCS12Pass .certs "changeit" }}', { certs: certificates }));
    const text = openssl(['pkcs12', '-passin', 'pass:changeit', '-nokeys'], made).toString();
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(text).toContain('friendlyName: CN=rsa,O=Acme\\, Inc.,C=DE');
    expect(text).toContain('2.16.840.1.113894.746875.1.1: ');
  });

  test('keys of JWKs are those openssl reads', () => {
    const kinds = [
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      ...['P-256', 'P-384', 'P-521'].map((namedCurve) => generateKeyPairSync('ec', { namedCurve })),
      generateKeyPairSync('ed25519'),
    ];
    for (const { privateKey, publicKey } of kinds) {
      const jwk = {
        private: JSON.stringify(privateKey.export({ format: 'jwk' })),
        public: JSON.stringify(publicKey.export({ format: 'jwk' })),
      };
      const pem = render('{{ jwkPrivateKeyPem .private }}', jwk);
      expect(openssl(['pkey', '-pubout'], pem).toString()).toBe(render('{{ jwkPublicKeyPem .public }}', jwk));
      expect(openssl(['pkey'], pem).toString()).toBe(pem);
    }
  });

  test.each(['SHA1', 'SHA256', 'SHA512'])('what openssl encrypts with RSA-OAEP and %s opens here', (hash) => {
    const at = path.join(folder, 'rsa.key');
    const options = ['-pkeyopt', 'rsa_padding_mode:oaep', '-pkeyopt', `rsa_oaep_md:${hash.toLowerCase()}`];
    const cipher = openssl(['pkeyutl', '-encrypt', '-inkey', at, ...options], 'klartext');
    expect(render(`{{ rsaDecrypt "RSA-OAEP" "${hash}" .cipher .key }}`, { cipher, key: pairs.rsa.key })).toBe('klartext');
  });
});

import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import forge from 'node-forge';

/** The keys and certificates of one sandbox. All PEM; kept in the data file so that a kubeconfig survives a restart. */
export interface Identity {
  /** Certificate of the authority that signed `certificate`. */
  readonly ca: string;
  readonly certificate: string;
  readonly privateKey: string;
  /** Bearer token of the administrator. */
  readonly token: string;
  /** RSA private key that signs service-account tokens. */
  readonly serviceAccountKey: string;
}

const years = 10;
const names = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];

/**
 * Makes a certificate authority, a server certificate for loopback names and addresses, a token and a signing key.
 *
 * @param options.host further address the server listens on
 * @param options.now start of the certificates' validity, ten years long
 */
export function createIdentity(options: { readonly host: string; readonly now: Date }): Identity {
  const authority = rsaPair();
  const server = rsaPair();
  const subject = [{ name: 'commonName', value: 'signet-sandbox-ca' }];
  const ca = certificate({ publicKey: authority.public, subject, issuer: subject, signer: authority.private, now: options.now }, [
    { name: 'basicConstraints', critical: true, cA: true },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true, digitalSignature: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  const addresses = [...new Set(['127.0.0.1', '::1', '10.96.0.1', options.host])].filter((host) => /^[\d.:a-f]+$/i.test(host));
  const leaf = certificate(
    {
      publicKey: server.public,
      subject: [{ name: 'commonName', value: 'kube-apiserver' }],
      issuer: subject,
      signer: authority.private,
      now: options.now,
    },
    [
      { name: 'basicConstraints', critical: true, cA: false },
      { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [...names.map((value) => ({ type: 2, value })), ...addresses.map((ip) => ({ type: 7, ip }))],
      },
    ],
  );
  return {
    ca,
    certificate: leaf,
    privateKey: server.private,
    token: `sandbox-${randomBytes(24).toString('base64url')}`,
    serviceAccountKey: rsaPair().private,
  };
}

interface Template {
  readonly publicKey: string;
  readonly subject: forge.pki.CertificateField[];
  readonly issuer: forge.pki.CertificateField[];
  readonly signer: string;
  readonly now: Date;
}

function certificate(template: Template, extensions: object[]): string {
  const made = forge.pki.createCertificate();
  made.publicKey = forge.pki.publicKeyFromPem(template.publicKey);
  // The first byte stays below 0x80: a serial number is a positive integer.
  made.serialNumber = `01${randomBytes(15).toString('hex')}`;
  made.validity.notBefore = new Date(template.now.getTime() - 60_000);
  made.validity.notAfter = new Date(template.now);
  made.validity.notAfter.setUTCFullYear(template.now.getUTCFullYear() + years);
  made.setSubject(template.subject);
  made.setIssuer(template.issuer);
  made.setExtensions(extensions);
  made.sign(forge.pki.privateKeyFromPem(template.signer), forge.md.sha256.create());
  return forge.pki.certificateToPem(made);
}

/** node:crypto makes a 2048-bit key in a tenth of the time node-forge needs. */
function rsaPair(): { public: string; private: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { public: publicKey, private: createPrivateKey(privateKey).export({ type: 'pkcs1', format: 'pem' }).toString() };
}

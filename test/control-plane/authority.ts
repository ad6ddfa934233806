import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** A certificate and its private key, PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** Who a certificate is for. */
export interface Subject {
  /** The user name of a client. */
  readonly commonName: string;
  /** The groups of a client. */
  readonly organizations?: readonly string[];
  /** Names and addresses of a server; a certificate without any is a client's. */
  readonly hosts?: readonly string[];
}

/** A certificate authority that lives as long as one control plane. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  issue(subject: Subject): Promise<Identity>;
}

const generate = promisify(generateKeyPair);

/** A new RSA pair of 2048 bits, PEM: what service-account tokens are signed with, and all certificates here. */
export async function newKeyPair(): Promise<{ readonly publicKey: string; readonly privateKey: string }> {
  return generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host);
}

/** Makes an authority; the servers it issues certificates for are trusted by those who hold its certificate, and nobody else. */
export async function createAuthority(commonName: string): Promise<Authority> {
  const pair = await newKeyPair();
  const issuer = [{ name: 'commonName', value: commonName }];

  const sign = (subject: forge.pki.CertificateField[], publicKey: string, extensions: object[]): string => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
    certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
    certificate.validity.notBefore = new Date(Date.now() - 3_600_000);
    certificate.validity.notAfter = new Date(Date.now() + 7 * 86_400_000);
    certificate.setSubject(subject);
    certificate.setIssuer(issuer);
    certificate.setExtensions(extensions);
    certificate.sign(forge.pki.privateKeyFromPem(pair.privateKey), forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };

  return {
    certificate: sign(issuer, pair.publicKey, [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ]),
    key: pair.privateKey,
    issue: async ({ commonName, organizations = [], hosts = [] }) => {
      const keys = await newKeyPair();
      const subject = [
        ...organizations.map((value) => ({ name: 'organizationName', value })),
        { name: 'commonName', value: commonName },
      ];
      const altNames = hosts.map((host) => (isAddress(host) ? { type: 7, ip: host } : { type: 2, value: host }));
      const cert = sign(subject, keys.publicKey, [
        { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
        { name: 'extKeyUsage', serverAuth: hosts.length > 0, clientAuth: hosts.length === 0 },
        ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
      ]);
      return { cert, key: keys.privateKey };
    },
  };
}

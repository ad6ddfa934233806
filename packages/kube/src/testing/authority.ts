import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

/** A certificate and its key, PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority for tests. */
export interface Authority {
  readonly ca: string;
  /** A certificate for 127.0.0.1 and the names, or for a client of that common name. */
  issue(names?: readonly string[]): Identity;
}

interface Subject {
  readonly commonName: string;
  readonly extensions: object[];
}

let serial = 1;

function newKeys(): { publicKey: forge.pki.PublicKey; privateKey: forge.pki.PrivateKey; pem: string } {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return {
    publicKey: forge.pki.publicKeyFromPem(pair.publicKey),
    privateKey: forge.pki.privateKeyFromPem(pair.privateKey),
    pem: pair.privateKey,
  };
}

/** Makes an authority of its own; two of them do not trust each other. */
export function makeAuthority(commonName: string): Authority {
  const authorityKeys = newKeys();
  const issuer = [{ name: 'commonName', value: commonName }];

  const sign = (subject: Subject, publicKey: forge.pki.PublicKey): string => {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = publicKey;
    certificate.serialNumber = (serial++).toString(16).padStart(2, '0');
    certificate.validity.notBefore = new Date(Date.now() - 3_600_000);
    certificate.validity.notAfter = new Date(Date.now() + 86_400_000);
    certificate.setSubject([{ name: 'commonName', value: subject.commonName }]);
    certificate.setIssuer(issuer);
    certificate.setExtensions(subject.extensions);
    certificate.sign(authorityKeys.privateKey as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };

  const ca = sign(
    {
      commonName,
      extensions: [
        { name: 'basicConstraints', cA: true, critical: true },
        { name: 'keyUsage', keyCertSign: true },
      ],
    },
    authorityKeys.publicKey,
  );
  return {
    ca,
    issue(names = []) {
      const keys = newKeys();
      const altNames = [{ type: 7, ip: '127.0.0.1' }, ...names.map((value) => ({ type: 2, value }))];
      const cert = sign({ commonName: names[0] ?? 'test', extensions: [{ name: 'subjectAltName', altNames }] }, keys.publicKey);
      return { cert, key: keys.pem };
    },
  };
}

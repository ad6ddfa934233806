import { decodePem } from '../../der/pem.ts';
import { decodeBase64, illegalBase64 } from '../../go/base64.ts';
import { goError } from '../../go/error.ts';
import type { Struct } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import { fn, variable } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { alternativeNames, makeCertificate } from './certificate-maker.ts';
import type { Signer, Wanted } from './certificate-maker.ts';
import { certificateValue, pairOf } from './certificate-pair.ts';
import type { CertificatePair } from './certificate-pair.ts';
import { readCertificate } from './certificate-reader.ts';
import type { Authority } from './certificate-reader.ts';
import { readPrivateKey, within } from './key-reader.ts';
import { makeRsaKey } from './private-key.ts';
import type { PrivateKey } from './private-key.ts';

/** What reading a certificate or a key counts for: bytes that are looked through in about the time of one step, and what is inside. */
const pemBytesPerStep = 64;
const certificateSteps = 500;
const givenKeySteps = 2_500;
/** Checking the numbers of an RSA key takes time with the square of their length: some 4 ms for one of 4096 bits. */
const squaredPerStep = 512;

function certificateIn({ budget }: Run, pem: string, words: string): Authority {
  budget.step(certificateSteps + Math.ceil(pem.length / pemBytesPerStep));
  const block = decodePem(pem)?.block;
  if (!block) throw goError`unable to decode certificate`;
  return within(words, () => readCertificate(block.bytes));
}

function givenKey({ budget }: Run, pem: string, words = 'parsing private key'): PrivateKey {
  budget.step(givenKeySteps + Math.ceil(pem.length ** 2 / squaredPerStep));
  return within(words, () => readPrivateKey(pem));
}

function authority(run: Run, commonName: string, days: bigint, key: PrivateKey): Struct {
  const wanted = { commonName, days, ips: [], dnsNames: [], isAuthority: true };
  return issued(run, wanted, key, { key });
}

function issued(run: Run, wanted: Wanted, key: PrivateKey, signer: Signer): Struct {
  return certificateValue(within('error creating certificate', () => makeCertificate(run, wanted, key, signer)));
}

interface Names {
  readonly items: readonly unknown[];
}

function leaf(run: Run, commonName: string, ips: Names, dnsNames: Names, days: bigint): Wanted {
  run.budget.step(ips.items.length + dnsNames.items.length);
  return { commonName, days, ...alternativeNames(ips.items, dnsNames.items), isAuthority: false };
}

function signerOf(run: Run, pair: CertificatePair): Signer {
  const certificate = certificateIn(run, pair.cert, 'error parsing certificate: decodedSignerCert.Bytes');
  return { certificate, key: givenKey(run, pair.key, 'error parsing private key') };
}

/** Certificates with their keys. Keys that are not given are RSA of 2048 bits. */
export const certificateFunctions: FunctionTable = {
  genCA: variable('func(string, int) (sprig.certificate, error)', (run, name, days) =>
    authority(run, name, days, makeRsaKey(run.budget, 2048)),
  ),
  genCAWithKey: variable('func(string, int, string) (sprig.certificate, error)', (run, name, days, key) =>
    authority(run, name, days, givenKey(run, key)),
  ),

  genSelfSignedCert: variable(
    'func(string, []interface {}, []interface {}, int) (sprig.certificate, error)',
    (run, name, ips, dnsNames, days) => {
      const key = makeRsaKey(run.budget, 2048);
      return issued(run, leaf(run, name, ips, dnsNames, days), key, { key });
    },
  ),
  genSelfSignedCertWithKey: variable(
    'func(string, []interface {}, []interface {}, int, string) (sprig.certificate, error)',
    (run, name, ips, dnsNames, days, pem) => {
      const key = givenKey(run, pem);
      return issued(run, leaf(run, name, ips, dnsNames, days), key, { key });
    },
  ),

  genSignedCert: variable(
    'func(string, []interface {}, []interface {}, int, sprig.certificate) (sprig.certificate, error)',
    (run, name, ips, dnsNames, days, ca) => {
      const signer = signerOf(run, pairOf(ca));
      return issued(run, leaf(run, name, ips, dnsNames, days), makeRsaKey(run.budget, 2048), signer);
    },
  ),
  genSignedCertWithKey: variable(
    'func(string, []interface {}, []interface {}, int, sprig.certificate, string) (sprig.certificate, error)',
    (run, name, ips, dnsNames, days, ca, pem) => {
      const key = givenKey(run, pem);
      const signer = signerOf(run, pairOf(ca));
      return issued(run, leaf(run, name, ips, dnsNames, days), key, signer);
    },
  ),

  buildCustomCert: fn('func(string, string) (sprig.certificate, error)', (run, cert64, key64) => {
    if (illegalBase64(cert64) !== undefined) throw goError`unable to decode base64 certificate`;
    if (illegalBase64(key64) !== undefined) throw goError`unable to decode base64 private key`;
    const pair = { cert: decodeBase64(cert64), key: decodeBase64(key64) };
    certificateIn(run, pair.cert, 'error parsing certificate: decodedCert.Bytes');
    givenKey(run, pair.key, 'error parsing private key');
    return certificateValue(pair);
  }),
};

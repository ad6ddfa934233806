import { encodeBase64 } from '../../go/base64.ts';
import { encodePem } from '../../der/pem.ts';
import { GoError, goError, shown } from '../../go/error.ts';
import { fromBytes, toBytes } from '../../go/utf8.ts';
import type { Run } from '../../run.ts';
import { fn, variable } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { parseCertificate } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { onlyCertificates, orderChain, writeCertificates } from './certificate-chain.ts';
import { parseAnyKey, pkcs8Of } from './key.ts';
import { needPem } from './pem-text.ts';
import { readPkcs12 } from './pkcs12-reader.ts';
import type { Pkcs12 } from './pkcs12-reader.ts';
import { writePkcs12, writeTrustStore } from './pkcs12-writer.ts';

function opened(run: Run, file: string, password: string, what: string): Pkcs12 {
  run.budget.make(4 * file.length);
  try {
    return readPkcs12(run, toBytes(file), password);
  } catch (error) {
    throw error instanceof GoError ? goError`${shown(what)}: ${shown(error.message)}` : error;
  }
}

function keyOf(run: Run, file: string, password: string): string {
  return encodePem('PRIVATE KEY', pkcs8Of(opened(run, file, password, 'unable to decode pkcs12 with password').key));
}

function certificatesOf(run: Run, file: string, password: string): string {
  const { certificate, others } = opened(run, file, password, 'unable to decode pkcs12 certificate with password');
  const all = [certificate, ...others];
  return writeCertificates(orderedIfPossible(all));
}

function orderedIfPossible(certificates: readonly Certificate[]): readonly Certificate[] {
  try {
    return orderChain(certificates);
  } catch (error) {
    if (error instanceof GoError) return certificates;
    throw error;
  }
}

function made(
  run: Run,
  pem: { readonly certificates: string; readonly key: string },
  o: { readonly password: string; readonly isWhole: boolean },
): string {
  run.budget.make(4 * (pem.certificates.length + pem.key.length));
  const first = needPem(pem.certificates);
  const certificate = parseCertificate(first.block.bytes);
  const others = o.isWhole ? onlyCertificates(first.rest) : [];
  const key = parseAnyKey(needPem(pem.key).block.bytes, run.budget);
  return encodeBase64(fromBytes(writePkcs12(run, { key, certificate, others }, o.password)));
}

function trustStore(run: Run, certificates: string, password: string): string {
  run.budget.make(4 * certificates.length);
  return encodeBase64(fromBytes(writeTrustStore(run, onlyCertificates(certificates), password)));
}

/** PKCS#12 files from and to PEM. Files are read as Go strings and written as base64; making one takes a random salt. */
export const pkcs12Functions: FunctionTable = {
  pkcs12key: fn('func(string) (string, error)', (run, file) => keyOf(run, file, '')),
  pkcs12keyPass: fn('func(string, string) (string, error)', (run, password, file) => keyOf(run, file, password)),
  pkcs12cert: fn('func(string) (string, error)', (run, file) => certificatesOf(run, file, '')),
  pkcs12certPass: fn('func(string, string) (string, error)', (run, password, file) => certificatesOf(run, file, password)),
  pemToPkcs12: variable('func(string, string) (string, error)', (run, certificates, key) =>
    made(run, { certificates, key }, { password: '', isWhole: false }),
  ),
  pemToPkcs12Pass: variable('func(string, string, string) (string, error)', (run, certificates, key, password) =>
    made(run, { certificates, key }, { password, isWhole: false }),
  ),
  fullPemToPkcs12: variable('func(string, string) (string, error)', (run, certificates, key) =>
    made(run, { certificates, key }, { password: '', isWhole: true }),
  ),
  fullPemToPkcs12Pass: variable('func(string, string, string) (string, error)', (run, certificates, key, password) =>
    made(run, { certificates, key }, { password, isWhole: true }),
  ),
  pemTruststoreToPKCS12: variable('func(string) (string, error)', (run, certificates) => trustStore(run, certificates, '')),
  pemTruststoreToPKCS12Pass: variable('func(string, string) (string, error)', (run, certificates, password) =>
    trustStore(run, certificates, password),
  ),
};

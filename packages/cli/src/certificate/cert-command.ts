import type { SealingCertificate } from '@signet/sealing';
import type { Io } from '../console/io.ts';
import { writeFileAtomic } from '../console/write-file.ts';
import { clusterCertificate } from './cluster-certificate.ts';
import { withCluster } from './cluster-connection.ts';
import type { ClusterFlags } from './cluster-connection.ts';
import { loadCertificate, parseCertificate } from './load-certificate.ts';
import type { CertificateFlags } from './sealing-certificate.ts';

/** Options of `signet cert fetch`. */
export interface FetchFlags extends ClusterFlags, CertificateFlags {
  readonly write?: string | undefined;
}

/** `signet cert fetch`: prints the controller's current certificate. */
export async function certFetchCommand(flags: FetchFlags, io: Io): Promise<void> {
  const names = { namespace: flags.controllerNamespace, name: flags.controllerName };
  const { pem } = await withCluster(flags, io.env, (client) => clusterCertificate(client, names, io.signal));
  if (flags.write === undefined || flags.write === '-') await io.out(pem);
  else await writeFileAtomic(flags.write, pem);
}

/** `signet cert show`: what a certificate is, in four lines or as JSON. */
export async function certShowCommand(source: string, flags: { readonly output?: string | undefined }, io: Io): Promise<void> {
  const certificate = source === '-' ? parseCertificate(await io.readStdin(), '<stdin>') : await loadCertificate(source, io);
  await io.out(
    flags.output === 'json' ? `${JSON.stringify(facts(certificate, io.now()), null, 2)}\n` : factsText(certificate, io.now()),
  );
}

function facts(certificate: SealingCertificate, now: Date): object {
  return {
    fingerprint: certificate.fingerprint,
    bits: certificate.modulusBits,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    expired: certificate.notAfter.getTime() < now.getTime(),
  };
}

const dayMs = 86_400_000;

function factsText(certificate: SealingCertificate, now: Date): string {
  const left = Math.floor((certificate.notAfter.getTime() - now.getTime()) / dayMs);
  const state = left < 0 ? 'EXPIRED: values sealed with it may not open' : `${left} days left`;
  return [
    `key          RSA ${certificate.modulusBits}`,
    `fingerprint  ${certificate.fingerprint}`,
    `valid from   ${certificate.notBefore.toISOString()}`,
    `valid until  ${certificate.notAfter.toISOString()} (${state})`,
    '',
  ].join('\n');
}

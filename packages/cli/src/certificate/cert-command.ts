import type { SealingCertificate } from '@signet/sealing';
import type { Io } from '../console/io.ts';
import { writeFileAtomic } from '../console/write-file.ts';
import { clusterCertificate } from './cluster-certificate.ts';
import { withCluster } from './cluster-connection.ts';
import type { ClusterFlags } from './cluster-connection.ts';
import { factsOf, factsText } from './facts.ts';
import { loadCertificate, parseCertificate } from './load-certificate.ts';
import { findPins } from './pin-file.ts';
import { applies } from './pins.ts';
import type { Origin } from './pins.ts';
import { foundCertificate } from './sealing-certificate.ts';
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

/** Options of `signet cert show`. */
export interface ShowFlags extends ClusterFlags, CertificateFlags {
  readonly output?: string | undefined;
}

/** `signet cert show`: what a certificate is, in lines or as JSON, and whether it is pinned. Without a source: what would be sealed with. */
export async function certShowCommand(source: string | undefined, flags: ShowFlags, io: Io): Promise<void> {
  const { certificate, origin } = await shown(source, flags, io);
  const file = await findPins(flags, io.env);
  const pinned = file?.pins.some((pin) => pin.fingerprint === certificate.fingerprint && applies(pin, origin));
  if (flags.output === 'json') {
    const facts = { ...factsOf(certificate, io.now()), ...(pinned !== undefined && { pinned }) };
    await io.out(`${JSON.stringify(facts, null, 2)}\n`);
    return;
  }
  const line = file ? `pinned       ${pinned ? 'yes' : 'NO'} (${file.path})\n` : '';
  await io.out(factsText(certificate, io.now()) + line);
}

async function shown(
  source: string | undefined,
  flags: ShowFlags,
  io: Io,
): Promise<{ readonly certificate: SealingCertificate; readonly origin: Origin }> {
  if (source === '-') return { certificate: parseCertificate(await io.readStdin(), '<stdin>'), origin: flags };
  return source === undefined ? foundCertificate(flags, io) : { certificate: await loadCertificate(source, io), origin: flags };
}

import { isSignetError } from '@signet/errors';
import { readCertificate } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import { readFile } from 'node:fs/promises';
import { withoutCredentials } from '../certificate/load-certificate.ts';
import type { Origin } from '../certificate/pins.ts';
import { requirePinned } from '../certificate/require-pinned.ts';
import type { Io } from '../console/io.ts';
import { systemProblem } from '../console/write-file.ts';
import type { KubesealFlags } from './flags.ts';
import { kubesealErrors } from './messages.ts';

/** The bytes of the certificate: `--cert`, else what the controller serves. */
export async function certificateBytes(flags: KubesealFlags, io: Io): Promise<Uint8Array> {
  const source = flags.text('cert');
  if (source === '') {
    const { controllerCertificate } = await import('./cluster.ts');
    return controllerCertificate(flags, io);
  }
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]+):\/\//.exec(source)?.[1]?.toLowerCase();
  if (scheme === undefined) return readOr(source, (problem) => kubesealErrors.OPEN({ file: source, problem }));
  // The part before the path is a host, also in a file URL.
  if (scheme === 'file')
    return readOr(decodeURIComponent(new URL(source).pathname), () =>
      kubesealErrors.CERT_FETCH({ url: source, status: '404 Not Found' }),
    );
  return download(source, io);
}

/** The certificate to seal with, refused when it is expired or not pinned. */
export async function currentCertificate(flags: KubesealFlags, io: Io): Promise<SealingCertificate> {
  const bytes = await certificateBytes(flags, io);
  const certificate = parse(bytes);
  if (certificate.notAfter.getTime() < io.now().getTime())
    throw kubesealErrors.CERT_EXPIRED({ on: longDate(certificate.notAfter) });
  await requirePinned(certificate, originOf(flags), {}, io);
  return certificate;
}

/** For pins, which kubeseal has no flag for: SIGNET_PINS, or a file in a folder above. */
function originOf(flags: KubesealFlags): Origin & { readonly source: string } {
  const source = withoutCredentials(flags.text('cert'));
  const context = flags.text('context') || undefined;
  if (source !== '') return { source, context };
  const controller = `${flags.text('controller-namespace')}/${flags.text('controller-name')}`;
  return { source: `Service ${controller}`, controller, context };
}

function parse(bytes: Uint8Array): SealingCertificate {
  try {
    return readCertificate(bytes);
  } catch (error) {
    if (!isSignetError(error)) throw error;
    throw kubesealErrors.CERT({ problem: error.message }, { cause: error });
  }
}

async function readOr(path: string, refuse: (problem: string) => Error): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw refuse(systemProblem(error));
  }
}

async function download(url: string, io: Io): Promise<Uint8Array> {
  const response = await fetch(url, { signal: AbortSignal.any([io.signal, AbortSignal.timeout(30_000)]) }).catch(
    (error: unknown) => {
      throw kubesealErrors.CERT_FETCH({ url, status: 'the connection failed' }, { cause: error });
    },
  );
  if (response.status !== 200) throw kubesealErrors.CERT_FETCH({ url, status: `${response.status} ${response.statusText}` });
  return new Uint8Array(await response.arrayBuffer());
}

/** `January 2, 2021`, in UTC. */
function longDate(date: Date): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(date);
}

import type { SealingCertificate } from '@signet/sealing';
import type { Io } from '../console/io.ts';
import { cliErrors } from '../errors.ts';
import { table } from '../keys/table.ts';
import { clusterCertificate } from './cluster-certificate.ts';
import { withCluster } from './cluster-connection.ts';
import type { ClusterFlags } from './cluster-connection.ts';
import { factsText } from './facts.ts';
import { loadCertificate, requireCurrent, withoutCredentials } from './load-certificate.ts';
import { pinErrors } from './pin-errors.ts';
import { changePins, findPins, newPinsPath } from './pin-file.ts';
import type { PinFile } from './pin-file.ts';
import { applies, isFingerprint } from './pins.ts';
import type { Pin } from './pins.ts';
import type { CertificateFlags } from './sealing-certificate.ts';

/** Options of `signet cert pin`. */
export interface PinCommandFlags extends ClusterFlags, CertificateFlags {
  readonly add?: boolean | undefined;
  readonly update?: boolean | undefined;
  readonly check?: boolean | undefined;
  readonly remove?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly output?: string | undefined;
}

/** `signet cert pin`: shows, checks and changes which sealing keys are allowed. */
export async function pinCommand(flags: PinCommandFlags, io: Io): Promise<void> {
  const verbs = ['--add', '--update', '--check', '--remove'].filter((_, at) =>
    [flags.add, flags.update, flags.check, flags.remove !== undefined].at(at),
  );
  if (verbs.length > 1) throw cliErrors.USAGE({ problem: `${verbs.join(' and ')} exclude each other` });
  if (verbs[0] !== '--add' && (flags.cert !== undefined || flags.fingerprint !== undefined))
    throw cliErrors.USAGE({ problem: '--cert and --fingerprint belong to --add' });
  const file = await fileOfPins(flags, io);
  if (flags.add || flags.update) return pin(file, flags, io);
  if (!file) throw pinErrors.NONE({});
  if (flags.remove !== undefined) return remove(file, flags.remove, io);
  if (flags.check) return check(file, flags, io);
  await show(file, flags, io);
}

/** A file that is named and not there is made by --add; anything else that is wrong with it stays an error. */
async function fileOfPins(flags: PinCommandFlags, io: Io): Promise<PinFile | undefined> {
  try {
    return await findPins(flags, io.env);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    if (flags.add && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function pin(file: PinFile | undefined, flags: PinCommandFlags, io: Io): Promise<void> {
  const wanted = await vouchedFor(flags, io);
  const known = (file?.pins ?? []).filter((one) => applies(one, wanted));
  const today = io.now().toISOString().slice(0, 10);
  const over = flags.update ? known.filter(({ validUntil }) => validUntil !== undefined && validUntil < today) : [];
  const isNew = !known.some(({ fingerprint }) => fingerprint === wanted.fingerprint);
  const path = file?.path ?? (await newPinsPath(flags, io.env));
  if (isNew || over.length > 0) await changePins(path, file, { add: isNew ? [wanted] : [], remove: over });
  io.say(isNew ? `${path}: ${wanted.fingerprint} is pinned\n` : `${path}: ${wanted.fingerprint} was pinned already\n`);
  for (const { fingerprint } of over) io.say(`${path}: ${fingerprint} is removed: its certificate has expired\n`);
}

/** The pin for a certificate that the cluster serves over an authenticated connection, or whose fingerprint a person has compared. */
async function vouchedFor(flags: PinCommandFlags, io: Io): Promise<Pin> {
  const context = flags.context === undefined ? {} : { context: flags.context };
  const given = flags.cert === undefined ? undefined : await loadCertificate(flags.cert, io);
  const source = withoutCredentials(flags.cert ?? '');
  if (flags.fingerprint !== undefined) {
    const { fingerprint } = flags;
    if (!isFingerprint(fingerprint)) throw pinErrors.FINGERPRINT({ text: fingerprint });
    if (given) await accept(given, source, { expected: fingerprint, by: '--fingerprint says' }, io);
    return { fingerprint, ...context, ...(given && validUntil(given)) };
  }
  const served = await servedCertificate(flags, io);
  if (given) await accept(given, source, { expected: served.certificate.fingerprint, by: `${served.source} serves` }, io);
  else await accept(served.certificate, served.source, undefined, io);
  const { fingerprint } = served.certificate;
  return { fingerprint, ...context, controller: served.controller, ...validUntil(served.certificate) };
}

async function accept(
  certificate: SealingCertificate,
  source: string,
  vouched: { readonly expected: string; readonly by: string } | undefined,
  io: Io,
): Promise<void> {
  if (vouched && certificate.fingerprint !== vouched.expected)
    throw pinErrors.OTHER({ source, found: certificate.fingerprint, ...vouched });
  requireCurrent(certificate, source, io.now());
  io.say(factsText(certificate, io.now()));
}

function validUntil({ notAfter }: SealingCertificate): { readonly validUntil: string } {
  return { validUntil: notAfter.toISOString().slice(0, 10) };
}

/** What the controller serves through an API server that has proved who it is. @throws SIGNET_PIN_UNAUTHENTICATED */
async function servedCertificate(
  flags: PinCommandFlags,
  io: Io,
): Promise<{ certificate: SealingCertificate; source: string; controller: string }> {
  const names = { namespace: flags.controllerNamespace, name: flags.controllerName };
  return withCluster(flags, io.env, (client, { server, insecureSkipTlsVerify }) => {
    if (insecureSkipTlsVerify === true || !server.toLowerCase().startsWith('https://'))
      throw pinErrors.UNAUTHENTICATED({ server: withoutCredentials(server) });
    return clusterCertificate(client, names, io.signal);
  });
}

async function remove(file: PinFile, fingerprint: string, io: Io): Promise<void> {
  const gone = file.pins.filter((one) => one.fingerprint === fingerprint);
  if (gone.length === 0) throw pinErrors.NOT_THERE({ fingerprint, file: file.path });
  await changePins(file.path, file, { add: [], remove: gone });
  io.say(`${file.path}: ${fingerprint} is removed\n`);
}

async function check(file: PinFile, flags: PinCommandFlags, io: Io): Promise<void> {
  const { requirePinned } = await import('./require-pinned.ts');
  const { certificate, source, controller } = await servedCertificate(flags, io);
  await requirePinned(certificate, { source, controller, context: flags.context }, { pins: file.path }, io);
  io.say(`${source} serves ${certificate.fingerprint}, which ${file.path} allows\n`);
}

async function show({ path, pins }: PinFile, flags: PinCommandFlags, io: Io): Promise<void> {
  if (flags.output === 'json') return io.out(`${JSON.stringify({ file: path, pins }, null, 2)}\n`);
  const rows = pins.map((one) => [one.fingerprint, one.context ?? '-', one.controller ?? '-', one.validUntil ?? '-']);
  io.say(`${path}\n`);
  await io.out(table([['FINGERPRINT', 'CONTEXT', 'CONTROLLER', 'VALID UNTIL'], ...rows]));
}

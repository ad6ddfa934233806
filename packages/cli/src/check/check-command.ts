import { isSignetError } from '@signet/errors';
import type { SignetError } from '@signet/errors';
import { resolve } from 'node:path';
import type { ClusterFlags } from '../certificate/cluster-connection.ts';
import { loadCertificate, withoutCredentials } from '../certificate/load-certificate.ts';
import type { Io } from '../console/io.ts';
import { progress } from '../console/progress.ts';
import { readBytes } from '../console/read-inputs.ts';
import { report } from '../console/report.ts';
import { sourceOf } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { cliErrors, exitCodes } from '../errors.ts';
import { findFiles } from '../manifests/find-files.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { version } from '../version.ts';
import { checkCertificate } from './certificate.ts';
import { checkSource } from './check-source.ts';
import { duplicates } from './duplicates.ts';
import { inOrder, rules } from './finding.ts';
import type { Finding } from './finding.ts';
import { counts, findingsText, jsonReport, summaryText } from './reports.ts';
import type { CheckResult } from './reports.ts';
import { sarifReport } from './sarif.ts';
import type { Wanted } from './sealed-object.ts';

/** Options of `signet check`. */
export interface CheckFlags extends ClusterFlags {
  /** Only objects of `external-secrets.io`: `signet external check`. */
  readonly kinds?: 'external' | undefined;
  readonly cert?: string | undefined;
  readonly cluster?: boolean | undefined;
  readonly namespace?: string | undefined;
  readonly controllerNamespace?: string | undefined;
  readonly controllerName?: string | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
  readonly verbose?: boolean | undefined;
  readonly output?: 'text' | 'json' | 'sarif' | undefined;
  readonly errorFormat?: 'text' | 'json' | undefined;
}

/**
 * `signet check`: looks at manifests without changing them.
 *
 * @returns the exit code: 0 when nothing was found, 1 when something was, 2 when an input could not be used
 */
export async function checkCommand(names: readonly string[], flags: CheckFlags, io: Io): Promise<number> {
  const ignored = ignoredRules(flags.ignore ?? []);
  const certificate = flags.cert === undefined ? undefined : await usable(() => loadCertificate(flags.cert ?? '', io));
  if (certificate instanceof Error) return unusable([certificate], flags, io);
  const ofCertificate = certificate ? checkCertificate(certificate, withoutCredentials(flags.cert ?? ''), io.now()) : [];
  const checked = await checkInputs(names, flags, { modulusBits: certificate?.modulusBits, kinds: flags.kinds }, io);
  const asked = flags.cluster ? await askedFindings(checked.objects, flags, io) : [];
  const found = [
    ...ofCertificate,
    ...checked.findings,
    ...duplicates(checked.objects),
    ...(await externalFindings(checked)),
    ...asked,
  ];
  const result: CheckResult = {
    ...checked,
    sealedSecrets: flags.kinds === 'external' ? undefined : checked.objects.length,
    externalSecrets: checked.external.filter(({ kind }) => kind === 'ExternalSecret').length,
    stores: checked.external.filter(({ kind }) => kind !== 'ExternalSecret').length,
    findings: inOrder(found.filter(({ rule }) => !ignored.has(rule))),
  };
  await write(result, flags, io);
  unusable(result.problems, flags, io);
  const { error, warning } = counts(result.findings);
  if (result.problems.length > 0) return exitCodes.usage;
  return error + warning > 0 ? exitCodes.refused : exitCodes.ok;
}

interface Checked {
  readonly files: number;
  readonly documents: number;
  readonly findings: readonly Finding[];
  readonly objects: readonly ManifestObject[];
  readonly external: readonly ManifestObject[];
  readonly configMaps: readonly ManifestObject[];
  readonly problems: readonly SignetError[];
}

async function checkInputs(names: readonly string[], flags: CheckFlags, wanted: Wanted, io: Io): Promise<Checked> {
  const { files, problems: missing } = await findFiles(
    names.filter((name) => name !== '-'),
    { exclude: flags.exclude },
  );
  const problems: SignetError[] = [...missing];
  const findings: Finding[] = [];
  const objects: ManifestObject[] = [];
  const external: ManifestObject[] = [];
  const configMaps: ManifestObject[] = [];
  let documents = 0;
  const check = async (read: () => Promise<Source>): Promise<void> => {
    io.signal.throwIfAborted();
    const source = await usable(read);
    if (source instanceof Error) {
      problems.push(source);
      return;
    }
    const checked = await checkSource(source, wanted);
    findings.push(...checked.findings);
    objects.push(...checked.sealed);
    external.push(...checked.external);
    configMaps.push(...checked.configMaps);
    documents += checked.documents;
  };
  const line = progress(io, 'checking', files.length);
  try {
    if (names.includes('-')) await check(async () => sourceOf('<stdin>', await io.readStdin()));
    for (const file of files) {
      await check(async () => sourceOf(file, await readBytes(file)));
      line.step();
    }
  } finally {
    line.end();
  }
  return { files: files.length + (names.includes('-') ? 1 : 0), documents, findings, objects, external, configMaps, problems };
}

/** The kinds of external-secrets, with the providers that their stores name: loaded only when there are some. */
async function externalFindings({ external, configMaps }: Checked): Promise<Finding[]> {
  if (external.length === 0) return [];
  const { checkExternal } = await import('../external/check/check-external.ts');
  return checkExternal({ objects: external, configMaps });
}

async function askedFindings(objects: readonly ManifestObject[], flags: CheckFlags, io: Io): Promise<Finding[]> {
  const [{ withCluster }, { controllerService }, { patientController }, { askCluster }] = await Promise.all([
    import('../certificate/cluster-connection.ts'),
    import('../cluster/controller-service.ts'),
    import('../cluster/patient-controller.ts'),
    import('./ask-cluster.ts'),
  ]);
  const line = progress(io, 'asking the controller', objects.length);
  try {
    return await withCluster(flags, io.env, async (client) => {
      const names = { namespace: flags.controllerNamespace, name: flags.controllerName };
      const controller = patientController(await controllerService(client, names, io.signal), { signal: io.signal });
      return askCluster(objects, controller, flags.namespace, () => line.step());
    });
  } finally {
    line.end();
  }
}

async function write(result: CheckResult, flags: CheckFlags, io: Io): Promise<void> {
  if (flags.output === 'json') return io.out(jsonReport(result));
  if (flags.output === 'sarif') return io.out(sarifReport(result, { version: version(), folder: resolve('.') }));
  const shown = result.findings.filter(({ severity }) => flags.verbose || severity !== 'note');
  if (shown.length > 0) await io.out(findingsText(shown, { color: io.stdoutIsTty === true && !io.env['NO_COLOR'] }));
  io.say(summaryText(result, flags.verbose ?? false));
}

/** Each as an error of its own: the others were checked all the same. */
function unusable(problems: readonly SignetError[], { errorFormat = 'text' }: CheckFlags, io: Io): number {
  for (const problem of problems) report(problem, io, { format: errorFormat });
  return exitCodes.usage;
}

/** What `work` gives, or the coded error it ends with. */
async function usable<T>(work: () => Promise<T>): Promise<T | SignetError> {
  try {
    return await work();
  } catch (error) {
    if (isSignetError(error)) return error;
    throw error;
  }
}

function ignoredRules(names: readonly string[]): ReadonlySet<string> {
  const wanted = names.flatMap((name) => name.split(',')).map((name) => name.trim());
  const unknown = wanted.find((name) => !rules.has(name));
  if (unknown !== undefined) throw cliErrors.USAGE({ problem: `--ignore takes names of rules: ${[...rules.keys()].join(', ')}` });
  return new Set(wanted);
}

import { isSignetError } from '@signet/errors';
import type { SignetError } from '@signet/errors';
import { Keyring } from '@signet/sealing';
import type { ClusterFlags } from '../certificate/cluster-connection.ts';
import type { PinFlags } from '../certificate/pin-file.ts';
import { sealingCertificate } from '../certificate/sealing-certificate.ts';
import type { Io } from '../console/io.ts';
import { progress } from '../console/progress.ts';
import { readBytes } from '../console/read-inputs.ts';
import { oneLine, report } from '../console/report.ts';
import { cliErrors, exitCodes } from '../errors.ts';
import { keysIn } from '../kubeseal/recovery-keys.ts';
import { readSealedFiles } from '../manifests/sealed-objects.ts';
import type { SealedFile } from '../manifests/sealed-objects.ts';
import { resealErrors } from './errors.ts';
import { byController, byKeys } from './fresh-items.ts';
import type { Resealer } from './fresh-items.ts';
import { resealFiles } from './reseal-files.ts';
import type { ObjectOutcome } from './reseal-files.ts';

/** Options of `signet reseal`. */
export interface ResealFlags extends ClusterFlags, PinFlags {
  readonly key?: readonly string[] | undefined;
  readonly cert?: string | undefined;
  readonly namespace?: string | undefined;
  readonly controllerNamespace?: string | undefined;
  readonly controllerName?: string | undefined;
  readonly dryRun?: boolean | undefined;
  readonly failFast?: boolean | undefined;
  readonly concurrency?: string | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly output?: 'text' | 'json' | undefined;
  readonly errorFormat?: 'text' | 'json' | undefined;
}

const defaultConcurrency = 4;
const mostConcurrency = 64;

/**
 * `signet reseal`: brings the SealedSecrets of files to the newest key, in place.
 *
 * @returns the exit code: 1 when something could not be resealed
 */
export async function resealCommand(names: readonly string[], flags: ResealFlags, io: Io): Promise<number> {
  const concurrency = concurrencyOf(flags.concurrency);
  if (names.includes('-')) throw cliErrors.USAGE({ problem: 'reseal changes files in place; stdin cannot be' });
  if ((flags.key === undefined) !== (flags.cert === undefined))
    throw cliErrors.USAGE({ problem: 'offline, both --key (old private keys) and --cert (the new certificate) are needed' });
  // Links found in folders may lead out of them, and what they lead to is not to be written.
  const { files, problems } = await readSealedFiles(names, { exclude: flags.exclude, links: 'skip' }, io);
  const total = files.reduce((count, { objects }) => count + objects.length, 0);
  if (total === 0 && problems.length === 0) throw resealErrors.NOTHING({});
  const outcomes: ObjectOutcome[] = [];
  const line = progress(io, 'resealing', total);
  const run = async (reseal: Resealer): Promise<void> =>
    resealFiles(files, {
      reseal,
      concurrency,
      dryRun: flags.dryRun ?? false,
      failFast: flags.failFast ?? false,
      signal: io.signal,
      onOutcome: (outcome) => {
        outcomes.push(outcome);
        line.step();
      },
    });
  try {
    if (total > 0) await withResealer(flags, io, run);
  } finally {
    line.end();
    // Also of a run that was interrupted: what is done is done.
    await tell({ files, total, outcomes, problems }, flags, io);
  }
  return problems.length > 0 || outcomes.some(({ state }) => state === 'failed') || outcomes.length < total
    ? exitCodes.refused
    : exitCodes.ok;
}

async function withResealer(flags: ResealFlags, io: Io, run: (reseal: Resealer) => Promise<void>): Promise<void> {
  if (flags.cert !== undefined) {
    const certificate = await sealingCertificate(flags, io);
    const keys = await Promise.all((flags.key ?? []).map(async (name) => ({ name, bytes: await readBytes(name) })));
    return run(byKeys(new Keyring(await keysIn(keys)), certificate, flags.namespace));
  }
  const [{ withCluster }, { controllerService }, { patientController }] = await Promise.all([
    import('../certificate/cluster-connection.ts'),
    import('../cluster/controller-service.ts'),
    import('../cluster/patient-controller.ts'),
  ]);
  await withCluster(flags, io.env, async (client) => {
    const names = { namespace: flags.controllerNamespace, name: flags.controllerName };
    const controller = patientController(await controllerService(client, names, io.signal), { signal: io.signal });
    await run(byController(controller, flags.namespace));
  });
}

interface Told {
  readonly files: readonly SealedFile[];
  readonly total: number;
  readonly outcomes: readonly ObjectOutcome[];
  readonly problems: readonly SignetError[];
}

async function tell({ files, total, outcomes, problems }: Told, flags: ResealFlags, io: Io): Promise<void> {
  const of = (wanted: ObjectOutcome['state']): number => outcomes.filter(({ state }) => state === wanted).length;
  const [resealed, current, failed] = [of('resealed'), of('current'), of('failed')];
  const shown = outcomes.map(({ placed: { object }, state, keys, failures }) => {
    const { file, line } = object.place();
    const errors = failures.map(({ code, message }) => ({ code, message }));
    return { file, line, namespace: object.namespace, name: object.name, state, items: keys, errors };
  });
  if (flags.output === 'json') {
    const unusable = problems.map(({ code, message, at }) => ({ code, message, ...at }));
    const summary = {
      dryRun: flags.dryRun ?? false,
      files: files.length,
      objects: total,
      resealed,
      current,
      failed,
      notTried: total - outcomes.length,
    };
    await io.out(`${JSON.stringify({ summary, objects: shown, unusable }, null, 2)}\n`);
  } else {
    const done = shown.filter(({ state }) => state === 'resealed');
    const verb = flags.dryRun ? 'would reseal' : 'resealed';
    const name = (namespace: string, own: string): string => (namespace === '' ? own : `${namespace}/${own}`);
    await io.out(
      done
        .map(
          (one) =>
            `${oneLine(`${verb} ${one.file ?? ''}:${one.line ?? 1} ${name(one.namespace, one.name)} (${one.items.join(', ')})`)}\n`,
        )
        .join(''),
    );
  }
  for (const error of [...problems, ...outcomes.flatMap(({ failures }) => failures)])
    if (isSignetError(error)) report(error, io, { format: flags.errorFormat ?? 'text' });
  const left = total - outcomes.length;
  const notTried = left > 0 ? `, ${left} not tried: run it again for those` : '';
  io.say(
    `${resealed} ${flags.dryRun ? 'to reseal' : 'resealed'}, ${current} on the newest key already, ${failed} failed${notTried}\n`,
  );
}

function concurrencyOf(text: string | undefined): number {
  if (text === undefined) return defaultConcurrency;
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= mostConcurrency) return count;
  throw cliErrors.USAGE({ problem: `--concurrency takes a number from 1 to ${mostConcurrency}` });
}

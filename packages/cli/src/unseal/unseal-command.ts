import type { SignetError } from '@signet/errors';
import { checkBinding, Keyring } from '@signet/sealing';
import type { Binding } from '@signet/sealing';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Io } from '../console/io.ts';
import { mapConcurrent } from '../console/map-concurrent.ts';
import { progress } from '../console/progress.ts';
import { readBytes } from '../console/read-inputs.ts';
import { report } from '../console/report.ts';
import { systemProblem, writeFileAtomic, writeFilesAtomic } from '../console/write-file.ts';
import { emitJson } from '../document/emit-json.ts';
import { emitYaml } from '../document/emit-yaml.ts';
import type { Json } from '../document/tree.ts';
import { cliErrors, exitCodes, Refusals } from '../errors.ts';
import { keysIn } from '../kubeseal/recovery-keys.ts';
import { readSealedFiles } from '../manifests/sealed-objects.ts';
import { scopeFlag } from '../seal/scope-flag.ts';
import { isLabel, isSubdomain } from '../secret/bind.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { unsealErrors } from './errors.ts';
import { unsealObject } from './unseal-object.ts';

/** Options of `signet unseal`. */
export interface UnsealFlags {
  readonly key?: readonly string[] | undefined;
  readonly raw?: boolean | undefined;
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly scope?: string | undefined;
  readonly output?: 'yaml' | 'json' | undefined;
  readonly write?: string | undefined;
  readonly outputDir?: string | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly keepGoing?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly errorFormat?: 'text' | 'json' | undefined;
}

/** Only the owner may read what was opened. */
const privateFile = 0o600;
const privateFolder = 0o700;
const atOnce = 4;

/**
 * `signet unseal`: opens SealedSecrets offline, with private keys from a backup. Nothing is written when one fails, unless
 * `--keep-going` asks for the others.
 *
 * @returns the exit code
 */
export async function unsealCommand(names: readonly string[], flags: UnsealFlags, io: Io): Promise<number> {
  refuseUnusable(names, flags, io);
  const keyFiles = await Promise.all((flags.key ?? []).map(async (name) => ({ name, bytes: await readBytes(name) })));
  const keyring = new Keyring(await keysIn(keyFiles));
  if (flags.raw) return unsealRaw(names, flags, keyring, io);
  const { files, problems } = await readSealedFiles(names, { exclude: flags.exclude }, io);
  const objects = files.flatMap((file) => file.objects.map(({ object }) => object));
  if (objects.length === 0 && problems.length === 0) throw unsealErrors.NOTHING({});
  const failures: SignetError[] = [...problems];
  const secrets: Opened[] = [];
  const line = progress(io, 'unsealing', objects.length);
  try {
    await mapConcurrent(objects, { limit: atOnce }, async (object, index) => {
      io.signal.throwIfAborted();
      const unsealed = await unsealObject(object, keyring, io.now());
      if ('failures' in unsealed) failures.push(...unsealed.failures);
      else secrets.push({ object, index, secret: unsealed.secret });
      line.step();
    });
  } finally {
    line.end();
  }
  if (failures.length > 0 && (!flags.keepGoing || secrets.length === 0)) throw new Refusals(failures);
  await write(
    secrets.toSorted((one, other) => one.index - other.index),
    flags,
    io,
  );
  for (const failure of failures) report(failure, io, { format: flags.errorFormat ?? 'text' });
  return failures.length > 0 ? exitCodes.refused : exitCodes.ok;
}

interface Opened {
  readonly object: ManifestObject;
  readonly index: number;
  readonly secret: Json;
}

function refuseUnusable(names: readonly string[], flags: UnsealFlags, io: Io): void {
  if ((flags.key ?? []).length === 0) throw unsealErrors.NO_KEY({});
  if (flags.write !== undefined && flags.outputDir !== undefined)
    throw cliErrors.USAGE({ problem: '--write and --output-dir exclude each other' });
  if (flags.raw && (flags.outputDir !== undefined || flags.output !== undefined || flags.keepGoing))
    throw cliErrors.USAGE({ problem: '--raw prints one value: --output, --output-dir and --keep-going do not go with it' });
  if (!flags.raw && (flags.name ?? flags.namespace ?? flags.scope) !== undefined)
    throw cliErrors.USAGE({ problem: '--name, --namespace and --scope are for --raw; an object says them itself' });
  if (flags.raw && names.length > 1) throw cliErrors.USAGE({ problem: '--raw takes one file, or stdin' });
  if (!flags.raw && names.length === 0) throw cliErrors.USAGE({ problem: 'name files or folders; - for stdin' });
  const toStdout = flags.outputDir === undefined && (flags.write === undefined || flags.write === '-');
  if (toStdout && io.stdoutIsTty && !flags.force) throw unsealErrors.TERMINAL({});
}

/** One item from a file or stdin; its value as it is, without a line end. */
async function unsealRaw(names: readonly string[], flags: UnsealFlags, keyring: Keyring, io: Io): Promise<number> {
  const binding: Binding = { scope: scopeFlag(flags.scope ?? 'strict'), namespace: flags.namespace ?? '', name: flags.name ?? '' };
  if (binding.scope !== 'cluster-wide' && binding.namespace === '')
    throw cliErrors.USAGE({ problem: `--namespace is needed for a ${binding.scope} value` });
  if (binding.scope === 'strict' && binding.name === '') throw cliErrors.USAGE({ problem: '--name is needed for a strict value' });
  checkBinding(binding);
  const [name = '-'] = names;
  const bytes = name === '-' ? await io.readStdin() : await readBytes(name);
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  const { plaintext } = await keyring.open(text, binding);
  if (flags.write === undefined || flags.write === '-') await io.out(plaintext);
  else await writeFileAtomic(flags.write, plaintext, { mode: privateFile });
  return exitCodes.ok;
}

async function write(secrets: readonly Opened[], flags: UnsealFlags, io: Io): Promise<void> {
  const text = (secret: Json): string => (flags.output === 'json' ? emitJson(secret) : emitYaml(secret));
  if (flags.outputDir !== undefined) return writeFolder(secrets, flags.outputDir, flags, text);
  const stream = secrets.map(({ secret }) => text(secret)).join(flags.output === 'json' ? '' : '---\n');
  if (flags.write === undefined || flags.write === '-') await io.out(stream);
  else await writeFileAtomic(flags.write, stream, { mode: privateFile });
}

/** A file for each Secret: `FOLDER/NAMESPACE/NAME.yaml`. */
async function writeFolder(
  secrets: readonly Opened[],
  folder: string,
  { output = 'yaml' }: UnsealFlags,
  text: (secret: Json) => string,
): Promise<void> {
  const files = new Map<string, string>();
  const problems: SignetError[] = [];
  for (const { object, secret } of secrets) {
    const { name, namespace } = object;
    const path = join(folder, namespace, `${name}.${output}`);
    if (!isSubdomain(name) || (namespace !== '' && !isLabel(namespace)))
      problems.push(unsealErrors.UNSAFE_NAME({}, { at: object.place() }));
    else if (files.has(path)) problems.push(unsealErrors.SAME_FILE({ name }, { at: object.place() }));
    else files.set(path, text(secret));
  }
  if (problems.length > 0) throw new Refusals(problems);
  for (const path of new Set([...files.keys()].map(dirname))) await makeFolder(path);
  await writeFilesAtomic([...files].map(([path, contents]) => ({ path, contents, mode: privateFile })));
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: privateFolder });
  } catch (error) {
    throw cliErrors.FILE_UNWRITABLE({ file: path, problem: systemProblem(error) }, { cause: error });
  }
}

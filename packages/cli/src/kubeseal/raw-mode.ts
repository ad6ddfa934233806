import { parseScope, seal } from '@signet/sealing';
import { readFile } from 'node:fs/promises';
import type { Io } from '../console/io.ts';
import { systemProblem } from '../console/write-file.ts';
import { currentCertificate } from './certificate.ts';
import type { KubesealFlags } from './flags.ts';
import { kubesealErrors } from './messages.ts';
import { configuredNamespace } from './namespace.ts';
import { writeOutput } from './output.ts';

/** `kubeseal --raw`: seals one value and prints it as base64 without a line end. */
export async function rawMode(flags: KubesealFlags, io: Io): Promise<void> {
  const scope = parseScope(flags.text('scope'));
  const files = flags.list('from-file');
  const namespace = scope === 'cluster-wide' ? '' : await rawNamespace(flags, io);
  if (scope !== 'cluster-wide' && namespace === '') throw kubesealErrors.RAW_NAMESPACE({ scope });
  const name = flags.text('name');
  if (scope === 'strict' && name === '') throw kubesealErrors.RAW_NAME({ scope });
  if (files.length > 1) throw kubesealErrors.ONE_FROM_FILE({});
  const certificate = await currentCertificate(flags, io);
  const value = await rawValue(files[0], io);
  await writeOutput(await seal(value, certificate, { scope, namespace, name }), flags, io);
}

async function rawNamespace(flags: KubesealFlags, io: Io): Promise<string> {
  const namespace = await configuredNamespace(flags, io);
  if (namespace === undefined) throw kubesealErrors.NO_CONFIGURATION({});
  return namespace;
}

/** A `key=` before the file name is for scripts that know it from kubectl, and means nothing. */
async function rawValue(given: string | undefined, io: Io): Promise<Uint8Array> {
  const file = given?.replace(/^[^=]*=/, '');
  if (file === undefined || file === '/dev/stdin') {
    if (io.stdinIsTty) io.say('(tty detected: expecting a secret to encrypt in stdin)\n');
    return io.readStdin();
  }
  try {
    return await readFile(file);
  } catch (error) {
    throw kubesealErrors.OPEN({ file, problem: systemProblem(error) }, { cause: error });
  }
}

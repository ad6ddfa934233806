import type { Io } from '../console/io.ts';
import { certificateBytes } from './certificate.ts';
import type { KubesealFlags } from './flags.ts';
import { writeOutput } from './output.ts';

/** `kubeseal --fetch-cert`: copies the certificate to the output. */
export async function fetchMode(flags: KubesealFlags, io: Io): Promise<void> {
  await writeOutput(await certificateBytes(flags, io), flags, io);
}

import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { writeImageRoot } from '../../../scripts/image-root.ts';
import { root } from '../../../scripts/run-step.ts';
import { makeOwnedDirectory } from '../../control-plane/data-directory.ts';

const run = promisify(execFile);

/** Where a container's own helper is; see {@link Image}. */
export const helperFolder = '/.runtime';
/** Where the service account of a Pod is mounted. */
export const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The image of the controller, unpacked, with what the Dockerfile says about running it. */
export interface Image {
  /** Its root: what the Dockerfile copies to `/`, plus empty mount points and the runtime's helper in {@link helperFolder}. */
  readonly folder: string;
  readonly entrypoint: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly uid: number;
  readonly gid: number;
  /** The dynamic linker, by its path inside. It starts the helper with the helper's own libraries. */
  readonly linker: string;
  remove(): Promise<void>;
}

/**
 * Makes the image as the Dockerfile does, without a container engine: the same script fills its root, and entry point, user and
 * environment are read from the Dockerfile's last stage.
 */
export async function makeImage(): Promise<Image> {
  const directory = await makeOwnedDirectory('signet-image-');
  const folder = join(directory, 'root');
  const instructions = lastStage(await readFile(join(root, 'Dockerfile'), 'utf8'));
  await writeImageRoot(folder);
  for (const mountPoint of ['proc', 'dev', accountFolder]) await mkdir(join(folder, mountPoint), { recursive: true });
  const linker = await addHelper(folder);
  const [uid = 0, gid = 0] = only(instructions, 'USER').split(':').map(Number);
  const env = instructions.filter(([name]) => name === 'ENV').map(([, text]) => text.split('='));
  return {
    folder,
    entrypoint: JSON.parse(only(instructions, 'ENTRYPOINT')) as string[],
    env: Object.fromEntries(env) as Record<string, string>,
    uid,
    gid,
    linker,
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Makes an image that holds one static program, `/NAME`, and nothing else of its own. The user is the one that a Pod asks for. */
export async function makeProgramImage(program: string, name: string): Promise<Image> {
  const directory = await makeOwnedDirectory('signet-image-');
  const folder = join(directory, 'root');
  for (const mountPoint of ['proc', 'dev', 'tmp', accountFolder]) await mkdir(join(folder, mountPoint), { recursive: true });
  await copyFile(program, join(folder, name));
  const linker = await addHelper(folder);
  await mkdir(join(folder, dirname(linker)), { recursive: true });
  await copyFile(linker, join(folder, linker));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  return { folder, entrypoint: [`/${name}`], env: {}, uid: 65_534, gid: 65_534, linker, remove };
}

type Instruction = readonly [name: string, text: string];

function lastStage(dockerfile: string): Instruction[] {
  const instructions = dockerfile.split('\n').flatMap((line): Instruction[] => {
    const [, name, text] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    return name !== undefined && text !== undefined ? [[name, text]] : [];
  });
  return instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'));
}

function only(instructions: readonly Instruction[], wanted: string): string {
  const [found, ...others] = instructions.filter(([name]) => name === wanted);
  if (!found || others.length > 0) throw new Error(`the last stage of the Dockerfile has ${others.length + 1} ${wanted}, not one`);
  return found[1];
}

/** Puts `setpriv` in, which gives up every right inside, as a container runtime does from outside. @returns the linker */
async function addHelper(folder: string): Promise<string> {
  const { stdout } = await run('sh', ['-c', 'command -v setpriv && ldd "$(command -v setpriv)"']);
  const [program = '', ...lines] = stdout.trim().split('\n');
  const files = lines.flatMap((line) => /=>\s*(\/\S+)/.exec(line)?.[1] ?? []);
  const linker = lines.flatMap((line) => /^\s*(\/\S+)/.exec(line)?.[1] ?? [])[0];
  if (linker === undefined) throw new Error(`setpriv is not linked dynamically: ${stdout}`);
  await mkdir(join(folder, helperFolder));
  for (const file of [program, ...files]) await copyFile(file, join(folder, helperFolder, file.slice(dirname(file).length + 1)));
  return linker;
}

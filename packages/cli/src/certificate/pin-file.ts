import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { systemProblem, writeFileAtomic } from '../console/write-file.ts';
import { pinErrors } from './pin-errors.ts';
import { readPins } from './pins.ts';
import type { Pin } from './pins.ts';

/** Where the file of pins is named, when it is. */
export interface PinFlags {
  readonly pins?: string | undefined;
}

/** A file of pins as it stands. */
export interface PinFile {
  readonly path: string;
  readonly pins: readonly Pin[];
  readonly text: string;
}

const usualName = '.signet-pins.yaml';
const maxBytes = 1024 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The file of pins that counts: `--pins`, else SIGNET_PINS, else the first `.signet-pins.yaml` from `from` upwards.
 *
 * @returns undefined when nothing is named and nothing found
 * @throws SIGNET_PIN_UNREADABLE, also when the file that was named is not there: a pin is not lost by a typing error
 */
export async function findPins(flags: PinFlags, env: Environment, from: string = process.cwd()): Promise<PinFile | undefined> {
  const named = flags.pins ?? (env['SIGNET_PINS'] || undefined);
  const path = named ?? (await upwards(from, usualName));
  return path === undefined ? undefined : readPinFile(path);
}

/** Where a new file of pins belongs: what is named, else the top of the git work tree, else `from`. */
export async function newPinsPath(flags: PinFlags, env: Environment, from: string = process.cwd()): Promise<string> {
  const named = flags.pins ?? (env['SIGNET_PINS'] || undefined);
  if (named !== undefined) return named;
  const git = await upwards(from, '.git');
  return join(git === undefined ? from : dirname(git), usualName);
}

async function upwards(from: string, name: string): Promise<string | undefined> {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const path = join(folder, name);
    if (await isThere(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Only what is surely not there is passed over: a file that cannot be looked at may hold pins. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'));
  }
}

async function readPinFile(path: string): Promise<PinFile> {
  const unusable = (problem: string, cause?: unknown): Error => pinErrors.UNREADABLE({ file: path, problem }, { cause });
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw unusable(systemProblem(error), error);
  }
  if (bytes.length > maxBytes) throw unusable('it is too large');
  const text = new TextDecoder().decode(bytes);
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) throw unusable('it is not valid YAML');
  const pins = readPins(document.toJS({ maxAliasCount: 0 }));
  if (typeof pins === 'string') throw unusable(pins);
  return { path, pins, text };
}

const head = `# Sealing keys that values of this folder may be sealed with. Kept by: signet cert pin
pins: []
`;

/** Writes pins into a file, new or there, whose comments and other pins stay as they are. */
export async function changePins(
  path: string,
  file: PinFile | undefined,
  change: { readonly add: readonly Pin[]; readonly remove: readonly Pin[] },
): Promise<void> {
  const { isSeq, parseDocument } = await import('yaml');
  const document = parseDocument(file?.text ?? head);
  const list = document.get('pins');
  if (!isSeq(list)) throw pinErrors.UNREADABLE({ file: path, problem: 'it has no list named pins' });
  list.flow = false;
  const gone = (file?.pins ?? []).map((pin) => change.remove.includes(pin));
  list.items = list.items.filter((_, index) => gone[index] !== true);
  for (const pin of change.add) list.add(document.createNode(pin));
  await writeFileAtomic(path, document.toString({ indentSeq: false, lineWidth: 0 }));
}

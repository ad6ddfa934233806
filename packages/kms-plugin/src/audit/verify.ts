import { open } from 'node:fs/promises';
import { kmsErrors } from '../errors.ts';
import { beginning, readLine } from './chain.ts';

/** What an audit log that is whole holds. */
export interface Verified {
  readonly lines: number;
  /** The hash of the last line: whoever has kept it elsewhere can tell a log that was written anew. */
  readonly head: string;
  /** Records that could not be written, as the log itself tells. */
  readonly lost: number;
}

/**
 * Verifies files of one audit log, oldest first. A chain without a key shows what was changed, removed or moved in it; that the whole was written
 * anew, or cut at its end, shows only in comparison with a head that was kept elsewhere.
 *
 * @param options from: what the first line follows, when files before it are gone; includes: a head that was kept elsewhere
 * @throws AUDIT_BROKEN with file and line, AUDIT
 */
export async function verifyAudit(
  files: readonly string[],
  options: { readonly from?: string; readonly includes?: string } = {},
): Promise<Verified> {
  let head = options.from ?? beginning;
  let isFirst = options.from === undefined;
  let seq: number | undefined;
  let lines = 0;
  let lost = 0;
  let isIncluded = options.includes === undefined || options.includes === head;
  let torn: { readonly file: string; readonly line: number; readonly bytes: number } | undefined;
  for (const file of files) {
    let line = 0;
    for await (const text of linesOf(file)) {
      line += 1;
      const broken = (because: string, at: number = line): Error => kmsErrors.AUDIT_BROKEN({ file, line: at, because });
      const read = readLine(text);
      if ('wrong' in read) {
        if (torn) throw broken(read.wrong, torn.line);
        torn = { file, line, bytes: Buffer.byteLength(text) };
        continue;
      }
      if (torn && (read.event !== 'start' || read.count !== torn.bytes)) {
        throw kmsErrors.AUDIT_BROKEN({ file: torn.file, line: torn.line, because: 'this is no line of an audit log' });
      }
      torn = undefined;
      if (read.prev !== head) throw broken(isFirst ? 'lines before it are missing' : 'it does not follow the line before');
      if (seq !== undefined && read.seq !== seq + 1) throw broken('its number does not follow');
      ({ seq, hash: head } = read);
      isFirst = false;
      isIncluded ||= head === options.includes;
      lines += 1;
      if (read.event === 'lost') lost += read.count ?? 0;
    }
  }
  if (torn) throw kmsErrors.AUDIT_BROKEN({ ...torn, because: 'the last line is cut off' });
  const [last = ''] = files.slice(-1);
  if (!isIncluded) throw kmsErrors.AUDIT({ file: last, because: 'the head that was kept elsewhere is not in it' });
  return { lines, head, lost };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    const handle = await open(file, 'r');
    try {
      yield* handle.readLines({ encoding: 'utf8' });
    } finally {
      await handle.close().catch(() => undefined);
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'SignetError') throw error;
    throw kmsErrors.AUDIT({ file, because: error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read' });
  }
}

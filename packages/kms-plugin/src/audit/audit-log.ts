import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { kmsErrors } from '../errors.ts';
import type { AuditRecord } from './chain.ts';
import { beginning, chained, readLine } from './chain.ts';

/** Records that wait for the disk at most. */
const maxWaiting = 10_000;
/** A line has less. */
const tailBytes = 4096;

/**
 * A log to which lines are only added, each with the hash of the one before. Writing never holds up an answer: what cannot be written is counted,
 * and the log tells so itself as soon as it can.
 */
export class AuditLog {
  readonly #handle: FileHandle;
  #waiting: AuditRecord[] = [];
  #lost = 0;
  #seq: number;
  #head: string;
  #writing: Promise<void> | undefined;

  private constructor(handle: FileHandle, last: { readonly seq: number; readonly hash: string }) {
    this.#handle = handle;
    this.#seq = last.seq;
    this.#head = last.hash;
  }

  /** Opens a log, mode 0600, and goes on where it ended. A last line that was cut off stays, and the next one tells of it. @throws AUDIT */
  static async open(file: string, now: string): Promise<AuditLog> {
    const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
    let handle: FileHandle | undefined;
    try {
      handle = await open(file, flags, 0o600);
      const { last, torn, isEnded } = await readTail(handle);
      if (!isEnded) await handle.appendFile('\n');
      const log = new AuditLog(handle, last);
      log.add({ time: now, event: 'start', ...(torn > 0 && { count: torn }) });
      return log;
    } catch (error) {
      await handle?.close();
      throw kmsErrors.AUDIT({ file, because: reasonOf(error) });
    }
  }

  /** Hash of the last line that was written: worth keeping elsewhere. */
  get head(): string {
    return this.#head;
  }

  /** Records that could not be written so far, and of which the log does not tell yet. */
  get lost(): number {
    return this.#lost;
  }

  /** Adds a record. Returns at once. */
  add(record: AuditRecord): void {
    if (this.#waiting.length >= maxWaiting) this.#lost += 1;
    else this.#waiting.push(record);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Writes what waits, and closes the file. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#handle.close();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const records = this.#waiting;
      this.#waiting = [];
      const { time = '' } = records[0] ?? {};
      const told: readonly AuditRecord[] = this.#lost > 0 ? [{ time, event: 'lost', count: this.#lost }, ...records] : records;
      let [seq, head, text] = [this.#seq, this.#head, ''];
      for (const record of told) {
        seq += 1;
        const next = chained(record, seq, head);
        head = next.hash;
        text += next.line;
      }
      try {
        await this.#handle.appendFile(text);
        [this.#seq, this.#head] = [seq, head];
        this.#lost = 0;
      } catch {
        this.#lost += records.length;
      }
    }
  }
}

interface Tail {
  readonly last: { readonly seq: number; readonly hash: string };
  /** Bytes of a line that was cut off; 0 when there is none. */
  readonly torn: number;
  readonly isEnded: boolean;
}

async function readTail(handle: FileHandle): Promise<Tail> {
  const { size } = await handle.stat();
  const start = Math.max(0, size - tailBytes);
  const bytes = Buffer.alloc(size - start);
  await handle.read(bytes, 0, bytes.length, start);
  const lines = bytes.toString('utf8').split('\n');
  const rest = lines.pop() ?? '';
  const isEnded = rest === '';
  // A program that was killed may have left one line that is none; and one that was killed right after it started, its newline.
  const torn = isEnded && lines.length > 0 && 'wrong' in readLine(lines.at(-1) ?? '') ? (lines.pop() ?? '') : rest;
  const last = lines.at(-1);
  const counted = { torn: Buffer.byteLength(torn), isEnded };
  if (last === undefined && start === 0 && torn === '') return { last: { seq: 0, hash: beginning }, ...counted };
  const read = readLine(last ?? '');
  if ('wrong' in read) throw new Error('it is something else');
  return { last: { seq: read.seq, hash: read.hash }, ...counted };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'it cannot be opened';
  return 'code' in error ? String(error.code) : error.message;
}

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { KubeObject } from '../kinds/object.ts';
import { sandboxErrors } from '../errors.ts';

/** One write as the journal keeps it. */
export interface JournalChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly collection: string;
  readonly object: KubeObject;
  readonly revision: number;
}

/** What a journal held when it was opened. */
export interface Saved {
  /** Revision of `objects`. */
  readonly revision: number;
  readonly objects: readonly { readonly collection: string; readonly object: KubeObject }[];
  /** Writes after `revision`, in order. */
  readonly changes: readonly JournalChange[];
  readonly compacted: number;
}

type Line =
  | { readonly format: string; readonly revision: number; readonly identity: unknown }
  | { readonly collection: string; readonly object: KubeObject }
  | JournalChange
  | { readonly compacted: number };

const format = 'signet-kube-sandbox/1';
const rewriteAfterBytes = 64 * 1024 * 1024;

/**
 * The sandbox's data file: JSON lines, first the state at one revision, then one line per write. A write is in the file
 * (handed to the operating system) before it is acknowledged, so `kill -9` loses at most a write nobody was told of; a torn
 * last line is cut off. The file is rewritten (temporary file, fsync, rename) when it has grown by 64 MiB.
 *
 * The file holds private keys and Secrets and is readable by its owner only.
 */
export class Journal {
  readonly file: string;
  #fd: number;
  #written = 0;
  #identity: unknown;
  readonly #saved: Saved | undefined;

  /**
   * @param file the path; the file and its folder are made when absent
   * @param makeIdentity called for a new file; what it returns is kept in the file for ever (keys and certificates)
   */
  constructor(file: string, makeIdentity: () => unknown) {
    this.file = file;
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file)) {
      this.#identity = makeIdentity();
      this.#fd = this.#rewrite({ revision: 1, objects: [] });
      this.#saved = undefined;
      return;
    }
    const bytes = readFileSync(file);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    const { identity, saved } = parse(file, bytes.subarray(0, whole).toString('utf8'));
    this.#identity = identity;
    this.#saved = saved;
    this.#fd = openSync(file, 'a', 0o600);
    if (whole < bytes.length) ftruncateSync(this.#fd, whole);
  }

  /** What `makeIdentity` returned when the file was made. */
  get identity(): unknown {
    return this.#identity;
  }

  /** The contents found when the file was opened; undefined for a new one. */
  read(): Saved | undefined {
    return this.#saved;
  }

  append(change: JournalChange): void {
    this.#line(change);
  }

  compacted(revision: number): void {
    this.#line({ compacted: revision });
  }

  /** Rewrites the file as one state when the lines added since the last time have become many. */
  compactIfLarge(state: () => { revision: number; objects: { collection: string; object: KubeObject }[] }): void {
    if (this.#written < rewriteAfterBytes) return;
    closeSync(this.#fd);
    this.#fd = this.#rewrite(state());
    this.#written = 0;
  }

  close(): void {
    fsyncSync(this.#fd);
    closeSync(this.#fd);
  }

  #line(line: Line): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const { size } = fstatSync(this.#fd);
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
    } catch (error) {
      // Half a line would spoil the file for every later one.
      ftruncateSync(this.#fd, size);
      throw error;
    }
    this.#written += bytes.length;
  }

  #rewrite(state: { revision: number; objects: { collection: string; object: KubeObject }[] }): number {
    const temporary = `${this.file}.new`;
    const fd = openSync(temporary, 'w', 0o600);
    const lines: Line[] = [{ format, revision: state.revision, identity: this.#identity }, ...state.objects];
    for (const line of lines) writeSync(fd, `${JSON.stringify(line)}\n`);
    fsyncSync(fd);
    closeSync(fd);
    renameSync(temporary, this.file);
    return openSync(this.file, 'a', 0o600);
  }
}

function parse(file: string, text: string): { identity: unknown; saved: Saved } {
  const objects: { collection: string; object: KubeObject }[] = [];
  const changes: JournalChange[] = [];
  let head: { revision: number; identity: unknown } | undefined;
  let compacted = 0;
  for (const [index, raw] of text.split('\n').entries()) {
    if (raw === '') continue;
    const line = readLine(file, raw, index + 1);
    if ('format' in line) {
      if (line.format !== format) throw sandboxErrors.DATA_FILE({ file, line: index + 1 });
      head = line;
    } else if ('compacted' in line) compacted = line.compacted;
    else if ('type' in line) changes.push(line);
    else objects.push(line);
  }
  if (!head) throw sandboxErrors.DATA_FILE({ file, line: 1 });
  return { identity: head.identity, saved: { revision: head.revision, objects, changes, compacted } };
}

function readLine(file: string, raw: string, line: number): Line {
  try {
    return JSON.parse(raw) as Line;
  } catch (cause) {
    throw sandboxErrors.DATA_FILE({ file, line }, { cause });
  }
}

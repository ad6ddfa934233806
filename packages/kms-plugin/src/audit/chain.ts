import { createHash } from 'node:crypto';

/** What one line tells. Nothing of it is secret. */
export interface AuditRecord {
  /** ISO 8601. */
  readonly time: string;
  /** `start` begins a run of the program; `lost` tells of lines that could not be written. */
  readonly event: 'start' | 'Encrypt' | 'Decrypt' | 'lost';
  /** The API server's own, of the request; empty when it gave none. */
  readonly uid?: string;
  /** `OK` or the name of a gRPC status code. */
  readonly code?: string;
  /** As in the API server's metrics. */
  readonly keyIdHash?: string;
  readonly source?: string;
  readonly ms?: number;
  /** Of `lost`: how many. Of `start`: bytes of a line that was cut off when the program before was killed. */
  readonly count?: number;
}

/** What the first line of a log follows. */
export const beginning: string = '0'.repeat(64);

/** The line of a record: JSON, with the hash of the line before as `prev` and its own as `hash`, last. Ends with a newline. */
export function chained(record: AuditRecord, seq: number, prev: string): { readonly line: string; readonly hash: string } {
  const body = JSON.stringify({ seq, ...record, prev });
  const hash = hashOf(body);
  return { line: `${body.slice(0, -1)},"hash":"${hash}"}\n`, hash };
}

/** A line that was read back, or what is wrong with it. */
export type ReadLine =
  | {
      readonly seq: number;
      readonly prev: string;
      readonly hash: string;
      readonly event: string;
      readonly count: number | undefined;
    }
  | { readonly wrong: string };

const ending = /,"hash":"([0-9a-f]{64})"\}$/;

/** Reads a line without its newline, and compares its hash with what stands in it. */
export function readLine(line: string): ReadLine {
  const found = ending.exec(line);
  if (!found) return { wrong: 'this is no line of an audit log' };
  const body = `${line.slice(0, found.index)}}`;
  if (hashOf(body) !== found[1]) return { wrong: 'its hash is not that of what it says' };
  const { seq, prev, event, count } = JSON.parse(body) as { seq: number; prev: string; event: string; count?: number };
  return { seq, prev, event, count, hash: found[1] };
}

function hashOf(body: string): string {
  return createHash('sha256').update(body, 'utf8').digest('hex');
}

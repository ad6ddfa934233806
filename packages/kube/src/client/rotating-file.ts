import { readFile } from 'node:fs/promises';
import { kubeErrors } from '../errors.ts';
import type { Clock } from './clock.ts';
import { steady } from './steady-clock.ts';

/** A small file that another program replaces now and then (kubelet: tokens, certificate bundles). */
export interface RotatingFile {
  /** Content, at most `maxAgeMs` old; `fresh` reads it again now. */
  text(options?: { readonly fresh?: boolean }): Promise<string>;
}

/**
 * Watches by reading again, not by inotify: projected volumes swap symlinks, and a read a minute costs nothing. A read that
 * fails after an earlier one succeeded keeps the earlier content, because the file may be half-way through its replacement.
 *
 * @param what names the file in errors: `token file`, `CA file`
 */
export function rotatingFile(file: string, what: string, clock: Clock, maxAgeMs: number = 60_000): RotatingFile {
  const time = steady(clock);
  let content: string | undefined;
  let readAt = -Infinity;
  let reading: Promise<string> | undefined;

  const read = async (): Promise<string> => {
    try {
      content = await readFile(file, 'utf8');
    } catch (error) {
      if (content === undefined) throw kubeErrors.FILE_UNREADABLE({ file, what, problem: codeText(error) });
    }
    readAt = time.now();
    return content;
  };

  return {
    async text({ fresh = false } = {}) {
      if (!fresh && content !== undefined && time.now() - readAt < maxAgeMs) return content;
      reading ??= read().finally(() => {
        reading = undefined;
      });
      return reading;
    },
  };
}

function codeText(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
}

import { parseGoDuration } from '@signet/api';
import type { SyncWindows } from '@signet/api';
import { readSchedule } from './schedule.ts';
import type { Schedule } from './schedule.ts';

/** How often the end of a window is looked for before the search is put off. */
const maxHops = 50;

interface Window {
  readonly schedule: Schedule;
  readonly durationMs: number;
}

/**
 * Whether a refresh that only time asks for may happen now (external-secrets v2.9 `syncWindows`): `deny` while no window is open, `allow` while at
 * least one is; no windows, or another kind, permit everything. A window is open from its start for its duration, both ends included. One whose
 * schedule or duration cannot be read is never open.
 *
 * `@every 6h` has no start that it could count from: such a window is always open if its duration is as long, and else never.
 */
export function permits(sync: SyncWindows | undefined, at: number): boolean {
  const windows = windowsOf(sync);
  if (sync === undefined || windows === undefined) return true;
  const isOpen = windows.some((window) => isOpenAt(window, at));
  return sync.kind === 'allow' ? isOpen : !isOpen;
}

/**
 * The first moment, not before `from`, at which {@link permits} says yes. With windows to deny that follow each other without end it is a
 * moment at which to look again.
 *
 * @returns undefined when that never comes
 */
export function nextPermitted(sync: SyncWindows | undefined, from: number): number | undefined {
  if (sync === undefined || permits(sync, from)) return from;
  const windows = windowsOf(sync) ?? [];
  if (sync.kind === 'allow') return earliest(windows.map((window) => nextOpening(window, from)));
  let at = from;
  for (let hop = 0; hop < maxHops && !permits(sync, at); hop++) {
    const ends = windows.filter((window) => isOpenAt(window, at)).map((window) => endOf(window, at));
    at = Math.max(...ends) + 1;
  }
  return at;
}

/** Undefined: they have no say. */
function windowsOf(sync: SyncWindows | undefined): readonly Window[] | undefined {
  if (sync === undefined || sync.windows.length === 0) return undefined;
  if (sync.kind !== 'allow' && sync.kind !== 'deny') return undefined;
  return sync.windows.flatMap(({ schedule: text, duration }) => {
    const schedule = readSchedule(text);
    const durationMs = parseGoDuration(duration);
    return schedule && durationMs !== undefined && durationMs >= 0 ? [{ schedule, durationMs }] : [];
  });
}

function isOpenAt({ schedule, durationMs }: Window, at: number): boolean {
  const start = schedule.next(at - durationMs - 1);
  return start !== undefined && start <= at;
}

/** Undefined too for `@every`: what is not open now never is. */
function nextOpening(window: Window, after: number): number | undefined {
  const start = window.schedule.next(after);
  return start !== undefined && isOpenAt(window, start) ? start : undefined;
}

/** When the opening that began first closes; the window may have opened again since. */
function endOf({ schedule, durationMs }: Window, at: number): number {
  return (schedule.next(at - durationMs - 1) ?? at) + durationMs;
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

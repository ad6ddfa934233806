import { parseGoDuration } from '@signet/api';
import type { SyncWindows } from '@signet/api';
import { readSchedule } from './schedule.ts';
import type { Schedule } from './schedule.ts';

/** So many windows of one object are looked at: their author is a tenant, and each takes time (promise 10). */
const maxWindows = 100;
/** So many windows are looked at to find the end of those that deny, before the search is put off. */
const maxLooks = 200;

interface Window {
  readonly schedule: Schedule;
  readonly durationMs: number;
}

/**
 * Whether a refresh that only time asks for may happen now (external-secrets v2.9 `syncWindows`): `deny` while no window is open, `allow` while at
 * least one is; no windows, or another kind, permit everything. A window is open from its start for its duration, both ends included. One whose
 * schedule or duration cannot be read is never open, and neither is any after the first hundred.
 *
 * `@every 6h` has no start that it could count from: such a window is always open if its duration is as long, and else never.
 */
export function permits(sync: SyncWindows | undefined, at: number): boolean {
  const kind = kindOf(sync);
  return kind === undefined || isPermitted(kind, windowsOf(sync), at);
}

/**
 * The first moment, not before `from`, at which {@link permits} says yes. With windows to deny that follow each other without end it is a
 * moment at which to look again.
 *
 * @returns undefined when that never comes
 */
export function nextPermitted(sync: SyncWindows | undefined, from: number): number | undefined {
  const kind = kindOf(sync);
  if (kind === undefined) return from;
  const windows = windowsOf(sync);
  if (isPermitted(kind, windows, from)) return from;
  if (kind === 'allow') return earliest(windows.map((window) => nextOpening(window, from)));
  let at = from;
  for (let looks = 0; looks < maxLooks && !isPermitted(kind, windows, at); looks += windows.length) {
    const ends = windows.filter((window) => isOpenAt(window, at)).map((window) => endOf(window, at));
    at = Math.max(...ends) + 1;
  }
  return at;
}

type Kind = 'allow' | 'deny';

/** Undefined: there are no windows that have a say. */
function kindOf(sync: SyncWindows | undefined): Kind | undefined {
  if (sync === undefined || sync.windows.length === 0) return undefined;
  return sync.kind === 'allow' || sync.kind === 'deny' ? sync.kind : undefined;
}

function isPermitted(kind: Kind, windows: readonly Window[], at: number): boolean {
  return windows.some((window) => isOpenAt(window, at)) === (kind === 'allow');
}

function windowsOf(sync: SyncWindows | undefined): readonly Window[] {
  return (sync?.windows ?? []).slice(0, maxWindows).flatMap(({ schedule: text, duration }) => {
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

import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  RECONCILE_TIMEOUT: {
    says: (c: { controller: string; key: string; timeoutMs: number }): string =>
      `${c.controller}: ${c.key} took longer than ${c.timeoutMs / 1000} s`,
    why: 'One object took too long to reconcile, most often because something it asks does not answer. It is tried again later.',
    next: 'look at the log lines of the same reconcileId for what it was waiting for',
  },
  ALREADY_RUNNING: {
    says: (c: { what: string }): string => `${c.what} is running already`,
    why: 'It was started twice at the same time.',
    next: 'wait for the first run to end, or make a second instance',
  },
  LEASE_TIMES: {
    says: (c: { leaseDurationMs: number; renewDeadlineMs: number; retryPeriodMs: number }): string =>
      `lease times do not fit together: duration ${c.leaseDurationMs} ms, renew deadline ${c.renewDeadlineMs} ms, retry period ${c.retryPeriodMs} ms`,
    why: 'A leader must notice that it lost before another may take over, and must be able to try more than once until then.',
    next: 'choose whole seconds of lease duration > renew deadline > 1.2 times the retry period > 0; the defaults are 15 s, 10 s and 2 s',
  },
  LEADERSHIP_LOST: {
    says: (c: { lease: string; because: string }): string => `lost the lease ${c.lease}: ${c.because}`,
    why: 'Another replica holds the lease, or the API server could not be reached in time to renew it. Work was stopped before another replica could begin.',
    next: 'nothing, another replica goes on; if it happens often, look at the latency of the API server',
  },
  STOP_GRACE: {
    says: (c: { running: readonly string[]; graceMs: number }): string =>
      `still running ${c.graceMs / 1000} s after the stop: ${c.running.join(', ')}`,
    why: 'A part of the program did not stop when it was asked to.',
    next: 'report this with the log; the process may be killed, every write it makes is conditional',
  },
};

/** Errors of the controller runtime. */
export const runtimeErrors: Catalogue<typeof entries> = catalogue('SIGNET_RUNTIME', entries);

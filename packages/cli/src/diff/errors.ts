import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  GIT: {
    says: (c: { problem: string }): string => `git: ${c.problem}`,
    why: 'With --git both sides are read from the repository that the command runs in.',
    next: 'run it inside the repository, and write two revisions that exist: --git main..HEAD',
    exit: 2,
  },
  RANGE: {
    says: (c: { range: string }): string => `${JSON.stringify(c.range)} is not a range of revisions`,
    why: 'A range is OLD..NEW; OLD...NEW compares with what both have in common. An empty side is HEAD.',
    next: 'write --git main..HEAD',
    exit: 2,
  },
};

/** Errors of `signet diff`. */
export const diffErrors: Catalogue<typeof entries> = catalogue('SIGNET_DIFF', entries);

import type { Leaf } from './differences.ts';
import { describeLeaf } from './differences.ts';
import type { Session } from './session.ts';

/** A place where the sandbox differs from a real API server on purpose. */
export interface Difference {
  /** Matches the place: `02 GET configmaps/a.body.metadata.uid`. */
  readonly at: RegExp;
  /** Why that is right for an embedded server. The README lists it. */
  readonly because: string;
}

/** One thing both servers must do alike. */
export interface ConformanceCase {
  readonly name: string;
  /** Places that may differ, and must: a declaration that no longer holds fails. */
  readonly differs?: readonly Difference[];
  /** Acts on a server. Everything the session is asked is recorded and compared. */
  run(k: Session): Promise<void>;
}

/** What a comparison showed, for a person. */
export interface Judgement {
  /** Differences nobody declared. */
  readonly unexpected: readonly string[];
  /** Declared differences that were not seen. */
  readonly stale: readonly string[];
}

/** Sets what was seen against what the case declares. Pure. */
export function judge({ differs = [] }: ConformanceCase, seen: readonly Leaf[]): Judgement {
  return {
    unexpected: seen.filter((leaf) => !differs.some(({ at }) => at.test(leaf.at))).map((leaf) => describeLeaf(leaf)),
    stale: differs.filter(({ at }) => !seen.some((leaf) => at.test(leaf.at))).map(({ at, because }) => `${at.source}: ${because}`),
  };
}

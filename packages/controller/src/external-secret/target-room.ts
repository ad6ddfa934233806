import type { ExternalSecret } from '@signet/api';
import type { Gathered } from './gather.ts';
import type { Refusal } from './ready.ts';
import type { Told } from './report.ts';

/** The target as the API server answered. */
export interface Produced {
  readonly uid: string;
  readonly resourceVersion: string;
}

/** What became of the target. */
export interface Written {
  readonly did: 'create' | 'replace' | 'recreate' | 'delete' | 'nothing';
  readonly reason: string;
  readonly message: string;
  /** The target as it is now; undefined: there is none. */
  readonly produced: Produced | undefined;
  /** Name for service binding. */
  readonly binding: string | undefined;
  readonly events: readonly Told[];
  /** Sentences without values. */
  readonly warnings: readonly string[];
}

/** Nothing may be written, and the message says why. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: string;
  readonly permanent: boolean;

  constructor({ reason, message, permanent }: Refusal) {
    super(message);
    this.reason = reason;
    this.permanent = permanent;
  }
}

/** Looks after the targets of ExternalSecrets: Secrets, or objects of other kinds. */
export interface TargetRoom {
  /**
   * Is the target as it was left, so that nothing need be fetched before the refresh is due? Asks for as little as can tell.
   *
   * @returns the target if it is and there is one; `undefined` if it is to be put right now
   */
  standing(es: ExternalSecret, signal: AbortSignal): Promise<{ readonly produced: Produced | undefined } | undefined>;
  /**
   * Brings the target into agreement with what was gathered, with one write at most.
   *
   * @param checkCurrent throws when the ExternalSecret is not the newest; asked right before something that is there is overwritten
   * @throws Refused; what the API server answers, a conflict included
   */
  write(es: ExternalSecret, gathered: Gathered, checkCurrent: () => Promise<void>, signal: AbortSignal): Promise<Written>;
  /** Deletes the target with its ExternalSecret, if it is to go at once and is its own. */
  remove(es: ExternalSecret, signal: AbortSignal): Promise<void>;
}

/** One room for targets of every kind. */
export function eitherTarget(secrets: TargetRoom, resources: TargetRoom): TargetRoom {
  const roomOf = ({ spec }: ExternalSecret): TargetRoom => (spec.target.manifest ? resources : secrets);
  return {
    standing: async (es, signal) => roomOf(es).standing(es, signal),
    write: async (es, gathered, checkCurrent, signal) => roomOf(es).write(es, gathered, checkCurrent, signal),
    remove: async (es, signal) => roomOf(es).remove(es, signal),
  };
}

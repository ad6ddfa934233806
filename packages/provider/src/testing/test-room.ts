import type { Logger, StoreIdentity, StoreRoom } from '../surroundings.ts';
import type { JumpingClock } from './clock.ts';
import { jumpingClock } from './clock.ts';
import { MemoryCredentials } from './memory-credentials.ts';

/** What a test wants otherwise than usual. */
export interface TestRoomOptions {
  /** Default: SecretStore "store" in namespace "default". */
  readonly store?: StoreIdentity;
  /** Default: that of the store, or "default". `null`: none, as when a cluster store is validated. */
  readonly namespace?: string | null;
  readonly env?: StoreRoom['env'];
  readonly limits?: Partial<StoreRoom['limits']>;
}

/** A call that a store told of. */
export type ObservedCall = Parameters<StoreRoom['observe']>[0];

/** A room for tests: a cluster in memory, a clock that jumps, a log that is kept. */
export interface TestRoom extends StoreRoom {
  readonly credentials: MemoryCredentials;
  readonly clock: JumpingClock;
  /** What was logged: level, fields as JSON, message. */
  readonly lines: readonly string[];
  readonly calls: readonly ObservedCall[];
  /** The same room, cluster, clock and log, with other limits. */
  limitedTo(limits: Partial<StoreRoom['limits']>): TestRoom;
}

/** Makes a room with an empty cluster. @example const room = testRoom(); room.credentials.setSecret('default', 'vault', { token: 'x' }) */
export function testRoom(options: TestRoomOptions = {}): TestRoom {
  const { store = { kind: 'SecretStore', name: 'store', namespace: 'default' }, env = {} } = options;
  const namespace = options.namespace === undefined ? (store.namespace ?? 'default') : (options.namespace ?? undefined);
  const clock = jumpingClock();
  const lines: string[] = [];
  const calls: ObservedCall[] = [];
  const room = {
    store,
    namespace,
    credentials: new MemoryCredentials(store, namespace, clock),
    clock,
    logger: loggerInto(lines),
    random: () => 0.5,
    env,
    observe: (call: ObservedCall) => void calls.push(call),
    lines,
    calls,
  };
  const withLimits = (limits: StoreRoom['limits']): TestRoom => ({
    ...room,
    limits,
    limitedTo: (others) => withLimits({ ...limits, ...others }),
  });
  return withLimits({ sockets: 4, callTimeoutMs: 10_000, maxAnswerBytes: 4 << 20, ...options.limits });
}

function loggerInto(lines: string[]): Logger {
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push(`${level} ${JSON.stringify(fields)} ${message}`);
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

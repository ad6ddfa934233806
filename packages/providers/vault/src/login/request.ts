import type { StoreRoom } from '@signet/provider';
import type { Answer } from '@signet/provider/http';
import type { Connection } from '../connection.ts';
import type { OutsideCall } from './outside.ts';

/** What a login needs of its surroundings. */
export interface LoginTools {
  readonly room: StoreRoom;
  readonly connection: Connection;
  /** Vault's namespace for the login. */
  readonly namespace: string | undefined;
  /** Asks others than Vault: AWS, Google, the machine. */
  readonly outside: (call: OutsideCall) => Promise<Answer>;
  readonly signal: AbortSignal;
}

/** A login as it is sent: `POST /v1/auth/<mount>/login`. */
export interface LoginRequest {
  /** Below `/v1/`, escaped. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

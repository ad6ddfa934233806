import { parseConfig, startController } from '@signet/controller';
import type { RunningController } from '@signet/controller';
import { createClient } from '@signet/kube/client';
import type { Client, Clock, Logger } from '@signet/kube/client';
import { Link } from './link.ts';
import { home } from './world.ts';
import type { World } from './world.ts';

/** What a replica is started with. */
export interface ReplicaOptions {
  /** User agent of its requests. */
  readonly name: string;
  readonly clock?: Clock | undefined;
  readonly flags?: readonly string[];
  /** Hears what would be in {@link Replica.log}. */
  readonly logger?: Logger;
}

/** A controller in this process, with a network cable of its own. */
export interface Replica {
  readonly name: string;
  readonly link: Link;
  readonly controller: RunningController;
  /** Every line it logged. */
  readonly log: readonly string[];
  /** Orderly. */
  stop(): Promise<void>;
}

const flags = ['--key-size=2048', '--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0'];

export async function startReplica(world: World, options: ReplicaOptions): Promise<Replica> {
  const link = await Link.to(world.port);
  const connection = { ...world.sandbox.connection(), server: link.url };
  const log: string[] = [];
  const logger = options.logger ?? listLogger(log);
  const client: Client = createClient(connection, { userAgent: options.name, clock: options.clock });
  const config = parseConfig([...flags, ...(options.flags ?? [])], { POD_NAMESPACE: home });
  // A fast clock must not shorten what the machine's own work takes at a stop.
  const stopGraceMs = 600_000;
  const controller = await startController(config, { client, logger, clock: options.clock, stopGraceMs });
  return {
    name: options.name,
    link,
    controller,
    log,
    async stop() {
      await controller.stop();
      await client.close();
      await link.close();
    },
  };
}

/** The name of the replica that wrote the lease last. */
export function leaderOf(world: World): string | undefined {
  return world.sandbox.requests.findLast(({ method, path }) => method === 'PUT' && path.includes('/leases/'))?.userAgent;
}

function listLogger(lines: string[]): Logger {
  const say =
    (level: string) =>
    (fields: object, message: string): void => {
      const plain = (_: string, value: unknown): unknown => (value instanceof Error ? `${value.name}: ${value.message}` : value);
      lines.push(`${new Date().toISOString().slice(17)} ${level} ${message} ${JSON.stringify(fields, plain)}`);
    };
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
}

import { isSignetError } from '@signet/errors';
import type { Clock, Logger } from '@signet/provider';
import { keyIdHash } from '@signet/provider';
import type { Config } from '../config/config.ts';
import { readConfigFile } from '../config/read.ts';
import { openKeys } from '../keys/open-keys.ts';
import { deadline, unlessAborted } from '../plugin/within.ts';
import { problemOfSocket } from '../server/socket.ts';

/** What one check found. */
export interface Finding {
  readonly what: 'configuration' | 'key' | 'previous key' | 'latency' | 'socket';
  readonly outcome: 'ok' | 'warn' | 'failed';
  /** A sentence without secrets. */
  readonly says: string;
}

const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
/** What Kubernetes asks of Encrypt. */
const slowMs = 100;

/**
 * Looks at everything the plugin needs, with its own key and its own round trip, beside a plugin that runs or not. Changes nothing.
 *
 * @param file the configuration
 */
export async function examine(
  file: string,
  room: { readonly clock: Clock; readonly random: () => number; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<readonly Finding[]> {
  let config: Config;
  try {
    ({ config } = await readConfigFile(file));
  } catch (error) {
    return [{ what: 'configuration', outcome: 'failed', says: messageOf(error) }];
  }
  const good: Finding = { what: 'configuration', outcome: 'ok', says: `provider ${config.provider}, cluster ${config.cluster}` };
  const keys = await examineKeys(config, room);
  return [good, ...keys, examineSocket(config)];
}

async function examineKeys(config: Config, room: Parameters<typeof examine>[1]): Promise<readonly Finding[]> {
  const limit = deadline(config.watch.timeoutSeconds * 1000, new AbortController().signal, room.clock);
  try {
    const keys = await openKeys(config, { ...room, logger: silent });
    try {
      const startedAt = performance.now();
      const trouble = await unlessAborted(keys.active.look(limit.signal), limit.signal);
      const took = performance.now() - startedAt;
      const { active } = keys.active.state;
      const findings: Finding[] = [];
      if (!active || trouble !== undefined) findings.push({ what: 'key', outcome: 'failed', says: messageOf(trouble) });
      else {
        const says = `version ${active.version} encrypts and decrypts; the API server will see ${keyIdHash(active.keyId)}`;
        findings.push({ what: 'key', outcome: 'ok', says });
        const isSlow = took / 2 > slowMs;
        findings.push({ what: 'latency', outcome: isSlow ? 'warn' : 'ok', says: `${Math.ceil(took)} ms for a round trip` });
      }
      for (const key of keys.all.slice(1)) {
        try {
          const { version } = await unlessAborted(key.identify(limit.signal), limit.signal);
          findings.push({ what: 'previous key', outcome: 'ok', says: `${key.backend}, version ${version}` });
        } catch (error) {
          findings.push({ what: 'previous key', outcome: 'failed', says: `${key.backend}: ${messageOf(error)}` });
        }
      }
      return findings;
    } finally {
      await Promise.all(keys.all.map(async ({ encryption }) => encryption.close()));
    }
  } catch (error) {
    const isConfig = isSignetError(error) && error.code === 'SIGNET_PROVIDER_INVALID_CONFIG';
    return [{ what: isConfig ? 'configuration' : 'key', outcome: 'failed', says: messageOf(error) }];
  } finally {
    limit.end();
  }
}

function examineSocket({ socket }: Config): Finding {
  const problem = problemOfSocket(socket.path, Number.parseInt(socket.mode, 8));
  if (problem === undefined) return { what: 'socket', outcome: 'ok', says: socket.path };
  // A plugin that does not run has none.
  return { what: 'socket', outcome: problem.startsWith('it is not there') ? 'warn' : 'failed', says: `${socket.path}: ${problem}` };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'it does not work';
}

import { keyIdHash } from '@signet/provider';
import type { Clock, Logger } from '@signet/provider';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Plugin, Source } from '../plugin/plugin.ts';
import { Refusal, refusalOf } from '../plugin/refusal.ts';
import type { Answers } from './grpc-server.ts';
import type { Metrics } from './metrics.ts';

/** What hears of every call. */
export interface Witnesses {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly audit: AuditLog | undefined;
}

/** More of a uid than the API server gives is not repeated. */
const maxUidLength = 64;

/** The calls of the plugin, each counted, timed and, but for Status, told to the audit log with the API server's uid. */
export function witnessed(plugin: Plugin, { clock, logger, metrics, audit }: Witnesses): Answers {
  const witness = async <T extends { readonly keyId?: string; readonly source?: Source }>(
    operation: 'Encrypt' | 'Decrypt',
    { uid, keyId }: { readonly uid: string; readonly keyId?: string },
    signal: AbortSignal,
    call: () => Promise<T>,
  ): Promise<T> => {
    const startedAt = performance.now();
    const done = (code: string, told: { readonly keyId?: string | undefined; readonly source?: Source | undefined }): void => {
      const ms = Math.round((performance.now() - startedAt) * 1000) / 1000;
      metrics.called(operation, code, ms / 1000);
      audit?.add({
        time: new Date(clock.now()).toISOString(),
        event: operation,
        uid: printable(uid),
        code,
        ...(told.keyId && { keyIdHash: keyIdHash(told.keyId) }),
        ...(told.source && { source: told.source }),
        ms,
      });
    };
    try {
      const answer = await call();
      if (answer.source) metrics.decryptedFrom(answer.source);
      done('OK', { keyId: keyId ?? answer.keyId, source: answer.source });
      return answer;
    } catch (error) {
      const refusal = refusalOf(error, signal);
      done(refusal.code, { keyId });
      const because = refusal.cause instanceof Error ? refusal.cause.message : refusal.message;
      logger.warn({ operation, uid: printable(uid), code: refusal.code, because }, 'a call was refused');
      throw refusal;
    }
  };
  return {
    async status() {
      const startedAt = performance.now();
      let code = 'OK';
      try {
        return plugin.status();
      } catch (error) {
        code = error instanceof Refusal ? error.code : 'INTERNAL';
        throw error;
      } finally {
        metrics.called('Status', code, (performance.now() - startedAt) / 1000);
      }
    },
    encrypt: (request, signal) => witness('Encrypt', { uid: request.uid }, signal, async () => plugin.encrypt(request, signal)),
    decrypt: (request, signal) => witness('Decrypt', request, signal, async () => plugin.decrypt(request, signal)),
  };
}

function printable(uid: string): string {
  return uid.slice(0, maxUidLength).replaceAll(/[^\w.:-]/g, '?');
}

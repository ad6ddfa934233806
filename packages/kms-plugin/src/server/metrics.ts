import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What is counted. Label values come from short lists; key ids appear as the hash that the API server's metrics have. */
export interface Metrics {
  readonly registry: Registry;
  /** One call was answered. */
  called(operation: 'Status' | 'Encrypt' | 'Decrypt', code: string, seconds: number): void;
  decryptedFrom(source: 'cache' | 'backend'): void;
  reloaded(outcome: 'applied' | 'refused'): void;
}

/** What is looked at when metrics are read. */
export interface Gauged {
  readonly keyIdHash: () => string | undefined;
  readonly isHealthy: () => boolean;
  /** Milliseconds since the epoch. */
  readonly provenAt: () => number | undefined;
  readonly cacheEntries: () => number;
  readonly auditLost: () => number;
}

const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Makes the metrics of one program. */
export function createMetrics(gauged: Gauged): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const operations = new Counter({
    name: 'signet_kms_operations_total',
    help: 'Calls of the API server, by gRPC status code',
    labelNames: ['operation', 'code'],
    registers,
  });
  const duration = new Histogram({
    name: 'signet_kms_operation_duration_seconds',
    help: 'From the arrival of a request to its answer',
    labelNames: ['operation'],
    buckets: seconds,
    registers,
  });
  const decrypts = new Counter({
    name: 'signet_kms_decrypts_total',
    help: 'Decryptions that succeeded, by where the plaintext came from',
    labelNames: ['source'],
    registers,
  });
  const reloads = new Counter({
    name: 'signet_kms_config_reloads_total',
    help: 'Changes of the configuration file',
    labelNames: ['outcome'],
    registers,
  });
  gaugeOf(registry, 'signet_kms_healthy', '1 when Status answers ok', () => (gauged.isHealthy() ? 1 : 0));
  gaugeOf(registry, 'signet_kms_key_proven_timestamp_seconds', 'When the key was last seen to encrypt and decrypt', () => {
    return (gauged.provenAt() ?? 0) / 1000;
  });
  gaugeOf(registry, 'signet_kms_decrypt_cache_entries', 'Plaintexts in memory', gauged.cacheEntries);
  gaugeOf(registry, 'signet_kms_audit_lost', 'Audit records that could not be written', gauged.auditLost);
  const info = new Gauge({
    name: 'signet_kms_key_id_info',
    help: 'Always 1: the key id that encrypts, hashed as in the metrics of the API server',
    labelNames: ['key_id_hash'],
    registers,
    collect() {
      info.reset();
      const hash = gauged.keyIdHash();
      if (hash !== undefined) info.set({ key_id_hash: hash }, 1);
    },
  });
  return {
    registry,
    called(operation, code, took) {
      operations.inc({ operation, code });
      duration.observe({ operation }, took);
    },
    decryptedFrom: (source) => decrypts.inc({ source }),
    reloaded: (outcome) => reloads.inc({ outcome }),
  };
}

function gaugeOf(registry: Registry, name: string, help: string, read: () => number): void {
  const gauge = new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      gauge.set(read());
    },
  });
}

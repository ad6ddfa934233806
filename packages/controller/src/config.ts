import { readFileSync } from 'node:fs';
import { controllerErrors } from './errors.ts';
import { flags, readFlags } from './flags.ts';
import type { Given } from './flags.ts';
import type { KeyOrder } from './sealing-keys/key-secret.ts';
import { version } from './version.ts';

/** Everything the controller can be told, typed. */
export interface Config {
  /** The controller's own namespace: its keys and its Lease are here. */
  readonly namespace: string;
  /** Namespaces served; undefined: all. */
  readonly namespaces: readonly string[] | undefined;
  /** Labels of further namespaces served, without a restart; empty: none. */
  readonly namespaceSelector: string;
  /** Narrows the SealedSecrets served; empty: all. */
  readonly labelSelector: string;
  readonly keyPrefix: string;
  readonly keySize: number;
  readonly keyTtlMs: number;
  readonly myCn: string;
  readonly keyOrderPriority: KeyOrder;
  /** 0: keys are not renewed by age. */
  readonly keyRenewPeriodMs: number;
  /** Milliseconds since 1970. */
  readonly keyCutoff: number | undefined;
  readonly privateKeyLabels: Readonly<Record<string, string>>;
  readonly privateKeyAnnotations: Readonly<Record<string, string>>;
  /** Secrets that were sealed whole, before v0.7. */
  readonly acceptsLegacyData: boolean;
  /** Delete Secrets whose SealedSecret is gone, rather than leave it to garbage collection. */
  readonly oldGcBehavior: boolean;
  /** What cannot be changed in place may be deleted and made anew. */
  readonly recreateSecrets: boolean;
  /** No SealedSecret makes or changes Secrets of these types. */
  readonly forbiddenSecretTypes: ReadonlySet<string>;
  readonly updateStatus: boolean;
  readonly skipRecreate: boolean;
  readonly metricsOmitSecretLabels: boolean;
  /** Negative: unlimited. */
  readonly kubeclientQps: number;
  readonly kubeclientBurst: number;
  readonly kubeconfig: string | undefined;
  readonly listenAddr: string;
  readonly listenMetricsAddr: string;
  /** Of /v1/verify and /v1/rotate, for each client. */
  readonly rateLimit: { readonly perSecond: number; readonly burst: number };
  readonly readTimeoutMs: number;
  readonly writeTimeoutMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly logFormat: 'text' | 'json';
  readonly logInfoStdout: boolean;
  readonly leaderElect: boolean;
  readonly leaseName: string;
  readonly leaseDurationMs: number;
  readonly leaseRenewDeadlineMs: number;
  readonly leaseRetryPeriodMs: number;
  readonly concurrency: number;
  readonly external: ExternalConfig;
  /** Flags that were accepted for compatibility and change nothing, one sentence each. */
  readonly notes: readonly string[];
  /** Set by --version and --help: print this and exit. */
  readonly show: string | undefined;
}

/** What concerns ExternalSecrets and stores. */
export interface ExternalConfig {
  /** `--external-secrets`. */
  readonly isServed: boolean;
  /** Stores and generators of another class are left alone; those that name none are everybody's. */
  readonly controllerClass: string;
  readonly servesClusterStores: boolean;
  /** SecretStores are validated; they are used either way. */
  readonly servesStores: boolean;
  /** `--enable-flood-gate`. */
  readonly floodGate: boolean;
  readonly validateEveryMs: number;
  readonly allowsGenericTargets: boolean;
  readonly delimiters: { readonly left: string; readonly right: string };
  /** ExternalSecrets under way at once. */
  readonly concurrency: number;
  /** Of one store. */
  readonly store: {
    readonly concurrency: number;
    readonly perSecond: number;
    readonly burst: number;
    readonly callTimeoutMs: number;
  };
}

const namespaceFile = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/**
 * Reads the command line (without program name) and the environment.
 *
 * @throws SIGNET_CONTROLLER_FLAG_UNKNOWN, SIGNET_CONTROLLER_FLAG_INVALID
 * @example const config = parseConfig(process.argv.slice(2), process.env);
 */
export function parseConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Config {
  const given = readFlags(argv, env);
  const namespace = ownNamespace(env);
  const kubeconfig = given.text('kubeconfig');
  const keyRenewPeriodMs = given.duration(isRotatePeriod(given) ? 'rotate-period' : 'key-renew-period');
  return {
    namespace,
    namespaces: namespacesOf(given, namespace),
    namespaceSelector: given.text('namespace-selector').trim(),
    labelSelector: given.text('label-selector'),
    keyPrefix: keyPrefixOf(given),
    keySize: given.whole('key-size', 2048),
    keyTtlMs: given.duration('key-ttl'),
    myCn: given.text('my-cn'),
    keyOrderPriority: choice(given, 'key-order-priority') as KeyOrder,
    keyRenewPeriodMs,
    keyCutoff: cutoffOf(given),
    privateKeyLabels: given.pairs('privatekey-labels'),
    privateKeyAnnotations: given.pairs('privatekey-annotations'),
    acceptsLegacyData: given.isOn('accept-deprecated-v1-data'),
    oldGcBehavior: given.isOn('old-gc-behavior'),
    recreateSecrets: given.isOn('recreate-secrets'),
    forbiddenSecretTypes: new Set(listOf(given.text('forbidden-secret-types'))),
    updateStatus: given.isOn('update-status'),
    skipRecreate: given.isOn('skip-recreate'),
    metricsOmitSecretLabels: given.isOn('metrics-omit-secret-labels'),
    kubeclientQps: Number(given.text('kubeclient-qps')),
    kubeclientBurst: given.whole('kubeclient-burst', 1),
    kubeconfig: kubeconfig === '' ? undefined : kubeconfig,
    listenAddr: addressOf(given, 'listen-addr'),
    listenMetricsAddr: addressOf(given, 'listen-metrics-addr'),
    rateLimit: { perSecond: given.whole('rate-limit', 1), burst: given.whole('rate-limit-burst', 0) },
    readTimeoutMs: given.duration('read-timeout'),
    writeTimeoutMs: given.duration('write-timeout'),
    logLevel: choice(given, 'log-level').toLowerCase() as Config['logLevel'],
    logFormat: choice(given, 'log-format') as Config['logFormat'],
    logInfoStdout: given.isOn('log-info-stdout'),
    leaderElect: given.isOn('leader-elect'),
    leaseName: given.text('lease-name'),
    leaseDurationMs: given.duration('lease-duration'),
    leaseRenewDeadlineMs: given.duration('lease-renew-deadline'),
    leaseRetryPeriodMs: given.duration('lease-retry-period'),
    concurrency: given.whole('concurrency', 1),
    external: externalOf(given),
    notes: notesOf(given, keyRenewPeriodMs),
    show: given.help ?? (given.isOn('version') ? `controller version: v${version}\n` : undefined),
  };
}

function externalOf(given: Given): ExternalConfig {
  const delimiter = (name: 'template-left-delimiter' | 'template-right-delimiter'): string =>
    given.text(name) || flags[name].default;
  return {
    isServed: given.isOn('external-secrets'),
    controllerClass: given.text('controller-class'),
    servesClusterStores: given.isOn('enable-cluster-store-reconciler'),
    servesStores: given.isOn('enable-secret-store-reconciler'),
    floodGate: given.isOn('enable-flood-gate'),
    validateEveryMs: given.duration('store-requeue-interval'),
    allowsGenericTargets: given.isOn('unsafe-allow-generic-targets'),
    delimiters: { left: delimiter('template-left-delimiter'), right: delimiter('template-right-delimiter') },
    concurrency: given.whole('concurrent', 1),
    store: {
      concurrency: given.whole('store-concurrency', 1),
      perSecond: given.whole('store-rate', 1),
      burst: given.whole('store-burst', 1),
      callTimeoutMs: given.duration('store-call-timeout'),
    },
  };
}

/** As the peer finds it: the pod's environment, then its service account, then `default`. */
function ownNamespace(env: Readonly<Record<string, string | undefined>>): string {
  const fromPod = env['POD_NAMESPACE'];
  if (fromPod !== undefined && fromPod !== '') return fromPod;
  try {
    return readFileSync(namespaceFile, 'utf8').trim();
  } catch {
    return 'default';
  }
}

/** A list of namespaces, or a selector of them, overrides --all-namespaces, and always includes the controller's own. */
function namespacesOf(given: Given, own: string): readonly string[] | undefined {
  const listed = listOf(given.text('additional-namespaces'));
  if (listed.length > 0 || given.text('namespace-selector').trim() !== '') return [...new Set([own, ...listed])];
  return given.isOn('all-namespaces') ? undefined : [own];
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function keyPrefixOf(given: Given): string {
  const prefix = given.text('key-prefix');
  if (!/^[a-z0-9-]{1,245}$/.test(prefix))
    throw controllerErrors.FLAG_INVALID({ flag: '--key-prefix', because: 'it takes 1 to 245 of the characters a-z, 0-9 and -' });
  return prefix;
}

/** The old name counts where the new one is not given. */
function isRotatePeriod(given: Given): boolean {
  return given.text('rotate-period') !== '' && !given.isGiven('key-renew-period');
}

/** A time as `date -R` prints it: RFC 1123 with a numeric zone, and nothing else. */
function cutoffOf(given: Given): number | undefined {
  const text = given.text('key-cutoff-time');
  if (text === '') return undefined;
  const time = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw controllerErrors.FLAG_INVALID({
      flag: '--key-cutoff-time',
      because: `${text} is not a time such as Mon, 02 Jan 2006 15:04:05 -0700`,
    });
  return time;
}

function addressOf(given: Given, name: 'listen-addr' | 'listen-metrics-addr'): string {
  const address = given.text(name);
  const port = /:(\d{1,5})$/.exec(address)?.[1];
  if (port === undefined || Number(port) > 65_535)
    throw controllerErrors.FLAG_INVALID({ flag: `--${name}`, because: `${address} is not of the form host:port or :port` });
  return address;
}

/** The choice in its own spelling, however it was typed. */
function choice(given: Given, name: 'key-order-priority' | 'log-level' | 'log-format'): string {
  const text = given.text(name).toLowerCase();
  return flags[name].choices.find((known) => known.toLowerCase() === text) ?? flags[name].default;
}

const shortPeriodMs = 3_600_000;

function notesOf(given: Given, renewPeriodMs: number): string[] {
  const without = ['max-unseal-retries', 'watch-for-secrets'] as const;
  const notes = without.filter((name) => given.isGiven(name)).map((name) => `--${name} changes nothing: ${flags[name].help}`);
  if (renewPeriodMs > 0 && renewPeriodMs < shortPeriodMs)
    notes.push(`--key-renew-period makes a key every ${renewPeriodMs / 1000} s, and keys are never removed`);
  return notes;
}

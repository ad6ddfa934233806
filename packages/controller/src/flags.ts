import { Command, CommanderError, Option } from 'commander';
import { parseGoDuration } from '@signet/api/go-duration';
import { controllerErrors } from './errors.ts';

/** One flag: its default as a person would type it, and what it is for. */
export interface Flag {
  readonly kind: 'text' | 'switch' | 'number' | 'duration' | 'pairs';
  readonly default: string;
  readonly help: string;
  /** The only values, where there are few. */
  readonly choices?: readonly string[];
}

/**
 * Every flag, by name without dashes. Names, defaults and meanings are those of sealed-secrets v0.38 unless said otherwise;
 * each can also be given as SEALED_SECRETS_<NAME>, upper-case with underscores, and the command line wins.
 */
export const flags = {
  'key-prefix': { kind: 'text', default: 'sealed-secrets-key', help: 'start of the names of key Secrets' },
  'key-size': { kind: 'number', default: '4096', help: 'bits of a new RSA key' },
  'key-ttl': { kind: 'duration', default: '87600h', help: 'validity of a new certificate' },
  'my-cn': { kind: 'text', default: '', help: 'common name of a new certificate' },
  'key-order-priority': {
    kind: 'text',
    default: 'CertNotBefore',
    choices: ['CertNotBefore', 'SecretCreationTimestamp'],
    help: 'what makes a key the most recent one',
  },
  'privatekey-labels': { kind: 'pairs', default: '', help: 'labels of new key Secrets: k=v,k2=v2' },
  'privatekey-annotations': { kind: 'pairs', default: '', help: 'annotations of new key Secrets: k=v,k2=v2' },
  'all-namespaces': { kind: 'switch', default: 'true', help: 'serve all namespaces; false: only its own' },
  'additional-namespaces': { kind: 'text', default: '', help: 'serve its own namespace and these, comma-separated' },
  'namespace-selector': {
    kind: 'text',
    default: '',
    help: 'serve its own namespace, the additional ones, and those whose labels match, as they come and go',
  },
  'recreate-secrets': {
    kind: 'switch',
    default: 'true',
    help: 'delete a Secret of ours and make it anew when its type changes, or when it is immutable and that is asked for',
  },
  'forbidden-secret-types': {
    kind: 'text',
    default: '',
    help: 'types of Secrets that no SealedSecret makes or changes, comma-separated: kubernetes.io/service-account-token,...',
  },
  'label-selector': { kind: 'text', default: '', help: 'serve only SealedSecrets that match' },
  'update-status': { kind: 'switch', default: 'true', help: 'write the status of SealedSecrets' },
  'skip-recreate': { kind: 'switch', default: 'false', help: 'do not watch Secrets: nothing is recreated or mended' },
  'metrics-omit-secret-labels': { kind: 'switch', default: 'false', help: 'keep names of SealedSecrets out of the metrics' },
  'kubeclient-qps': { kind: 'number', default: '-1', help: 'requests per second to the API server; negative: unlimited' },
  'kubeclient-burst': { kind: 'number', default: '10', help: 'requests at once above kubeclient-qps' },
  'listen-addr': { kind: 'text', default: ':8080', help: 'address of /healthz, /readyz, /v1/cert.pem, /v1/verify and /v1/rotate' },
  'listen-metrics-addr': { kind: 'text', default: ':8081', help: 'address of /metrics' },
  'read-timeout': { kind: 'duration', default: '2m', help: 'time for an HTTP request to arrive' },
  'write-timeout': { kind: 'duration', default: '2m', help: 'time an HTTP connection may stand still' },
  'log-level': { kind: 'text', default: 'INFO', choices: ['DEBUG', 'INFO', 'WARN', 'ERROR'], help: 'least level that is logged' },
  'log-format': { kind: 'text', default: 'text', choices: ['text', 'json'], help: 'form of the log' },
  'log-info-stdout': { kind: 'switch', default: 'true', help: 'INFO to stdout, WARN and ERROR to stderr; false: all to stderr' },
  kubeconfig: { kind: 'text', default: '', help: 'kubeconfig file; default: KUBECONFIG, ~/.kube/config, in-cluster' },
  'leader-elect': { kind: 'switch', default: 'true', help: 'only one of several replicas writes' },
  'lease-name': { kind: 'text', default: 'signet-controller', help: 'name of the Lease, in its own namespace' },
  'lease-duration': { kind: 'duration', default: '15s', help: 'how long a silent leader is waited for' },
  'lease-renew-deadline': { kind: 'duration', default: '10s', help: 'when a leader that cannot renew gives up' },
  'lease-retry-period': {
    kind: 'duration',
    default: '2s',
    help: 'time between renewals of the Lease; those who wait look up to four times as often',
  },
  concurrency: { kind: 'number', default: '16', help: 'SealedSecrets worked on at the same time' },
  'watch-for-secrets': { kind: 'switch', default: 'true', help: 'key Secrets are always watched' },
  'max-unseal-retries': { kind: 'number', default: '5', help: 'ignored: faults that may pass are retried for ever' },
  'accept-deprecated-v1-data': { kind: 'switch', default: 'true', help: 'serve SealedSecrets with spec.data (before v0.7)' },
  'key-renew-period': { kind: 'duration', default: '720h', help: 'age of the newest key at which the next one is made; 0: never' },
  'rotate-period': { kind: 'duration', default: '', help: 'old name of --key-renew-period' },
  'key-cutoff-time': {
    kind: 'text',
    default: '',
    help: 'make a new key if the newest is older than this: Mon, 02 Jan 2006 15:04:05 -0700',
  },
  'rate-limit': { kind: 'number', default: '2', help: 'requests per second of one client to /v1/verify and /v1/rotate, sustained' },
  'rate-limit-burst': { kind: 'number', default: '2', help: 'requests of one client at once beyond that' },
  'old-gc-behavior': {
    kind: 'switch',
    default: 'false',
    help: 'delete the Secret of a SealedSecret that is gone at once, instead of leaving it to the cluster',
  },
  'external-secrets': {
    kind: 'switch',
    default: 'true',
    help: 'serve ExternalSecrets and their stores, where the cluster has these kinds',
  },
  'controller-class': {
    kind: 'text',
    default: 'default',
    help: 'serve stores and generators of this class, and those without one',
  },
  'enable-cluster-store-reconciler': { kind: 'switch', default: 'true', help: 'serve ClusterSecretStores' },
  'enable-secret-store-reconciler': {
    kind: 'switch',
    default: 'true',
    help: 'validate SecretStores and tell it in their status; they are used either way',
  },
  'enable-flood-gate': { kind: 'switch', default: 'true', help: 'fetch nothing from a store that is known not to work' },
  'store-requeue-interval': { kind: 'duration', default: '5m', help: 'how often a store is validated that does not say so itself' },
  'unsafe-allow-generic-targets': {
    kind: 'switch',
    default: 'false',
    help: 'ExternalSecrets may produce other kinds than Secrets; what of, the rights of the controller decide',
  },
  'template-left-delimiter': { kind: 'text', default: '{{', help: 'what begins an action in templates of ExternalSecrets' },
  'template-right-delimiter': { kind: 'text', default: '}}', help: 'what ends it' },
  concurrent: {
    kind: 'number',
    default: '1024',
    help: 'ExternalSecrets under way at the same time, most of them waiting; 32 of them with one store, 32 of them writing',
  },
  'store-concurrency': { kind: 'number', default: '8', help: 'calls to one store at the same time' },
  'store-rate': { kind: 'number', default: '200', help: 'calls per second to one store, sustained' },
  'store-burst': { kind: 'number', default: '50', help: 'calls to one store at once beyond that' },
  'store-call-timeout': { kind: 'duration', default: '10s', help: 'when a call to a store is given up' },
  version: { kind: 'switch', default: 'false', help: 'print the version and exit' },
} as const;

export type FlagName = keyof typeof flags;

/** The flags as given, completed by the environment and by the defaults. */
export interface Given {
  text(name: FlagName): string;
  isOn(name: FlagName): boolean;
  /** @throws SIGNET_CONTROLLER_FLAG_INVALID when it is not a whole number of at least `least` */
  whole(name: FlagName, least: number): number;
  /** Milliseconds, not negative. */
  duration(name: FlagName): number;
  pairs(name: FlagName): Record<string, string>;
  /** True when it came from the command line or the environment. */
  isGiven(name: FlagName): boolean;
  /** Set when help was asked for: the text to print. */
  readonly help: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the command line and the environment.
 *
 * @throws SIGNET_CONTROLLER_FLAG_UNKNOWN, SIGNET_CONTROLLER_FLAG_INVALID
 */
export function readFlags(argv: readonly string[], env: Env): Given {
  const { values: fromArgv, help } = readArgv(argv);
  const given = new Map<FlagName, string>();
  for (const name of Object.keys(flags) as FlagName[]) {
    const value = fromArgv.get(name) ?? fromEnv(env, name);
    if (value === undefined) continue;
    check(name, value);
    given.set(name, value);
  }
  const text = (name: FlagName): string => given.get(name) ?? flags[name].default;
  return {
    text,
    help,
    isOn: (name) => switchOf(text(name)) === true,
    isGiven: (name) => given.has(name),
    whole(name, least) {
      const value = Number(text(name));
      if (!Number.isInteger(value) || value < least)
        throw invalid(name, `${text(name)} is not a whole number of at least ${least}`);
      return value;
    },
    duration(name) {
      const value = parseGoDuration(text(name));
      if (value === undefined || value < 0) throw invalid(name, `${text(name)} is not a duration such as 30s or 720h`);
      return value;
    },
    pairs: (name) => pairsOf(name, text(name)),
  };
}

function readArgv(argv: readonly string[]): { values: ReadonlyMap<FlagName, string>; help: string | undefined } {
  const values = new Map<FlagName, string>();
  let help = '';
  const command = new Command('signet-controller').allowExcessArguments(false).exitOverride();
  command.description('Turns SealedSecrets into Secrets. Every flag can also be given as SEALED_SECRETS_<FLAG>.');
  command.configureOutput({ writeOut: (text) => (help += text), writeErr: () => undefined });
  for (const [name, flag] of Object.entries(flags) as [FlagName, Flag][]) {
    const isDefault = flag.default === '' ? '' : ` (default ${flag.default})`;
    const option = new Option(`--${name} ${flag.kind === 'switch' ? '[on]' : '<value>'}`, `${flag.help}${isDefault}`);
    command.addOption(option.argParser((value: string) => (values.set(name, value), value)).preset('true'));
  }
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw controllerErrors.FLAG_UNKNOWN({ message: error.message.replace(/^error: /, '') });
    return { values, help };
  }
  return { values, help: undefined };
}

/** An empty variable counts only where an empty text is a value. */
function fromEnv(env: Env, name: FlagName): string | undefined {
  const value = env[`SEALED_SECRETS_${name.toUpperCase().replaceAll('-', '_')}`];
  return value === '' && flags[name].kind !== 'text' ? undefined : value;
}

function check(name: FlagName, value: string): void {
  const flag: Flag = flags[name];
  if (flag.kind === 'switch' && switchOf(value) === undefined) throw invalid(name, `${value} is neither true nor false`);
  if (flag.kind === 'number' && (value.trim() === '' || !Number.isFinite(Number(value))))
    throw invalid(name, `${value} is not a number`);
  if (flag.kind === 'duration' && value !== '' && parseGoDuration(value) === undefined)
    throw invalid(name, `${value} is not a duration such as 30s or 720h`);
  if (flag.kind === 'pairs') pairsOf(name, value);
  if (flag.choices && !flag.choices.some((choice) => choice.toLowerCase() === value.toLowerCase()))
    throw invalid(name, `${value} is none of ${flag.choices.join(', ')}`);
}

/** As Go's strconv.ParseBool reads it, which chart values rely on. */
function switchOf(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  return ['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text) ? false : undefined;
}

function pairsOf(name: FlagName, text: string): Record<string, string> {
  const parts = text.split(',').filter((part) => part !== '');
  return Object.fromEntries(
    parts.map((part) => {
      const at = part.indexOf('=');
      if (at < 1) throw invalid(name, `${part} is not of the form key=value`);
      return [part.slice(0, at).trim(), part.slice(at + 1)];
    }),
  );
}

function invalid(name: FlagName, because: string): Error {
  return controllerErrors.FLAG_INVALID({ flag: `--${name}`, because });
}

import { parseArgs } from 'node:util';
import { kubesealErrors } from './messages.ts';

type FlagType = 'text' | 'list' | 'switch';

/** One flag of kubeseal: its name, its letter, what it takes, and its line of the help text. */
interface Flag {
  readonly name: string;
  readonly short?: string;
  readonly type: FlagType;
  readonly initial?: string;
  readonly help: string;
}

const text = (name: string, help: string, more: { short?: string; initial?: string } = {}): Flag => ({
  name,
  type: 'text',
  help,
  ...more,
});
const turn = (name: string, help: string): Flag => ({ name, type: 'switch', help });

const flags: readonly Flag[] = [
  text('cert', 'certificate to seal with: a file, or a file, http or https URL; no cluster is contacted'),
  text('controller-namespace', 'namespace of the controller', { initial: 'kube-system' }),
  text('controller-name', 'name of the Service of the controller', { initial: 'sealed-secrets-controller' }),
  text('format', 'output format: json or yaml', { short: 'o', initial: 'json' }),
  text('secret-file', 'file with the Secrets (default: stdin)', { short: 'f' }),
  text('sealed-secret-file', 'file to write (default: stdout)', { short: 'w' }),
  turn('fetch-cert', 'write the certificate to stdout'),
  turn('allow-empty-data', 'accept a Secret without data'),
  turn('validate', 'ask the controller whether the sealed secrets open'),
  turn('re-encrypt', 'ask the controller to seal again with its newest key'),
  turn('rotate', 'the old name of --re-encrypt'),
  text('merge-into', 'merge the sealed items into this file'),
  turn('raw', 'seal one value and print it as base64'),
  text('name', 'name of the sealed secret'),
  { name: 'from-file', type: 'list', help: 'with --raw: the file that holds the value' },
  text('scope', 'strict, namespace-wide or cluster-wide', { initial: 'strict' }),
  turn('recovery-unseal', 'open a sealed secret offline with private keys'),
  { name: 'recovery-private-key', type: 'list', help: 'private key file for --recovery-unseal (repeatable)' },
  turn('version', 'print the version'),
  { name: 'help', short: 'h', type: 'switch', help: 'print this text' },
  text('kubeconfig', 'kubeconfig file'),
  text('context', 'context of the kubeconfig'),
  text('cluster', 'cluster of the kubeconfig'),
  text('user', 'user of the kubeconfig'),
  text('namespace', 'namespace', { short: 'n' }),
  text('server', 'address of the API server', { short: 's' }),
  text('certificate-authority', 'file with the certificate authority of the API server'),
  turn('insecure-skip-tls-verify', "do not check the API server's certificate"),
  text('tls-server-name', "name in the API server's certificate"),
  text('proxy-url', 'proxy to the API server'),
  turn('disable-compression', 'ask for uncompressed answers'),
  text('client-certificate', 'client certificate file'),
  text('client-key', 'client key file'),
  text('token', 'bearer token'),
  text('as', 'act as this user'),
  text('as-uid', 'act as this uid'),
  { name: 'as-group', type: 'list', help: 'act as this group (repeatable)' },
  text('username', 'user name for basic authentication'),
  text('password', 'password for basic authentication'),
  text('request-timeout', 'longest time of one request', { initial: '0' }),
  text('v', 'log level', { short: 'v', initial: '0' }),
  ...[
    'logtostderr',
    'alsologtostderr',
    'add-dir-header',
    'add_dir_header',
    'one-output',
    'one_output',
    'skip-headers',
    'skip_headers',
    'skip-log-headers',
    'skip_log_headers',
  ].map((name) => turn(name, 'accepted for compatibility')),
  ...[
    'log-dir',
    'log_dir',
    'log-file',
    'log_file',
    'log-file-max-size',
    'log_file_max_size',
    'log-backtrace-at',
    'log_backtrace_at',
    'stderrthreshold',
    'vmodule',
  ].map((name) => text(name, 'accepted for compatibility')),
];

const byName = new Map(flags.map((flag) => [flag.name, flag]));

/** A command line of kubeseal, understood. */
export interface KubesealFlags {
  /** The text of a flag; empty when it was not given and has no default. */
  text(name: string): string;
  list(name: string): readonly string[];
  on(name: string): boolean;
  /** True when the flag stands on the command line itself, not only in the environment. */
  given(name: string): boolean;
}

/**
 * Reads a command line the way kubeseal does: `--flag value`, `--flag=value`, `-oyaml`, the last one wins. What is not on the
 * command line is taken from `SEALED_SECRETS_<FLAG>`; values there that do not fit are ignored.
 *
 * @throws SIGNET_KUBESEAL_FLAG, which ends with exit code 2
 */
export function parseFlags(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): KubesealFlags {
  const values = new Map<string, string[]>(flags.map((flag) => [flag.name, flag.initial === undefined ? [] : [flag.initial]]));
  for (const flag of flags) {
    const fromEnv = env[`SEALED_SECRETS_${flag.name.toUpperCase().replaceAll('-', '_')}`];
    if (fromEnv === undefined || flag.name === 'help' || flag.name === 'version') continue;
    try {
      values.set(flag.name, valuesOf(flag, fromEnv));
    } catch {
      continue;
    }
  }
  const given = new Set<string>();
  const options = Object.fromEntries(
    flags.map((flag) => [
      flag.name,
      { type: flag.type === 'switch' ? ('boolean' as const) : ('string' as const), ...(flag.short ? { short: flag.short } : {}) },
    ]),
  );
  for (const token of parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens) {
    if (token.kind !== 'option') continue;
    const flag = byName.get(token.name);
    if (!flag)
      throw kubesealErrors.FLAG({
        problem: token.rawName.startsWith('--')
          ? `unknown flag: ${token.rawName}`
          : `unknown shorthand flag: '${token.name}' in ${token.rawName}`,
      });
    if (token.value === undefined && flag.type !== 'switch')
      throw kubesealErrors.FLAG({ problem: `flag needs an argument: ${token.rawName}` });
    // A value that follows a letter directly may start with an equals sign.
    const value = token.rawName.startsWith('--') || !token.inlineValue ? token.value : token.value?.replace(/^=/, '');
    const read = valuesOf(flag, value ?? 'true');
    values.set(flag.name, flag.type === 'list' && given.has(flag.name) ? [...(values.get(flag.name) ?? []), ...read] : read);
    given.add(flag.name);
  }
  return {
    text: (name) => values.get(name)?.at(-1) ?? '',
    list: (name) => values.get(name) ?? [],
    on: (name) => values.get(name)?.at(-1) === 'true',
    given: (name) => given.has(name),
  };
}

function valuesOf(flag: Flag, value: string): string[] {
  if (flag.type === 'switch') return [String(booleanOf(flag, value))];
  if (flag.name === 'scope' && !['', 'strict', 'namespace-wide', 'cluster-wide'].includes(value)) {
    throw invalid(flag, value, 'must be one of: strict, namespace-wide, cluster-wide');
  }
  return flag.type === 'list' ? value.split(',') : [value];
}

/** Go's spellings of true and false. */
function booleanOf(flag: Flag, value: string): boolean {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(value)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(value)) return false;
  throw invalid(flag, value, `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
}

function invalid(flag: Flag, value: string, problem: string): Error {
  return kubesealErrors.FLAG({ problem: `invalid argument ${JSON.stringify(value)} for "--${flag.name}" flag: ${problem}` });
}

/** The help text. */
export function usage(): string {
  const lines = flags
    .filter((flag) => !flag.help.startsWith('accepted'))
    .map((flag) => {
      const name = `${flag.short ? `-${flag.short}, ` : '    '}--${flag.name}${flag.type === 'switch' ? '' : ' value'}`;
      return `  ${name.padEnd(38)}${flag.help}${flag.initial ? ` (default ${flag.initial})` : ''}`;
    });
  return `Usage of kubeseal:\n${lines.join('\n')}\n`;
}

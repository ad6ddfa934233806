import type { SignetError } from '@signet/errors';
import { contextNamespace } from '../certificate/cluster-connection.ts';
import type { ClusterFlags } from '../certificate/cluster-connection.ts';
import { sealingCertificate } from '../certificate/sealing-certificate.ts';
import type { CertificateFlags } from '../certificate/sealing-certificate.ts';
import type { Io } from '../console/io.ts';
import { readInputs } from '../console/read-inputs.ts';
import type { Input } from '../console/read-inputs.ts';
import { writeFileAtomic, writeFilesAtomic } from '../console/write-file.ts';
import { cliErrors, Refusals, refusalsOf } from '../errors.ts';
import type { Wishes } from '../secret/bind.ts';
import { scopeFlag } from './scope-flag.ts';
import { planSource, sealPlan } from './seal-source.ts';
import type { Format, Plan } from './seal-source.ts';

/** Options of `signet seal`. */
export interface SealFlags extends ClusterFlags, CertificateFlags {
  readonly filename?: readonly string[] | undefined;
  readonly recursive?: boolean | undefined;
  readonly output?: string | undefined;
  readonly write?: string | undefined;
  readonly inPlace?: boolean | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly scope?: string | undefined;
  readonly allowEmptyData?: boolean | undefined;
}

interface Planned {
  readonly input: Input;
  readonly plan: Plan;
}

/** `signet seal`: all documents of all inputs are read and checked, then sealed, and only then is anything written. */
export async function sealCommand(files: readonly string[], flags: SealFlags, io: Io): Promise<void> {
  const format = formatOf(flags);
  const names = [...files, ...(flags.filename ?? [])];
  if (flags.inPlace && (flags.write !== undefined || names.length === 0 || names.includes('-'))) {
    throw cliErrors.USAGE({ problem: '--in-place needs files, and excludes --write and stdin' });
  }
  const inputs = await readInputs(names, io, { recursive: flags.recursive ?? false });
  const planned = await planInputs(inputs, wishesOf(flags), flags, io);
  const secrets = planned.reduce((count, { plan }) => count + plan.secrets.length, 0);
  const others = planned.reduce((count, { plan }) => count + plan.others, 0);
  if (secrets + others === 0) throw cliErrors.NOTHING_TO_SEAL({});
  if (flags.name !== undefined && secrets > 1) throw cliErrors.NAME_FOR_MANY({ count: secrets });
  for (const note of planned.flatMap(({ plan }) => plan.notes)) io.say(`note: ${note}\n`);
  if (secrets === 0) io.say(`note: no Secret among ${others} ${others === 1 ? 'document' : 'documents'}; nothing was changed\n`);

  const certificate = secrets > 0 ? await sealingCertificate(flags, io) : undefined;
  const outputs: { input: Input; text: string }[] = [];
  for (const { input, plan } of planned)
    outputs.push({ input, text: certificate ? await sealPlan(plan, certificate, format) : input.text });
  await write(outputs, flags, io, format);
}

async function write(outputs: readonly { input: Input; text: string }[], flags: SealFlags, io: Io, format: Format): Promise<void> {
  if (flags.inPlace) {
    await writeFilesAtomic(
      outputs.flatMap(({ input: { path, text: before }, text }) =>
        path === undefined || text === before ? [] : [{ path, contents: text }],
      ),
    );
    return;
  }
  const text = joinOutputs(
    outputs.map((output) => output.text),
    format,
  );
  if (flags.write === undefined || flags.write === '-') await io.out(text);
  else await writeFileAtomic(flags.write, text);
}

/** Several inputs become one stream: a `---` between YAML, a line end between JSON. */
function joinOutputs(texts: readonly string[], format: Format): string {
  return texts.reduce((joined, text) => {
    if (joined === '') return text;
    const next = text.replace(/^\uFEFF/, '');
    const before = joined.endsWith('\n') ? joined : `${joined}\n`;
    const json = format === 'json' || (/^\s*\{/.test(next) && /\}\s*$/.test(before));
    return json || /^---[ \t]*\r?\n/.test(next) ? before + next : `${before}---\n${next}`;
  }, '');
}

/** Plans every input; when only a namespace is missing somewhere, asks the kubeconfig for one and plans again. */
async function planInputs(inputs: readonly Input[], wishes: Wishes, flags: SealFlags, io: Io): Promise<Planned[]> {
  const first = tryPlans(inputs, wishes);
  if (first.problems.length === 0) return first.planned;
  if (!first.problems.some((problem) => problem.code === 'SIGNET_CLI_NAMESPACE_MISSING')) throw new Refusals(first.problems);
  const fallback = await contextNamespace(flags, io.env);
  if (fallback === undefined) throw new Refusals(first.problems);
  const second = tryPlans(inputs, { ...wishes, fallbackNamespace: fallback });
  if (second.problems.length > 0) throw new Refusals(second.problems);
  io.say(`note: Secrets without a namespace are sealed for "${fallback}", the namespace of the kubeconfig's context\n`);
  return second.planned;
}

function tryPlans(inputs: readonly Input[], wishes: Wishes): { planned: Planned[]; problems: SignetError[] } {
  const problems: SignetError[] = [];
  const planned: Planned[] = [];
  for (const input of inputs) {
    try {
      planned.push({ input, plan: planSource(input, wishes) });
    } catch (error) {
      problems.push(...refusalsOf(error));
    }
  }
  return { planned, problems };
}

function wishesOf(flags: SealFlags): Wishes {
  return {
    reading: { rules: 'kubernetes' },
    scope: flags.scope === undefined ? undefined : scopeFlag(flags.scope),
    namespace: flags.namespace,
    name: flags.name,
    fallbackNamespace: undefined,
    allowEmptyData: flags.allowEmptyData ?? false,
  };
}

function formatOf(flags: SealFlags): Format {
  const wanted = flags.output?.toLowerCase();
  if (wanted === undefined)
    return /\.ya?ml$/.test(flags.write ?? '') ? 'yaml' : (flags.write ?? '').endsWith('.json') ? 'json' : 'input';
  if (wanted === 'yaml' || wanted === 'json') return wanted;
  throw cliErrors.USAGE({ problem: `unsupported output format: ${wanted} (yaml and json are)` });
}

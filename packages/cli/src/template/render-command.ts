import { basename } from 'node:path';
import type { SignetError } from '@signet/errors';
import { readInputs } from '../console/read-inputs.ts';
import type { Input } from '../console/read-inputs.ts';
import type { Io } from '../console/io.ts';
import { oneLine } from '../console/report.ts';
import { writeFileAtomic } from '../console/write-file.ts';
import { emitJson } from '../document/emit-json.ts';
import { emitYaml } from '../document/emit-yaml.ts';
import { cliErrors, collect, Refusals } from '../errors.ts';
import { templateCommandErrors } from './errors.ts';
import { renderPlain, splitDelimiters } from './plain-template.ts';
import type { Dialect, FunctionSet } from './plain-template.ts';
import { readManifests } from './read-manifests.ts';
import { renderObject } from './render-object.ts';
import { sampleValues } from './sample-values.ts';
import type { SampleFlags } from './sample-values.ts';
import { Samples } from './samples.ts';
import { parseTime, surroundingsOf } from './surroundings.ts';
import type { Fixed } from './surroundings.ts';

/** Options of `signet template render`. */
export interface RenderFlags extends SampleFlags {
  readonly allowMissing?: boolean | undefined;
  readonly functions?: FunctionSet | undefined;
  readonly missingKey?: Dialect['missingKey'];
  readonly delimiters?: string | undefined;
  readonly now?: string | undefined;
  readonly seed?: string | undefined;
  readonly output?: 'yaml' | 'json' | undefined;
  readonly write?: string | undefined;
}

/** `signet template render`: everything is rendered first; when a template fails, nothing is written. */
export async function renderCommand(files: readonly string[], flags: RenderFlags, io: Io): Promise<void> {
  const fixed = fixedOf(flags, io);
  const delimiters = delimitersOf(flags.delimiters);
  const inputs = await readInputs(files, io, { recursive: false });
  const samples = new Samples(await sampleValues(flags), { allowMissing: flags.allowMissing ?? false });
  const plain = inputs.filter((input) => flags.functions !== undefined || !isManifest(input));
  if (plain.length > 0 && plain.length < inputs.length)
    throw cliErrors.USAGE({ problem: 'manifests and bare templates cannot be rendered in one run' });
  const output =
    plain.length > 0
      ? plainOutput(plain, { ...flags, delimiters }, samples, fixed, io)
      : manifestOutput(inputs, { ...flags, delimiters }, samples, fixed, io);
  for (const name of samples.unused) io.say(`note: the sample value ${JSON.stringify(name)} is not used\n`);
  if (flags.write === undefined || flags.write === '-') await io.out(output);
  else await writeFileAtomic(flags.write, output);
}

type Wishes = Omit<RenderFlags, 'delimiters'> & { readonly delimiters: Dialect['delimiters'] };

function plainOutput(inputs: readonly Input[], wishes: Wishes, samples: Samples, fixed: Fixed, io: Io): Uint8Array {
  if (wishes.output !== undefined)
    throw cliErrors.USAGE({ problem: '--output is for manifests; a bare template prints what it renders' });
  const dialect: Dialect = {
    functions: wishes.functions ?? 'sealed-secrets',
    missingKey: wishes.missingKey,
    delimiters: wishes.delimiters,
  };
  const problems: SignetError[] = [];
  const outputs = inputs.flatMap(({ name, path, text }) => {
    const rendered = collect(problems, {}, () =>
      renderPlain(
        { name: path === undefined ? 'stdin' : basename(path), file: name, text },
        dialect,
        samples,
        surroundingsOf(fixed),
      ),
    );
    for (const note of rendered?.notes ?? []) io.say(`note: ${oneLine(`${name}: ${note}`)}\n`);
    return rendered ? [rendered.output] : [];
  });
  if (problems.length > 0) throw new Refusals(problems);
  return Buffer.concat(outputs);
}

function manifestOutput(inputs: readonly Input[], wishes: Wishes, samples: Samples, fixed: Fixed, io: Io): string {
  if (wishes.missingKey !== undefined)
    throw cliErrors.USAGE({ problem: '--missing-key is for bare templates; a manifest says itself what holds' });
  const { objects, sources, others } = readManifests(inputs);
  if (objects.length === 0)
    throw templateCommandErrors.NO_TEMPLATE({}, { at: inputs.length === 1 ? { file: inputs[0]?.name ?? '' } : {} });
  const problems: SignetError[] = [];
  const secrets = objects.flatMap((object) => {
    const room = { samples, surroundings: surroundingsOf(fixed), delimiters: wishes.delimiters, sources };
    const rendered = collect(problems, object.place(), () => renderObject(object, room));
    for (const note of rendered?.notes ?? [])
      io.say(`note: ${oneLine(`${object.kind} ${JSON.stringify(object.name)}: ${note}`)}\n`);
    return rendered ? [rendered.manifest] : [];
  });
  if (problems.length > 0) throw new Refusals(problems);
  if (others > 0) io.say(`note: ${others} other ${others === 1 ? 'document holds' : 'documents hold'} no template\n`);
  return wishes.output === 'json' ? secrets.map(emitJson).join('') : secrets.map(emitYaml).join('---\n');
}

/** Files that are manifests by their name, and stdin. */
function isManifest({ path }: Input): boolean {
  return path === undefined || /\.(?:ya?ml|json)$/.test(path);
}

function fixedOf({ now, seed }: RenderFlags, io: Io): Fixed {
  const nowMs = now === undefined ? io.now().getTime() : parseTime(now);
  if (nowMs === undefined) throw cliErrors.USAGE({ problem: '--now takes a time like 2026-01-31T12:00:00Z' });
  return { nowMs, seed };
}

function delimitersOf(text: string | undefined): Dialect['delimiters'] {
  const delimiters = text === undefined ? undefined : splitDelimiters(text);
  if (text !== undefined && !delimiters)
    throw cliErrors.USAGE({ problem: "--delimiters takes two, with a blank between: '[[ ]]'" });
  return delimiters;
}

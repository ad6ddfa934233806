import type { SignetError } from '@signet/errors';
import type { Io } from '../console/io.ts';
import { readBytes } from '../console/read-inputs.ts';
import { writeFileAtomic } from '../console/write-file.ts';
import { emitJson } from '../document/emit-json.ts';
import { emitYaml } from '../document/emit-yaml.ts';
import { sourceOf } from '../document/source.ts';
import { cliErrors, collect, Refusals } from '../errors.ts';
import { findFiles } from '../manifests/find-files.ts';
import { documentsOf, manifestObjects } from '../manifests/manifest-file.ts';
import type { ManifestDocument } from '../manifests/manifest-file.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { convertKes } from './convert-kes.ts';
import { convertErrors } from './errors.ts';
import { isKesObject } from './kes-object.ts';
import { Stores } from './kes-stores.ts';
import type { StoreName } from './kes-stores.ts';
import { jsonOfPlain } from './plain-json.ts';
import type { Plain } from './plain-json.ts';

/** Options of `signet convert kes`. */
export interface ConvertFlags {
  readonly output?: 'yaml' | 'json' | undefined;
  readonly write?: string | undefined;
  readonly store?: string | undefined;
  readonly clusterStores?: boolean | undefined;
  readonly awsRegion?: string | undefined;
  readonly vaultServer?: string | undefined;
  readonly vaultRole?: string | undefined;
  readonly refreshInterval?: string | undefined;
  readonly exclude?: readonly string[] | undefined;
}

/** external-secrets v2.9's own; the old controller asked every ten seconds, which cost its users their quotas. */
const usualInterval = '1h0m0s';
/** A duration of Go, not negative. */
const duration = /^(?:0|(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)$/;

/**
 * `signet convert kes`: ExternalSecrets of kubernetes-external-secrets become those of external-secrets, with their stores. All or
 * nothing: when one cannot be converted, each reason is named and nothing is written.
 */
export async function convertCommand(names: readonly string[], flags: ConvertFlags, io: Io): Promise<void> {
  const stores = new Stores({ ...flags, clusterStores: flags.clusterStores ?? false, store: storeFlag(flags.store) });
  const interval = flags.refreshInterval ?? usualInterval;
  if (!duration.test(interval))
    throw cliErrors.USAGE({ problem: '--refresh-interval takes a duration, such as 30s, 15m or 1h30m' });
  const { objects, others, problems } = await readObjects(names, flags, io);
  if (objects.length === 0 && problems.length === 0) throw convertErrors.NOTHING({});
  const converted: Plain[] = [];
  for (const object of objects) {
    const done = collect(problems, object.place(), () => convertKes(object, stores, interval));
    if (done) converted.push(done.manifest);
  }
  if (problems.length > 0) throw new Refusals(problems);
  const manifests = [...stores.manifests, ...converted].map(jsonOfPlain);
  const text = flags.output === 'json' ? manifests.map(emitJson).join('') : manifests.map(emitYaml).join('---\n');
  if (flags.write === undefined || flags.write === '-') await io.out(text);
  else await writeFileAtomic(flags.write, text);
  const left = others > 0 ? `; ${counted(others, 'other object')} left out` : '';
  io.say(`${counted(converted.length, 'ExternalSecret')} converted, ${counted(stores.manifests.length, 'store')} made${left}\n`);
}

interface Read {
  readonly objects: readonly ManifestObject[];
  /** Objects of other kinds. */
  readonly others: number;
  readonly problems: SignetError[];
}

async function readObjects(names: readonly string[], { exclude }: ConvertFlags, io: Io): Promise<Read> {
  const wanted = names.length === 0 ? ['-'] : names;
  const found = await findFiles(
    wanted.filter((name) => name !== '-'),
    { exclude },
  );
  const problems: SignetError[] = [...found.problems];
  const objects: ManifestObject[] = [];
  let others = 0;
  for (const path of [...(wanted.includes('-') ? [undefined] : []), ...found.files]) {
    io.signal.throwIfAborted();
    const place = { file: path ?? '<stdin>' };
    const bytes = path === undefined ? await io.readStdin() : await readBytes(path);
    const source = collect(problems, place, () => sourceOf(place.file, bytes));
    for (const document of source ? documentsOf(source) : []) {
      if (looksLikeKes(document)) problems.push(...document.problems);
      const all = manifestObjects(document);
      const ours = all.filter(({ tree }) => isKesObject(tree));
      objects.push(...ours);
      others += all.length - ours.length;
    }
  }
  return { objects, others, problems };
}

/** The guess for documents that cannot be read: those of other kinds are left out like all others. */
function looksLikeKes({ source, piece }: ManifestDocument): boolean {
  return source.text.slice(piece.start, piece.end).includes('kubernetes-client.io');
}

function storeFlag(text: string | undefined): StoreName | undefined {
  if (text === undefined) return undefined;
  const [kind, name, ...rest] = text.split('/');
  if ((kind === 'SecretStore' || kind === 'ClusterSecretStore') && name && rest.length === 0) return { kind, name };
  throw cliErrors.USAGE({ problem: '--store takes SecretStore/NAME or ClusterSecretStore/NAME' });
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

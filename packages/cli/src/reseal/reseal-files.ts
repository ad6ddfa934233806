import type { SignetError } from '@signet/errors';
import { mapConcurrent } from '../console/map-concurrent.ts';
import { readBytes } from '../console/read-inputs.ts';
import { writeFileAtomic } from '../console/write-file.ts';
import { refusalsOf } from '../errors.ts';
import type { PlacedObject, SealedFile } from '../manifests/sealed-objects.ts';
import { resealErrors } from './errors.ts';
import type { FreshItems, Resealer } from './fresh-items.ts';
import { putItems } from './put-items.ts';
import type { FreshObject } from './put-items.ts';

/** What became of one object. */
export interface ObjectOutcome {
  readonly placed: PlacedObject;
  readonly state: 'resealed' | 'current' | 'failed';
  /** Keys of the items that were sealed anew. */
  readonly keys: readonly string[];
  readonly failures: readonly SignetError[];
}

/** How files are resealed. */
export interface ResealOptions {
  readonly reseal: Resealer;
  /** Objects at the same time. */
  readonly concurrency: number;
  readonly dryRun: boolean;
  /** Begin nothing new after the first failure. */
  readonly failFast: boolean;
  readonly signal: AbortSignal;
  readonly onOutcome: (outcome: ObjectOutcome) => void;
}

/**
 * Reseals files in place, each written as soon as all its objects are done, whole or not at all: a run that is interrupted leaves
 * files that are done and files as they were, and can be repeated. What fails keeps its old items, which still open.
 *
 * @throws what concerns the whole run, such as a cluster that cannot be reached, and the AbortError of `signal`
 */
export async function resealFiles(files: readonly SealedFile[], options: ResealOptions): Promise<void> {
  let stopped = false;
  const tell = (outcome: ObjectOutcome): void => {
    stopped ||= outcome.state === 'failed' && options.failFast;
    options.onOutcome(outcome);
  };
  // Two levels share the limit: few files of many objects, or many files of few.
  const atOnce = Math.max(1, Math.floor(options.concurrency / Math.min(options.concurrency, Math.max(1, files.length))));
  await mapConcurrent(files, { limit: options.concurrency }, async (file) => {
    const tried = await mapConcurrent(file.objects, { limit: atOnce }, async (placed) => {
      if (stopped) return undefined;
      options.signal.throwIfAborted();
      const outcome = await attempt(placed, () => options.reseal(placed.object));
      if ('failures' in outcome) tell({ placed, state: 'failed', keys: [], failures: outcome.failures });
      return { placed, outcome };
    });
    // A file that was not gone through whole is left for the next run.
    if (tried.includes(undefined)) return;
    const fresh: FreshObject[] = [];
    for (const one of tried) {
      if (!one || 'failures' in one.outcome) continue;
      if (one.outcome.value.size === 0) tell({ placed: one.placed, state: 'current', keys: [], failures: [] });
      else fresh.push({ placed: one.placed, fresh: one.outcome.value });
    }
    for (const outcome of await put(file, fresh, options)) tell(outcome);
  });
}

async function put(file: SealedFile, objects: readonly FreshObject[], { dryRun }: ResealOptions): Promise<ObjectOutcome[]> {
  const [first] = objects;
  const { path, source } = file;
  if (!first || path === undefined) return [];
  const written = await attempt(first.placed, async () => {
    const text = putItems(source, objects);
    if (dryRun) return;
    const now = Buffer.from(await readBytes(path));
    if (!now.equals(Buffer.from(source.text))) throw resealErrors.CHANGED({ file: path });
    await writeFileAtomic(path, text);
  });
  const failures = 'failures' in written ? written.failures : [];
  return objects.map(({ placed, fresh }, index) => ({
    placed,
    state: failures.length > 0 ? 'failed' : 'resealed',
    keys: keysOf(fresh),
    // One cause for the whole file is told once.
    failures: index === 0 ? failures : [],
  }));
}

function keysOf(fresh: FreshItems): string[] {
  return [...fresh.keys()].toSorted();
}

/** Errors about one object are its outcome; those of the cluster end the run. */
async function attempt<T>(
  { object }: PlacedObject,
  work: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly failures: readonly SignetError[] }> {
  try {
    return { value: await work() };
  } catch (error) {
    const failures = refusalsOf(error);
    if (failures.some(({ code, exit }) => code.startsWith('SIGNET_KUBE_') || exit === 3)) throw error;
    return { failures: failures.map((failure) => failure.within(object.place())) };
  }
}

import { externalSecretKind, externalSecretMarks } from '@signet/api';
import { events, isApiError, isNotFound } from '@signet/kube/client';
import type { Client, KubeObject } from '@signet/kube/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { mapConcurrent } from '../../console/map-concurrent.ts';
import { answerOf, failedAsBefore, fetchedOnce, unanswered } from './answer.ts';
import type { Answer, Before } from './answer.ts';

/** An answer, and how long it took. */
export interface TimedAnswer extends Answer {
  readonly durationMs: number;
}

/** What a forced refresh is made of. */
export interface ForceSync {
  readonly namespace: string;
  readonly timeoutMs: number;
  /** For the annotation: seconds since 1970. */
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Called once for each object that is done. */
  readonly onDone?: () => void;
}

const pollMs = 300;
/** After this time, or at the end, a status that still tells of the same failure is the answer. */
const sameAgainMs = 10_000;
const patchesAtOnce = 8;
/** So many are read one by one; more, with one list. */
const readsAtOnce = 8;

/**
 * Has ExternalSecrets refreshed now, by the annotation that external-secrets documents for it (`force-sync`), and waits for what the status says.
 *
 * @returns an answer for each, in the order of the objects
 * @throws what the API server answers to the patch of the first object
 */
export async function forceSync(client: Client, objects: readonly KubeObject[], options: ForceSync): Promise<TimedAnswer[]> {
  const { namespace, timeoutMs, signal, onDone } = options;
  const failuresBefore = await failuresOf(client, namespace, signal);
  const asked = await mapConcurrent(objects, { limit: patchesAtOnce }, async (object) => {
    const name = object.metadata.name ?? '';
    const before: Before = { object, failures: failuresBefore && (failuresBefore.get(name) ?? 0) };
    const once = fetchedOnce(name, object);
    if (!once) await annotate(client, object, options);
    if (once) onDone?.();
    return { name, before, since: performance.now(), answer: once && { ...once, durationMs: 0 } };
  });
  const answers = new Map<string, TimedAnswer>(asked.flatMap(({ name, answer }) => (answer ? [[name, answer]] : [])));
  const waiting = new Map(asked.filter(({ answer }) => !answer).map((one) => [one.name, one]));
  const until = performance.now() + timeoutMs;
  for (;;) {
    const isOver = performance.now() >= until;
    const live = await readAll(client, namespace, [...waiting.keys()], signal);
    const someFail = [...live.values()].some((object) => isFailing(object));
    const failures = failuresBefore && someFail ? await failuresOf(client, namespace, signal) : undefined;
    for (const [name, { before, since }] of waiting) {
      const object = live.get(name);
      const now = object && { object, failures: failures && (failures.get(name) ?? 0) };
      const isLate = isOver || performance.now() - since >= sameAgainMs;
      const answer =
        (now && answerOf(name, before, now)) ??
        (object && isLate ? failedAsBefore(name, before.object, object) : undefined) ??
        (isOver || !object ? unanswered(name, object) : undefined);
      if (!answer) continue;
      answers.set(name, { ...answer, durationMs: Math.round(performance.now() - since) });
      waiting.delete(name);
      onDone?.();
    }
    if (waiting.size === 0) break;
    await sleep(pollMs, undefined, { signal });
  }
  return asked.flatMap(({ name }) => answers.get(name) ?? []);
}

/** Seconds since 1970, as the documentation of external-secrets has it; another one when that is there already. */
async function annotate(client: Client, { metadata }: KubeObject, { namespace, now, signal }: ForceSync): Promise<void> {
  const seconds = Math.floor(now().getTime() / 1000);
  const value = metadata.annotations?.[externalSecretMarks.forceSync] === String(seconds) ? seconds + 1 : seconds;
  const body = { metadata: { annotations: { [externalSecretMarks.forceSync]: String(value) } } };
  await client.patch(externalSecretKind, { namespace, name: metadata.name ?? '' }, body, {
    type: 'merge',
    fieldManager: 'signet',
    signal,
  });
}

async function readAll(
  client: Client,
  namespace: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, KubeObject>> {
  const found = new Map<string, KubeObject>();
  if (names.length > readsAtOnce) {
    for await (const { items } of client.list<KubeObject>(externalSecretKind, { namespace, signal }))
      for (const item of items) found.set(item.metadata.name ?? '', item);
    return found;
  }
  await Promise.all(
    names.map(async (name) => {
      try {
        found.set(name, await client.get<KubeObject>(externalSecretKind, { namespace, name }, { signal }));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }),
  );
  return found;
}

function isFailing({ status }: KubeObject): boolean {
  const { conditions } = (status ?? {}) as { conditions?: readonly { type?: string; status?: string }[] };
  return Array.isArray(conditions) && conditions.some(({ type, status }) => type === 'Ready' && status !== 'True');
}

/** How often a failure of each ExternalSecret was told in events; undefined when they cannot be read. */
async function failuresOf(
  client: Client,
  namespace: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number> | undefined> {
  const counts = new Map<string, number>();
  try {
    for await (const { items } of client.list<KubeObject>(events, { namespace, signal })) {
      for (const event of items) {
        const { kind, name } = (event['involvedObject'] ?? {}) as { kind?: unknown; name?: unknown };
        if (kind !== externalSecretKind.kind || typeof name !== 'string' || event['type'] !== 'Warning') continue;
        const count = event['count'];
        counts.set(name, (counts.get(name) ?? 0) + (typeof count === 'number' ? count : 1));
      }
    }
    return counts;
  } catch (error) {
    if (isApiError(error)) return undefined;
    throw error;
  }
}

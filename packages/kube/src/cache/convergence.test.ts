import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createAudience } from '../testing/audience.ts';
import { eventually } from '../testing/eventually.ts';
import { impatientClock } from '../testing/impatient-clock.ts';
import type { Fault, ModelServer } from '../testing/model-server.ts';
import { startModel } from '../testing/model-server.ts';
import type { KubeObject } from '../client/index.ts';
import { configMaps, createClient } from '../client/index.ts';
import { Reflector } from './reflector.ts';

/** What can happen to a collection, and to those who watch it. */
type Step =
  | { readonly do: 'put' | 'delete' | 'recreate'; readonly name: string }
  | { readonly do: 'end' | 'reset' | 'compact' | 'bookmark' | 'elsewhere' | 'garbage' | 'cut' | 'breathe' }
  | { readonly do: 'fault'; readonly kind: 'list' | 'watch'; readonly how: 'reset' | 'refuse' | 'busy' | 'gone' | 'short' };

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('put', 'delete', 'recreate'), name }) },
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'breathe' }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('end', 'reset', 'compact', 'bookmark', 'elsewhere', 'garbage', 'cut') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fault'),
      kind: fc.constantFrom('list', 'watch'),
      how: fc.constantFrom('reset', 'refuse', 'busy', 'gone', 'short'),
    }),
  },
);

/** Faults wait in line; each spoils the next request of its kind. */
function faults(line: Extract<Step, { do: 'fault' }>[]): Fault {
  return (seen, reply) => {
    const kind = seen.query['watch'] ? 'watch' : 'list';
    const index = line.findIndex((each) => each.kind === kind);
    const how = line.splice(index, index === -1 ? 0 : 1)[0]?.how;
    if (how === undefined) return false;
    if (how === 'reset') reply.reset();
    if (how === 'refuse') reply.refuse(500, 'InternalError');
    if (how === 'busy') reply.refuse(429, 'TooManyRequests', 'busy', { 'retry-after': '1' });
    if (how === 'gone') reply.refuse(410, 'Expired');
    if (how === 'short') reply.stream().end();
    return true;
  };
}

async function act(model: ModelServer, line: Extract<Step, { do: 'fault' }>[], step: Step): Promise<void> {
  switch (step.do) {
    case 'put':
      return model.put(step.name);
    case 'delete':
      return model.delete(step.name);
    case 'recreate':
      model.delete(step.name);
      return model.put(step.name);
    case 'end':
      return model.toWatches((stream) => stream.end());
    case 'reset':
      return model.toWatches((stream) => stream.reset());
    case 'garbage':
      return model.toWatches((stream) => stream.write('{"type":\n'));
    case 'cut':
      return model.server.cut();
    case 'compact':
      return model.compact();
    case 'bookmark':
      return model.bookmark();
    case 'elsewhere':
      return model.elsewhere();
    case 'fault':
      line.push(step);
      return undefined;
    case 'breathe':
      // Long enough for a round trip on this machine, not long enough for certainty: interleavings differ.
      return new Promise((resolve) => setTimeout(resolve, 3));
  }
}

const identity = (objects: Iterable<KubeObject>): string =>
  JSON.stringify([...objects].map(({ metadata: m }) => [m.name, m.uid, m.resourceVersion]).sort());

test('whatever happens to the collection and the connection, the store comes to agree and tells a consistent story', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.record({
        gone: fc.constantFrom('event', 'status'),
        watchList: fc.constantFrom('offered', 'refused', 'ignored'),
        stream: fc.boolean(),
        pageSize: fc.integer({ min: 1, max: 3 }),
      }),
      async (steps, { stream, pageSize, ...how }) => {
        const model = await startModel(['a', 'b', 'c'], how);
        const line: Extract<Step, { do: 'fault' }>[] = [];
        model.fault = faults(line);
        const client = createClient({ server: model.server.url }, { retries: 0 });
        const clock = impatientClock();
        const reflector = new Reflector<KubeObject>({ client, resource: configMaps, clock, pageSize, watchList: stream });
        const audience = createAudience();
        reflector.subscribe(audience);
        const controller = new AbortController();
        const running = reflector.run(controller.signal);
        try {
          for (const each of steps) await act(model, line, each);
          line.length = 0;
          await eventually('the store to agree with the server', () => {
            const want = identity(model.objects.values());
            return (
              reflector.hasSynced && identity(reflector.store.values()) === want && identity(audience.believed.values()) === want
            );
          });
          expect(audience.contradictions).toEqual([]);
        } finally {
          controller.abort();
          await running;
          await client.close();
          await model.server.stop();
        }
      },
    ),
    { numRuns: 80 },
  );
});

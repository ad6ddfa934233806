import * as fc from 'fast-check';
import { manualClock } from '@signet/kube/client';
import type { ManualClock } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { Lanes } from './lanes.ts';
import { ReadMemory } from './read-memory.ts';
import { SharedReads } from './shared-reads.ts';

interface Setting {
  readonly clock: ManualClock;
  readonly reads: SharedReads<string, string>;
  /** Calls as they were made: their questions. */
  readonly calls: string[][];
  readonly saved: () => number;
  readonly aborted: string[][];
  readonly lanes: Lanes;
}

interface Backend {
  readonly batchSize?: number;
  readonly lanes?: number;
  readonly perSecond?: number;
  readonly answer?: (question: string, signal: AbortSignal) => Promise<string | Error>;
}

const never = new AbortController().signal;

function setting({ batchSize = 1, lanes: calls = 8, perSecond = 1000, answer }: Backend = {}): Setting {
  const clock = manualClock(0);
  const lanes = new Lanes({ perSecond, burst: perSecond, calls, clock });
  const made: string[][] = [];
  const aborted: string[][] = [];
  let saved = 0;
  const reads = new SharedReads<string, string>({
    identify: (question) => question,
    batchSize,
    clock,
    memory: new ReadMemory({ clock }),
    ask: (turn) => lanes.ask(turn),
    weigh: (text) => text.length,
    saved: (count) => (saved += count),
    read: async (questions, signal) => {
      made.push([...questions]);
      signal.addEventListener('abort', () => aborted.push([...questions]));
      const ask = answer ?? (async (question: string) => clock.sleep(100, signal).then(() => `${question}!`));
      return Promise.all(questions.map(async (question) => ask(question, signal)));
    },
  });
  return { clock, reads, calls: made, saved: () => saved, aborted, lanes };
}

const normal = (notBefore = 0): { notBefore: number; urgent: boolean } => ({ notBefore, urgent: false });

describe('one read for everybody', () => {
  test('500 who ask for one thing in one wave make one call', async () => {
    const { clock, reads, calls, saved } = setting();
    const asked = Array.from({ length: 500 }, async () => reads.ask(['db'], normal(), never));
    await clock.advance(100);
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 500 }, () => ['db!']));
    expect(calls).toEqual([['db']]);
    expect(saved()).toBe(499);
  });

  test('equal questions of one demand are one', async () => {
    const { clock, reads, calls } = setting();
    const asked = reads.ask(['a', 'a', 'b', 'a'], normal(), never);
    await clock.advance(100);
    expect(await asked).toEqual(['a!', 'a!', 'b!', 'a!']);
    expect(calls).toEqual([['a'], ['b']]);
  });

  const rows = [
    // the first read begins at 0, takes 100 ms
    ['a demand of the same wave, later', 0, 5000, 1],
    ['a demand for something newer', 1, 5000, 2],
    ['a demand for something newer, while it is under way', 50, 50, 2],
    ['a demand of the same wave, after ten seconds', 0, 10_200, 2],
  ] as const;

  test.each(rows)('%s (not before %i, asked at %i): %i calls', async (_, notBefore, at, expected) => {
    const { clock, reads, calls } = setting();
    const first = reads.ask(['db'], normal(), never);
    await clock.advance(at);
    const second = reads.ask(['db'], normal(notBefore), never);
    await clock.advance(200);
    await Promise.all([first, second]);
    expect(calls).toHaveLength(expected);
  });

  test('the outcome of one question is shared, an error too; a call that failed as a whole is not kept', async () => {
    const outcomes: (string | Error)[] = [new Error('missing'), 'there'];
    const { clock, reads, calls } = setting({ answer: async () => outcomes.shift() ?? '' });
    const [first] = await reads.ask(['db'], normal(), never);
    const [second] = await reads.ask(['db'], normal(), never);
    expect([first, second].map(String)).toEqual(['Error: missing', 'Error: missing']);
    await clock.advance(1);
    expect(await reads.ask(['db'], normal(1), never)).toEqual(['there']);
    expect(calls).toHaveLength(2);

    const failing = setting({ answer: async () => Promise.reject(new Error('down')) });
    await expect(failing.reads.ask(['db'], normal(), never)).rejects.toThrow('down');
    await expect(failing.reads.ask(['db'], normal(), never)).rejects.toThrow('down');
    expect(failing.calls).toHaveLength(2);
  });
});

describe('batches', () => {
  test('while the lanes are busy questions pile up, and the next call takes as many as it may', async () => {
    const { clock, reads, calls } = setting({ batchSize: 3, lanes: 1 });
    const asked = ['a', 'b', 'c', 'd', 'e'].map(async (question) => reads.ask([question], normal(), never));
    await clock.advance(300);
    await Promise.all(asked);
    expect(calls).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
  });

  test('the first question goes at once; while it is under way a flood fills its calls, and what is left waits for 50 ms', async () => {
    const { clock, reads, calls } = setting({ batchSize: 20 });
    const questions = Array.from({ length: 45 }, (_, index) => `q${index}`);
    const asked = questions.map(async (question) => reads.ask([question], normal(), never));
    const sizes = (): number[] => calls.map((call) => call.length);
    expect(sizes()).toEqual([1, 20, 20]);
    await clock.advance(49);
    expect(sizes()).toEqual([1, 20, 20]);
    await clock.advance(1);
    expect(sizes()).toEqual([1, 20, 20, 4]);
    await clock.advance(100);
    expect((await Promise.all(asked)).flat()).toEqual(questions.map((question) => `${question}!`));
  });

  test('a call that comes back sets free what waited for company', async () => {
    const { clock, reads, calls } = setting({ batchSize: 20, answer: async (question) => clock.sleep(10).then(() => question) });
    const asked = ['a', 'b'].map(async (question) => reads.ask([question], normal(), never));
    await clock.advance(10);
    expect(calls).toEqual([['a'], ['b']]);
    await clock.advance(10);
    await Promise.all(asked);
  });

  test('the urgent ones come first', async () => {
    const { clock, reads, calls } = setting({ batchSize: 2, lanes: 1 });
    const asked = ['a', 'b', 'c', 'd'].map(async (question) => reads.ask([question], normal(), never));
    asked.push(reads.ask(['new'], { notBefore: 0, urgent: true }, never));
    asked.push(reads.ask(['d'], { notBefore: 0, urgent: true }, never)); // asked for before, urgent now
    await clock.advance(400);
    await Promise.all(asked);
    expect(calls).toEqual([['a'], ['new', 'd'], ['b', 'c']]);
  });

  test('an answer with fewer parts is an error of those that are missing', async () => {
    const clock = manualClock(0);
    const reads = new SharedReads<string, string>({
      identify: (question) => question,
      batchSize: 2,
      clock,
      memory: new ReadMemory({ clock }),
      ask: (turn) => void turn.start(),
      weigh: () => 1,
      read: async () => [],
    });
    await expect(reads.ask(['a'], normal(), never)).rejects.toThrow('makes no sense');
  });
});

describe('who is cancelled', () => {
  test('leaves; the others get their answer from the same call', async () => {
    const { clock, reads, calls, aborted } = setting();
    const end = new AbortController();
    const leaving = reads.ask(['db'], normal(), end.signal);
    const staying = reads.ask(['db'], normal(), never);
    end.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    await clock.advance(100);
    expect(await staying).toEqual(['db!']);
    expect([calls.length, aborted.length]).toEqual([1, 0]);
  });

  test('the last to leave ends the call, and whoever comes then starts anew', async () => {
    const { clock, reads, calls, aborted } = setting();
    const end = new AbortController();
    const leaving = reads.ask(['db'], normal(), end.signal);
    end.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    const next = reads.ask(['db'], normal(), never);
    await clock.advance(100);
    expect(await next).toEqual(['db!']);
    expect([calls.length, aborted.length]).toEqual([2, 1]);
  });

  test('is never asked for when its turn had not come', async () => {
    const { clock, reads, calls } = setting({ lanes: 1 });
    const end = new AbortController();
    const first = reads.ask(['a'], normal(), never);
    const leaving = reads.ask(['b'], normal(), end.signal);
    end.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    await clock.advance(200);
    await first;
    expect(calls).toEqual([['a']]);
  });
});

test('refuse answers those whose call has not begun, close everybody', async () => {
  const { clock, reads } = setting({ lanes: 1 });
  const begun = reads.ask(['a'], normal(), never);
  const waiting = reads.ask(['b'], normal(), never);
  reads.refuse(new Error('shut'));
  await expect(waiting).rejects.toThrow('shut');
  await clock.advance(100);
  expect(await begun).toEqual(['a!']);
  const late = reads.ask(['c'], normal(), never);
  reads.close(new Error('closed'));
  await expect(late).rejects.toThrow('closed');
});

test('model: everybody is answered once, in bounds of lanes and rate, whoever leaves and whatever fails', async () => {
  const step = fc.record({
    questions: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 4 }),
    urgent: fc.boolean(),
    waitMs: fc.nat(120),
    leavesAfterMs: fc.option(fc.nat(150), { nil: undefined }),
  });
  const backend = fc.record({
    batchSize: fc.integer({ min: 1, max: 4 }),
    lanes: fc.integer({ min: 1, max: 3 }),
    perSecond: fc.integer({ min: 5, max: 50 }),
    fails: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
    tookMs: fc.integer({ min: 1, max: 90 }),
  });
  await fc.assert(
    fc.asyncProperty(backend, fc.array(step, { minLength: 1, maxLength: 25 }), async (backend, steps) => {
      let busy = 0;
      let most = 0;
      let calls = 0;
      const begun: number[] = [];
      const clock = manualClock(0);
      const lanes = new Lanes({ perSecond: backend.perSecond, burst: backend.perSecond, calls: backend.lanes, clock });
      const reads = new SharedReads<string, string>({
        identify: (question) => question,
        batchSize: backend.batchSize,
        clock,
        memory: new ReadMemory({ clock }),
        ask: (turn) => lanes.ask(turn),
        weigh: (text) => text.length,
        read: async (questions, signal) => {
          begun.push(clock.now());
          most = Math.max(most, ++busy);
          const fails = backend.fails[calls++ % backend.fails.length];
          try {
            expect(new Set(questions).size).toBe(questions.length);
            await clock.sleep(backend.tookMs, signal);
            if (fails) throw new Error('down');
            return questions.map((question) => `${question}@${begun.at(-1)}`);
          } finally {
            busy -= 1;
          }
        },
      });
      const ended: Promise<string>[] = [];
      for (const { questions, urgent, waitMs, leavesAfterMs } of steps) {
        const end = new AbortController();
        const asked = reads.ask(questions, { notBefore: clock.now(), urgent }, end.signal);
        if (leavesAfterMs !== undefined) clock.setTimeout(() => end.abort(new Error('gone')), leavesAfterMs);
        ended.push(
          asked.then(
            (answers) => `answered ${answers.map((answer) => String(answer)[0]).join('')} of ${questions.join('')}`,
            (error: Error) => error.message,
          ),
        );
        await clock.advance(waitMs);
      }
      await clock.advance(120_000);
      const outcomes = await Promise.all(ended);
      for (const outcome of outcomes) {
        const [, got, , wanted] = outcome.split(' ');
        expect(['gone', 'down'].includes(outcome) || got === wanted).toBe(true);
      }
      expect(most).toBeLessThanOrEqual(backend.lanes);
      for (const from of begun)
        expect(begun.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(2 * backend.perSecond);
      expect(reads.busy).toBe(0);
    }),
    { numRuns: 60 },
  );
});

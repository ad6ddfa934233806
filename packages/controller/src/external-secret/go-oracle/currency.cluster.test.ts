import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { askGo } from './oracle.ts';
import { answerHere } from './question.ts';
import type { Question } from './question.ts';
import { questions } from './questions.ts';

const random = fc.oneof(
  fc.record({
    ask: fc.constant('decode' as const),
    strategy: fc.constantFrom('Base64', 'Base64URL'),
    text: fc
      .string({ unit: fc.constantFrom('A', 'b', '9', '+', '/', '-', '_', '=', '=', '\n', '!'), maxLength: 12 })
      .map((text) => Buffer.from(text).toString('base64')),
  }),
  fc.record({
    ask: fc.constant('rename' as const),
    source: fc.string({
      unit: fc.constantFrom('a', 'b', '.', '*', '+', '?', '|', '(', ')', '^', '$', '\\w', '[ab]', '(?i)'),
      maxLength: 6,
    }),
    target: fc.string({ unit: fc.constantFrom('x', '$', '1', '0', '{', '}', '$1', '${1}', '_', 'ä'), maxLength: 5 }),
    text: fc.string({ unit: fc.constantFrom('a', 'b', 'A', '-', 'ä', '😀'), maxLength: 8 }),
  }),
  fc.record({
    ask: fc.constant('next' as const),
    text: fc.tuple(field(59), field(23), field(31), field(12), field(6)).map((fields) => fields.join(' ')),
    after: fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) }),
  }),
  fc.record({
    ask: fc.constant('object' as const),
    text: fc
      .dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary', noUnicodeString: false }))
      .map((object) => JSON.stringify(object)),
  }),
  fc.record({
    ask: fc.constant('version' as const),
    annotations: fc.dictionary(fc.string(), fc.string()),
    labels: fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
  }),
);

/** Mostly good fields of a schedule. */
function field(max: number): fc.Arbitrary<string> {
  const number = fc.integer({ min: 0, max: max + 1 }).map(String);
  const range = fc.tuple(number, number).map(([from, to]) => `${from}-${to}`);
  const stepped = fc
    .tuple(fc.oneof(fc.constant('*'), number, range), fc.integer({ min: 1, max: 40 }))
    .map(([from, step]) => `${from}/${step}`);
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    number,
    range,
    stepped,
    fc.array(fc.oneof(number, range), { minLength: 1, maxLength: 3 }).map(String),
  );
}

test('the recorded answers are what Go says (vitest -u records them)', async () => {
  const lines = askGo(questions).map((answer) => JSON.stringify(answer));
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('answers.txt');
});

test('Go and we agree on questions made by chance', () => {
  const seed = Number(process.env['SIGNET_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  const asked = fc.sample(random, { seed, numRuns: 10_000 }) as Question[];
  const theirs = askGo(asked);
  const differing = asked.flatMap((question, index) => {
    const [here, there] = [JSON.stringify(answerHere(question)), JSON.stringify(theirs[index])];
    return here === there ? [] : [{ question, here, there }];
  });
  expect(differing.slice(0, 5), `SIGNET_TEST_SEED=${seed}, ${differing.length} differ`).toEqual([]);
});

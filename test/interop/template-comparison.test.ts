import { describe, expect, test } from 'vitest';
import { differenceOf, isSame } from './template-oracle/compare.ts';
import { generated } from './template-oracle/generated.ts';
import type { Answer, Question } from './template-oracle/question.ts';
import { shrink } from './template-oracle/shrink.ts';

// The tools that compare with Go must not be blind themselves.

const failed = (error: string, stage: 'parse' | 'execute' = 'execute'): Answer => ({
  error: Buffer.from(error).toString('latin1'),
  stage,
});

describe('two answers are the same', () => {
  const rows: readonly (readonly [Answer, Answer, boolean])[] = [
    // Go's                                ours                                same
    [{ output: 'a' }, { output: 'a' }, true],
    [{ output: 'a' }, { output: 'a ' }, false],
    [{ output: 'a' }, { output: '…' }, false],
    [{ output: '' }, failed('x'), false],
    [failed('x'), { output: '' }, false],
    [failed('x'), failed('x'), true],
    [failed('x'), failed('x', 'parse'), false],
    [failed('x "secret" y'), failed('x "…" y'), true],
    [failed('x "secret" y'), failed('x "…" z'), false],
    [failed('x "secret" y'), failed('y "…" y'), false],
    [failed('a b c d'), failed('a … c …'), true],
    [failed('a b c d'), failed('a … d …d'), false],
    [failed('ab'), failed('a…b'), true],
    [failed('a'), failed('a…a'), false],
    [failed('x…y'), failed('xy'), false],
  ];
  test.each(rows)('%j %j: %s', (theirs, ours, same) => {
    expect(isSame(theirs, ours)).toBe(same);
  });
});

test('a difference names the template, the set and both answers', () => {
  const question: Question = { set: 'sealed-secrets', template: '{{ 1 }}', data: {}, missingKey: 'zero' };
  const words = differenceOf(question, { output: '1' }, failed('broken'));
  expect(words).toBe('template "{{ 1 }}" (sealed-secrets, missingkey=zero)\n    Go   "1"\n    here execute: broken');
});

test('the same seed makes the same templates, and another one others', () => {
  const templates = (seed: number): string[] => Array.from({ length: 50 }, (_, index) => generated(seed, index).question.template);
  expect(templates(1)).toEqual(templates(1));
  expect(new Set([...templates(1), ...templates(2)]).size).toBeGreaterThan(90);
});

test('templates made by chance use every action and most functions', () => {
  const text = Array.from({ length: 4000 }, (_, index) => generated(1, index).question.template).join('\n');
  const actions = [
    'if',
    'else if',
    'else with',
    'range',
    'with',
    'define',
    'template',
    'block',
    'break',
    'continue',
    ':=',
    ' = ',
    '/*',
    '{{- ',
    ' -}}',
    '[[',
  ];
  expect(actions.filter((action) => !text.includes(action))).toEqual([]);
  expect(new Set(text.match(/\b[a-z][A-Za-z0-9]{2,}\b/g)).size).toBeGreaterThan(180);
});

test('a failing template is made small', async () => {
  // Pretends that `upper` were wrong wherever it stands inside of a range.
  const wrong = ({ template }: Question): boolean => /range[^]*upper[^]*end/.test(template);
  const failing = Array.from({ length: 4000 }, (_, index) => generated(5, index)).filter(({ question }) => wrong(question));
  expect(failing.length).toBeGreaterThan(0);
  for (const one of failing.slice(0, 5)) {
    const small = await shrink(one, (questions) => Promise.resolve(questions.map(wrong)));
    expect(wrong(small)).toBe(true);
    expect(small.template.length).toBeLessThan(60);
  }
});

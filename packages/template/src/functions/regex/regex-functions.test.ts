import { describe, expect, test } from 'vitest';
import { toGo } from '../../go/utf8.ts';
import { callOf, expectAsGo, goCases, valueOf } from '../time/testing/go-case.ts';
import { regexFunctions } from './regex-functions.ts';

describe('as Go', () => {
  test.each(goCases(new URL('testing/go-cases.json', import.meta.url)))('%s %j', (name, args, said) => {
    expectAsGo(() => callOf(regexFunctions, name, args.map(valueOf)), said);
  });
});

describe('bytes', () => {
  const call = (name: string, ...args: unknown[]): unknown => callOf(regexFunctions, name, args);

  test('that are not UTF-8 match as U+FFFD, one by one, and come out unchanged', () => {
    expect(call('regexReplaceAll', '.', '\xff\xc3', '<$0>')).toBe('<\xff><\xc3>');
    expect(call('regexMatch', toGo('^\ufffd{2}$'), '\xff\xc3')).toBe(true);
    expect(call('regexFind', '[^a]+', 'a\xe6\x97\x00')).toBe('\xe6\x97\x00');
  });

  test('that are make one char', () => {
    expect(call('regexFindAll', '.', toGo('é日🎉'), -1n)).toMatchObject({ items: [toGo('é'), toGo('日'), toGo('🎉')] });
  });
});

// Go 1.26: the first group of a name that took part; a name is as long as it can be
test.each([
  ['(?P<n>a)|(?P<n>b)', 'ab', '<$n>', '<a><b>'],
  ['(a)(b)?', 'a', '[$1$2]', '[a]'],
  ['(a)', 'a', '$1x', ''],
  ['(a)', 'a', '${1}x$$', 'ax$'],
  ['(a)', 'a', '$01$10$', '$'],
])('replacing %j in %j by %j', (pattern, text, instead, made) => {
  expect(callOf(regexFunctions, 'regexReplaceAll', [pattern, text, instead])).toBe(made);
});

describe('an expression that would run for ever ends at the limit of steps', () => {
  test.each([
    ['many threads', 'regexFind', ['((a{0,30}){0,30})c', 'a'.repeat(100_000)]],
    ['looking ahead from every match', 'regexFindAll', ['.*z|a', 'a'.repeat(100_000), -1n]],
    ['repetitions of a long text', 'regexMatch', [`(${'abcdefghij'.repeat(100)}){1000}`, 'a']],
    ['classes of Unicode, again and again', 'regexMatch', [String.raw`\pL`.repeat(10_000), 'a']],
    ['all letters in both cases', 'regexMatch', [String.raw`(?i)[a-\x{1e943}]`.repeat(1000), 'a']],
    ['groups that are never closed', 'regexMatch', ['('.repeat(100_000), 'a']],
  ] as const)('%s', (_what, name, args) => {
    expect(() => callOf(regexFunctions, name, args)).toThrow('exceeds the limit of 1000000 steps');
  });
});

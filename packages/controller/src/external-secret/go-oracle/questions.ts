import { Buffer } from 'node:buffer';
import type { Question } from './question.ts';

const june = Date.UTC(2026, 5, 1, 21, 59, 59, 999);
const leapless = Date.UTC(2027, 0, 1);
const newYear = Date.UTC(2026, 11, 31, 23, 59, 30);

const encoded = [
  '', 'aGVsbG8=', 'aGVsbG8', 'aGVs\nbG8=', 'aGVsbG8=\r\n', 'aG\nVsbG8\n=\n', 'QQ==', 'QQ=', 'Q===', 'QR==', 'QQ=\n=', 'QQ==QQ==',
  '=', '====', 'AA=A', 'A', 'AAAA', '+/+/', '-_-_', '+_', '+_+_', 'hunter2!', 'pass word', ' QQ==', 'QQ== ', 'QQ==\n\n', '\n', 'é', 'Q\tQ=', 'AAAAA===',
]; // prettier-ignore

const renames: readonly (readonly [source: string, target: string, text: string])[] = [
  ['foo', 'bar', 'foo-foo'],
  ['^prod/', '', 'prod/db/user'],
  ['(.*)/(.*)', '$2_$1', 'a/b'],
  ['(\\w)(\\d)', '$1x$2', 'a1b2'],
  ['(\\w)(\\d)', '${1}x$2', 'a1b2'],
  ['(?P<first>\\w)-(?P<rest>.*)', '${rest}_$first', 'a-bc'],
  ['(?<first>\\w)-', '$first$', 'a-bc'],
  ['a', '$$', 'banana'],
  ['a', '$0$0', 'banana'],
  ['a', '${1}', 'banana'],
  ['a', '$1', 'banana'],
  ['a', '${', 'banana'],
  ['a', '${}', 'banana'],
  ['a', '$-', 'banana'],
  ['a', '$é', 'banana'],
  ['', '-', 'abc'],
  ['x*', '-', 'abc'],
  ['b*', '-', 'abbc'],
  ['a|b', '', 'abab'],
  ['(?i)SECRET', 'key', 'MySecret'],
  ['\\pL', 'x', 'äß1'],
  ['[^a-z]', '_', 'a/b c.d'],
  ['(', 'x', 'a'],
  ['a(?=b)', 'x', 'ab'],
  ['\\1', 'x', 'ab'],
  ['^$', 'empty', ''],
  ['(a)(b)?', '[$1|$2]', 'aab'],
  ['\\b', '|', 'one two'],
  ['.', '$10', 'ab'],
  ['(.)', '$1_', 'ab'],
  ['(.)', '$01', 'ab'],
];

const schedules: readonly string[] = [
  '0 22 * * *', '* * * * *', '*/15 * * * *', '5/20 * * * *', '0 0 1 1 *', '0 0 29 2 *', '0 0 30 2 *', '0 0 31 4,6 *', '0 0 31 4,7 *', '0 12 13 * 5', '0 12 * * 5',
  '0 12 */2 * 1', '0 12 */1 * 1', '0 12 1-31 * 1', '0 12 ? * MON-FRI', '0 12 * jan,Jul sun', '30 4 1,15 * *', '0 0 * * 7', '0 0 * * 0', '0 0 * * 6', '59 23 31 12 *',
  '60 * * * *', '* 24 * * *', '* * 0 * *', '* * 32 * *', '* * * 13 *', '* * * 0 *', '5-1 * * * *', '*/0 * * * *', '*/90 * * * *', '1,,2 * * * *', ', * * * *', '* * * *',
  '* * * * * *', '', 'not-a-cron', '@hourly', '@daily', '@midnight', '@weekly', '@monthly', '@yearly', '@annually', '@reboot', '@every 6h', '@every 90m', '@every 0s',
  '@every 1500ms', '@every', '@every x', 'L * * * *', '0 0 L * *', '0 0 1W * *', '0 0 * * 5#2', '0 0 * * mon#1', '*-5 * * * *', '?-5/20 * * * *', '1-5-9 * * * *', '1/2/3 * * * *',
  '01 007 * * *', '-1 * * * *', '+1 * * * *', '0 0 * Januar *', 'CRON_TZ=Asia/Tokyo 0 22 * * *', 'TZ=America/New_York 30 6 * * 1-5', 'CRON_TZ=Nowhere/Else 0 22 * * *', '\t0  22 * * * ',
]; // prettier-ignore

const objects: readonly string[] = [
  '{}', 'null', '[]', '"x"', '1', '', '{', '{"a":1}x', '{"a":"b"}', '{"a":"b","a":"c"}', '{"a":null}', '{"a":true,"b":false}', '{"a":[]}', '{"a":{}}', ' { "a" : [ 1 , "x" ] } ',
  '{"a":1}', '{"a":1.0}', '{"a":1.10}', '{"a":-0}', '{"a":0.0}', '{"a":1e3}', '{"a":1E+3}', '{"a":1e21}', '{"a":1e-7}', '{"a":123456789012}', '{"a":9007199254740992}', '{"a":1e20}',
  '{"a":0.000001}', '{"a":1.5e300}', '{"a":-2.5e-10}', '{"a":5e-324}', '{"a":[1e21,1e-7,0.1]}', '{"a":{"z":1,"b":{"y":"<&>","x":null}}}', '{"a":"<&>"}', '{"b":["<&>","\\u2028","\\u2029"]}',
  '{"a":"\\u0000\\u0001\\b\\f\\n\\r\\t\\"\\\\/"}', '{"a":["\\u0000\\u001f\\b\\f\\n\\r\\t\\"\\\\/\\u007f"]}', '{"a":"\\ud83d\\ude00"}', '{"a":["😀","ä"]}', '{"a":"\\ud83d"}', '{"a":["\\ud83d"]}', '{"😀":1,"ﬀ":2,"a":3}',
  '{"x":{"😀":1,"ﬀ":2,"a":3}}', '{"__proto__":"x","constructor":{"__proto__":1}}', '{"a":01}', '{"a":+1}', '{"a":.5}', '{"a":1.}', '{"a":NaN}', '{"a":\'b\'}', '{"a":"\t"}', '\ufeff{}', '{"":"x"}', '{"1":"x","0":"y"}',
]; // prettier-ignore

/** Questions that are asked every time. */
export const questions: readonly Question[] = [
  ...encoded.flatMap((text) =>
    (['Base64', 'Base64URL'] as const).map((strategy): Question => ({
      ask: 'decode',
      strategy,
      text: Buffer.from(text).toString('base64'),
    })),
  ),
  ...renames.map(([source, target, text]): Question => ({ ask: 'rename', source, target, text })),
  ...schedules.flatMap((text) =>
    [june, leapless, newYear].map((after): Question => ({ ask: 'next', text, after: wholeFor(text, after) })),
  ),
  ...objects.map((text): Question => ({ ask: 'object', text })),
  { ask: 'version', annotations: {}, labels: {} },
  { ask: 'version', annotations: { a: '1', b: '2' }, labels: {} },
  { ask: 'version', annotations: { b: '2', a: '1' }, labels: { app: 'db', '': 'x' } },
  { ask: 'version', annotations: { '😀': '1', ﬀ: '2', Z: 'a b:c]' }, labels: { 'kubernetes.io/metadata.name': '' } },
  { ask: 'key', text: 'azAZ09-._/ :@\\\n\u0000äßñ中文٣Ⅷ²½😀ªʰ\u0301\u200d_~' },
];

/** A schedule of `@every` counts from the second before; ours counts from the moment itself, which is the same on whole seconds. */
function wholeFor(text: string, after: number): number {
  return text.startsWith('@every') ? Math.floor(after / 1000) * 1000 : after;
}

import { calls, resultsOf } from './case.ts';
import type { Topic } from './case.ts';
import { anything } from './values.ts';

/** Go's own functions that are not about printing or comparison. Sprig's slice stands for Go's. */
export const builtin: readonly Topic[] = [
  calls(
    'index',
    ['(list 1 2)', '(dict "a" 1)', '.', '.str', '.uni', 'nil', '5', '(splitList "," "a,b")', '(until 2)', '(chunk 1 (list 1 2))'],
    ['0', '1', '-1', '2', '"a"', '"str"', 'nil', '1.0', '(int64 1)', "'a'", 'true'],
  ),
  resultsOf('index of several', [
    'index',
    'index 1',
    'index .',
    'index (list 1)',
    'index nil',
    'index (list (list 1 2) 3) 0 1',
    'index (dict "a" (dict "b" (list 5))) "a" "b" 0',
    'index (dict "a" nil) "a" "b"',
    'index (dict) "a" "b"',
    'index . "missing" 0',
    'index .str 0 0',
    'index . .str',
    '"str" | index .',
    '0 | index (list 7)',
    'index (list 1) 99999999999999999999',
    'index (list nil) 0',
    'index (toDate "2006" "2020") 0',
    'index . "weird-key"',
    'len',
    'len 1',
    'len nil',
    'len .',
    'len .uni',
    'len .missing',
    'len (list) (list)',
    'call',
    'call nil',
    'call 1',
    'call .str',
    'call (list)',
    'call .missing',
    'call upper "a"',
  ]),
  calls('print html call', anything),
];

/** Texts: empty, ASCII, other scripts, letters that change their length with their case, not UTF-8, white space. */
export const texts = [
  '""',
  '"a"',
  '"Hello World"',
  '"hÉllo wörld ß ǆ ﬁ"',
  '"日本 😀"',
  '.bin',
  String.raw`"  two  words\t\n"`,
  '"snake_case-kebab CamelHTTPServer2x"',
  '.csv',
];

/** A few short ones, for functions of several texts. */
export const few = ['""', '"a"', '"lo"', '"é"', '" "', '.bin'];

/** Numbers, what functions take for numbers, and what they do not. */
export const numbers = [
  '0',
  '1',
  '-7',
  '3.9',
  '-2.5',
  '9223372036854775807',
  '-9223372036854775808',
  '1e20',
  '"12"',
  '"0x1f"',
  '"010"',
  '"1.5"',
  '"-3"',
  '"abc"',
  '""',
  'true',
  'nil',
  '(list 1)',
  '(int64 5)',
  '(fromJson "7")',
  '"9223372036854775808"',
  "'x'",
  '1i',
];

export const fewNumbers = ['0', '1', '-7', '2.5', '9223372036854775807', '"12"', '"abc"', 'nil'];

export const counts = ['-1', '0', '1', '2', '3', '5', '100'];

/** One of every kind of value. */
export const anything = [
  'nil',
  'true',
  'false',
  '0',
  '-1',
  '2.5',
  '""',
  '"x"',
  "'c'",
  '(int64 3)',
  '(list)',
  '(list 1 "a" nil 2.5)',
  '(dict)',
  '(dict "b" 1 "a" (list "x"))',
  '(splitList "," "p,q")',
  '(split "," "p,q")',
  '(toDate "2006-01-02" "2020-02-29")',
  '.',
  '.str',
  '.bin',
  '.missing',
  '(until 3)',
  '(semver "1.2.3")',
  '(chunk 1 (list 1 2))',
];

export const lists = [
  '(list)',
  '(list 1)',
  '(list 1 2 3)',
  '(list "b" "a" "b")',
  '(list nil "" 0 false (list) (dict) "x")',
  '(list 1 1.0 "1" nil)',
  '(splitList "," "q,p,q")',
  '(until 4)',
  '(chunk 2 (list 1 2 3))',
  'nil',
  '"text"',
  '5',
  '(dict "a" 1)',
];

export const dicts = [
  '(dict)',
  '(dict "a" 1)',
  '(dict "a" 1 "b" (dict "c" "x"))',
  '(dict "a" nil "z" (list 1))',
  '(dict "a" "" "b" 0)',
  '(fromJson .json)',
  '(split "," "p,q")',
  '.',
  'nil',
  '"text"',
];

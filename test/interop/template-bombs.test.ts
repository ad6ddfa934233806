import { isSignetError } from '@signet/errors';
import { compile, externalSecretsFunctions } from '@signet/template';
import { describe, expect, test } from 'vitest';

// Templates come from tenants. One that would run for ever or fill the memory must end with a limit that has a name.

/** How compiling and rendering ends: the code of the error, or the number of bytes. */
function endOf(template: string, data: Readonly<Record<string, string>> = {}): string {
  try {
    const rendered = compile(template, { functions: externalSecretsFunctions }).render(new Map(Object.entries(data)));
    return `${rendered.length} bytes`;
  } catch (error) {
    return isSignetError(error) ? error.code : String(error);
  }
}

const doubled = (times: number, make: string): string => `{{ $x := "ab" }}${`{{ $x = ${make} }}`.repeat(times)}{{ len $x }}`;

describe('a bomb ends with a limit', () => {
  const bombs: Readonly<Record<string, string>> = {
    'ranges in ranges':
      '{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}{{ range until 1000 }}{{ end }}{{ end }}{{ end }}{{ end }}',
    'ranges over numbers': '{{ range 1000000000 }}{{ range 1000000000 }}{{ end }}{{ end }}',
    'ranges that put out': '{{ range 1000000000 }}0123456789{{ end }}',
    'range over a long until': '{{ range until 1000000000 }}{{ end }}',
    until: '{{ until 2147483647 | len }}',
    untilStep: '{{ untilStep 0 2000000000 1 | len }}',
    'untilStep backwards': '{{ untilStep 0 -2000000000 -1 | len }}',
    seq: '{{ seq 1 2147483647 | len }}',
    'seq of strides': '{{ seq 0 1 2147483647 | len }}',
    repeat: '{{ repeat 2147483647 "boom" | len }}',
    'repeat of repeat': '{{ repeat 100000 (repeat 100000 "x") | len }}',
    'repeat of an empty text, often': '{{ range 100000000 }}{{ $x := repeat 1000000 "" }}{{ end }}',
    indent: '{{ indent 2147483647 "x" | len }}',
    nindent: '{{ nindent 100000000 "x" | len }}',
    'indent of many lines': '{{ indent 10000 (repeat 100000 "\\n") | len }}',
    'printf with a wide field': '{{ range 1000 }}{{ $x := printf "%999999d" 1 }}{{ end }}',
    'printf with a width from an argument': '{{ range 1000 }}{{ $x := printf "%*d" 999999 1 }}{{ end }}',
    'printf with many digits': '{{ range 1000 }}{{ $x := printf "%.999999f" 1.5 }}{{ end }}',
    'wrapWith a long separator': '{{ wrapWith 1 (repeat 10000 "-") (repeat 100000 "a ") | len }}',
    'replace that grows': doubled(100, 'replace "a" (repeat 1000 "a") $x'),
    'replace between all letters': doubled(100, 'replace "" (repeat 1000 "a") $x'),
    'a text doubled': doubled(100, 'cat $x $x'),
    'a text doubled by print': doubled(100, 'print $x $x'),
    'a text doubled by printf': doubled(100, 'printf "%s%s" $x $x'),
    'a text quoted over and over': doubled(200, 'quote $x'),
    'a text in base64 over and over': doubled(300, 'b64enc $x'),
    'a text in JSON over and over': doubled(200, 'toJson $x'),
    'a text in HTML over and over': doubled(200, 'html (print $x "&")'),
    'a text joined with itself': doubled(100, 'join $x (list $x $x $x)'),
    'a list doubled': `{{ $x := list 1 2 }}${'{{ $x = concat $x $x }}'.repeat(100)}{{ len $x }}`,
    'a list of itself': `{{ $x := list 1 2 }}${'{{ $x = list $x $x }}'.repeat(100)}{{ $x }}`,
    'a list of itself as JSON': `{{ $x := list 1 2 }}${'{{ $x = list $x $x }}'.repeat(100)}{{ toJson $x }}`,
    'a list of itself as YAML': `{{ $x := list 1 2 }}${'{{ $x = list $x $x }}'.repeat(100)}{{ toYaml $x }}`,
    'a list of itself as Go prints types': `{{ $x := list 1 2 }}${'{{ $x = list $x $x }}'.repeat(100)}{{ printf "%#v" $x }}`,
    'a list of itself compared': `{{ $x := list 1 2 }}{{ $y := list 1 2 }}${'{{ $x = list $x $x }}{{ $y = list $y $y }}'.repeat(100)}{{ deepEqual $x $y }}`,
    'a list of itself copied': `{{ $x := list 1 2 }}${'{{ $x = list $x $x }}'.repeat(100)}{{ $y := deepCopy (dict "x" $x) }}`,
    'append in a range': '{{ $x := list }}{{ range 1000000000 }}{{ $x = append $x . }}{{ end }}',
    'set in a range': '{{ $x := dict }}{{ range 1000000000 }}{{ $_ := set $x (toString .) . }}{{ end }}',
    'a dictionary in itself, printed': '{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ $x }}',
    'a dictionary in itself, as JSON': '{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ toJson $x }}',
    'a dictionary in itself, as YAML': '{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ toYaml $x }}',
    'a dictionary in itself, copied': '{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ $y := deepCopy $x }}',
    'a dictionary in itself, compared':
      '{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ $y := dict }}{{ $_ := set $y "x" $y }}{{ deepEqual $x $y }}',
    'a dictionary in itself, merged':
      '{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ $y := dict }}{{ $_ := set $y "x" $y }}{{ $z := merge $x $y }}',
    'lists nested deep': '{{ $x := list }}{{ range 100000 }}{{ $x = list $x }}{{ end }}{{ toJson $x }}',
    'lists nested deep, printed': '{{ $x := list }}{{ range 100000 }}{{ $x = list $x }}{{ end }}{{ $x }}',
    'lists nested deep, from JSON':
      '{{ fromJson (repeat 1000000 "[") }}{{ mustFromJson (print (repeat 100000 "[") (repeat 100000 "]")) }}',
    'a template that calls itself': '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
    'a template that calls itself twice':
      '{{ define "x" }}{{ if lt (len .) 40 }}{{ template "x" (append . 1) }}{{ template "x" (append . 1) }}{{ end }}{{ end }}{{ template "x" list }}',
    'templates that call each other':
      '{{ define "x" }}{{ template "y" . }}{{ end }}{{ define "y" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
    'a regular expression with nested repeats':
      '{{ range 1000 }}{{ $x := regexMatch "(a*)*(a*)*(a*)*b" (repeat 100000 "a") }}{{ end }}',
    'a regular expression of counted repeats':
      '{{ range 1000 }}{{ $x := regexMatch "((a{0,30}){0,30}){0,1}c" (repeat 10000 "a") }}{{ end }}',
    'regexReplaceAll that grows': doubled(100, 'regexReplaceAll "a" $x (repeat 1000 "b$0")'),
    'regexFindAll of everything': '{{ range 1000 }}{{ $x := regexFindAll "" (repeat 100000 "a") -1 }}{{ end }}',
    'regexSplit of everything': '{{ range 1000 }}{{ $x := regexSplit "" (repeat 100000 "a") -1 }}{{ end }}',
    'split of everything': '{{ range 1000 }}{{ $x := splitList "" (repeat 100000 "a") }}{{ end }}',
    'sorting, again and again': '{{ $l := splitList "" (repeat 100000 "ba") }}{{ range 1000 }}{{ $x := sortAlpha $l }}{{ end }}',
    'uniq of many': '{{ $x := uniq (until 100000) }}',
    'without of many': '{{ range 1000 }}{{ $x := without (until 100000) 1 }}{{ end }}',
    'bcrypt in a range': '{{ range 1000000 }}{{ $x := bcrypt "x" }}{{ end }}',
    'htpasswd in a range': '{{ range 1000000 }}{{ $x := htpasswd "a" "b" "bcrypt" }}{{ end }}',
    'derivePassword in a range': '{{ range 1000000 }}{{ $x := derivePassword 1 "long" "a" "b" "c" }}{{ end }}',
    'RSA keys in a range': '{{ range 1000000 }}{{ $x := genPrivateKey "rsa" }}{{ end }}',
    'DSA keys in a range': '{{ range 1000000 }}{{ $x := genPrivateKey "dsa" }}{{ end }}',
    'authorities in a range': '{{ range 1000000 }}{{ $x := genCA "x" 1 }}{{ end }}',
    'hashes in a range': '{{ $x := repeat 1000000 "x" }}{{ range 1000000 }}{{ $y := sha512sum $x }}{{ end }}',
    'AES in a range': '{{ $x := repeat 1000000 "x" }}{{ range 1000000 }}{{ $y := encryptAES "k" $x }}{{ end }}',
    'random bytes': '{{ randBytes 2147483647 | len }}',
    'random letters': '{{ randAlphaNum 2147483647 | len }}',
    'random letters in a range': '{{ range 1000000 }}{{ $x := randAlpha 100000 }}{{ end }}',
    'shuffle in a range': '{{ range 1000000 }}{{ $x := shuffle (repeat 100000 "a") }}{{ end }}',
    'YAML with aliases of aliases':
      '{{ $x := fromYaml "a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\\nh: &h [*g,*g,*g,*g,*g,*g,*g,*g,*g]\\n" }}{{ if hasKey $x "Error" }}{{ range 1000000000 }}{{ end }}{{ end }}{{ toJson $x }}',
    'date with a long layout': '{{ range 1000 }}{{ $x := date (repeat 100000 "Monday January ") (toDate "2006" "2020") }}{{ end }}',
    'numbers of many digits': '{{ $x := mulf 1e300 1e300 }}{{ range 1000000000 }}{{ $x = mulf 1.123456789 1.987654321 }}{{ end }}',
    'versions in a range': '{{ range 1000000000 }}{{ $x := semverCompare (repeat 10000 ">1 || ") "1.2.3" }}{{ end }}',
    'camel case of a long text': '{{ $x := repeat 1000000 "aB_" }}{{ range 1000000 }}{{ $y := snakecase $x }}{{ end }}',
    'title of a long text': '{{ $x := repeat 1000000 "é " }}{{ range 1000000 }}{{ $y := title $x }}{{ end }}',
    'wrap of a long text': '{{ $x := repeat 100000 "aaaa " }}{{ range 1000000 }}{{ $y := wrap 1 $x }}{{ end }}',
  };

  test.each(Object.entries(bombs))('%s', (_name, template) => {
    expect(endOf(template)).toBe('SIGNET_TEMPLATE_LIMIT');
  });

  test('a template of 10 MB', () => {
    expect(endOf(`{{ "${'x'.repeat(10 << 20)}" }}`)).toBe('SIGNET_TEMPLATE_LIMIT');
    expect(endOf('x'.repeat(10 << 20))).toBe('SIGNET_TEMPLATE_LIMIT');
  });

  test('an expression nested deep', () => {
    // Go has no limit for parentheses; such a template is refused before the stack of the parser ends.
    expect(endOf(`{{ ${'('.repeat(100_000)}1${')'.repeat(100_000)} }}`)).toBe('SIGNET_TEMPLATE_LIMIT');
    expect(endOf(`${'{{ if 1 }}'.repeat(50_000)}${'{{ end }}'.repeat(50_000)}`)).toBe('SIGNET_TEMPLATE_LIMIT');
  });

  test('data put out over and over', () => {
    expect(endOf('{{ range until 100 }}{{ $.x }}{{ end }}', { x: 'x'.repeat(100_000) })).toBe('SIGNET_TEMPLATE_LIMIT');
  });
});

describe('what a Secret can hold is far from the limits', () => {
  test.each([
    ['a megabyte of text less a little', '{{ .x }}', { x: 'x'.repeat(1_000_000) }, '1000000 bytes'],
    ['10,000 lines', '{{ range until 10000 }}{{ . }}\n{{ end }}', {}, '48890 bytes'],
    [
      'a large value in base64, decoded and indented',
      '{{ .x | b64enc | b64dec | indent 4 | len }}',
      { x: 'line\n'.repeat(50_000) },
      '6 bytes',
    ],
    ['a list of 1,000', '{{ $x := list }}{{ range 1000 }}{{ $x = append $x . }}{{ end }}{{ len $x }}', {}, '4 bytes'],
  ] as const)('%s', (_name, template, data, end) => {
    expect(endOf(template, data)).toBe(end);
  });
});

const doubled = (times: number, make: string): string => `{{ $x := "ab" }}${`{{ $x = ${make} }}`.repeat(times)}{{ len $x }}`;

/** Templates that would run for ever or fill the memory, by what they do. */
export const bombs: Readonly<Record<string, string>> = {
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
  'a dictionary in itself, copied': '{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ $y := deepCopy $x }}',
  'a dictionary in itself, compared':
    '{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ $y := dict }}{{ $_ := set $y "x" $y }}{{ deepEqual $x $y }}',
  'a dictionary in itself, merged':
    '{{ $x := dict }}{{ $_ := set $x "x" $x }}{{ $y := dict }}{{ $_ := set $y "x" $y }}{{ $z := merge $x $y }}',
  'lists nested deep': '{{ $x := list }}{{ range 100000 }}{{ $x = list $x }}{{ end }}{{ toJson $x }}',
  'lists nested deep, printed': '{{ $x := list }}{{ range 100000 }}{{ $x = list $x }}{{ end }}{{ $x }}',
  'a template that calls itself': '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
  'a template that calls itself twice':
    '{{ define "x" }}{{ if lt (len .) 40 }}{{ template "x" (append . 1) }}{{ template "x" (append . 1) }}{{ end }}{{ end }}{{ template "x" list }}',
  'templates that call each other':
    '{{ define "x" }}{{ template "y" . }}{{ end }}{{ define "y" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
  'a regular expression with nested repeats':
    '{{ range 1000 }}{{ $x := regexMatch "(a*)*(a*)*(a*)*b" (repeat 100000 "a") }}{{ end }}',
  'a regular expression of counted repeats':
    '{{ range 1000 }}{{ $x := regexMatch "((a{0,30}){0,30}){0,1}c" (repeat 10000 "a") }}{{ end }}',
  'regexReplaceAll that grows': doubled(100, 'regexReplaceAll "a" $x (repeat 1000 "b${0}")'),
  'regexFindAll of everything': '{{ range 1000 }}{{ $x := regexFindAll "" (repeat 100000 "a") -1 }}{{ end }}',
  'regexSplit of everything': '{{ range 1000 }}{{ $x := regexSplit "" (repeat 100000 "a") -1 }}{{ end }}',
  'split of everything': '{{ range 1000 }}{{ $x := splitList "" (repeat 100000 "a") }}{{ end }}',
  'sorting, again and again': '{{ $l := splitList "" (repeat 100000 "ba") }}{{ range 1000 }}{{ $x := sortAlpha $l }}{{ end }}',
  'uniq of many': '{{ range 1000 }}{{ $x := uniq (until 100000) }}{{ end }}',
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
  'versions in a range': '{{ range 1000000000 }}{{ $x := semverCompare (print (repeat 10000 ">1 || ") ">1") "1.2.3" }}{{ end }}',
  'camel case of a long text': '{{ $x := repeat 1000000 "aB_" }}{{ range 1000000 }}{{ $y := snakecase $x }}{{ end }}',
  'title of a long text': '{{ $x := repeat 1000000 "é " }}{{ range 1000000 }}{{ $y := title $x }}{{ end }}',
  'long texts compared in lists':
    '{{ $a := list (print (repeat 1000000 "a") 1) }}{{ $b := list (print (repeat 1000000 "a") 1) }}{{ range 1000000 }}{{ $x := deepEqual $a $b }}{{ end }}',
  'long texts that are equal, once each':
    '{{ $a := repeat 1000000 "a" }}{{ $l := list }}{{ range 20 }}{{ $l = append $l (print $a 1) }}{{ end }}{{ range 1000000 }}{{ $x := uniq $l }}{{ end }}',
  'long texts that begin alike, sorted':
    '{{ $a := repeat 1000000 "a" }}{{ $l := list }}{{ range 20 }}{{ $l = prepend $l (print $a .) }}{{ end }}{{ range 1000000 }}{{ $x := sortAlpha $l }}{{ end }}',
  'the worst part to look for':
    '{{ $p := print (repeat 500 "a") "b" (repeat 500 "a") }}{{ $t := repeat 1000000 "a" }}{{ range 1000000 }}{{ $x := contains $p $t }}{{ end }}',
  'split of everything into a map': '{{ $t := repeat 400000 "a" }}{{ range 1000000 }}{{ $x := split "" $t }}{{ end }}',
  'one key picked of many':
    '{{ $d := dict }}{{ range 10000 }}{{ $_ := set $d (toString .) . }}{{ end }}{{ range 1000000 }}{{ $x := pick $d "1" }}{{ end }}',
  'a range over many keys that ends at the first':
    '{{ $d := dict }}{{ range 10000 }}{{ $_ := set $d (toString .) . }}{{ end }}{{ range 1000000 }}{{ range $k, $v := $d }}{{ break }}{{ end }}{{ end }}',
  'a range over many bytes that ends at the first':
    '{{ $b := (toDate "2006" "2020").AppendFormat nil (repeat 300000 "a") }}{{ range 1000000 }}{{ range $b }}{{ break }}{{ end }}{{ end }}',
  'the first of many bytes':
    '{{ $b := (toDate "2006" "2020").AppendFormat nil (repeat 300000 "a") }}{{ range 1000000 }}{{ $x := first $b }}{{ end }}',
  'a long text in YAML, over and over':
    '{{ $x := dict "a" (repeat 100000 "a b") }}{{ range 1000000 }}{{ $y := toYaml $x }}{{ end }}',
  'long numbers in YAML': '{{ $x := print "a: " (repeat 100000 "1_") }}{{ range 1000000 }}{{ $y := fromYaml $x }}{{ end }}',
  'printf with many verbs': '{{ $f := repeat 50000 "%[1]d" }}{{ range 1000000 }}{{ $y := printf $f 1 }}{{ end }}',
  'a long text for JavaScript': '{{ $t := repeat 100000 "é" }}{{ range 1000000 }}{{ $y := js $t }}{{ end }}',
  'a long duration': '{{ $t := repeat 10000 "1h" }}{{ range 1000000 }}{{ $y := durationRound $t }}{{ end }}',
  'a long time':
    '{{ $l := repeat 10000 "2006 " }}{{ $t := repeat 10000 "2020 " }}{{ range 1000000 }}{{ $y := toDate $l $t }}{{ end }}',
  'wrap of a word without end': '{{ $x := repeat 900000 "a" }}{{ range 1000000 }}{{ $y := wrapWith 3 "" $x }}{{ end }}',
  'a regular expression with many groups':
    '{{ $r := repeat 2000 "(a?)" }}{{ $t := repeat 30 "a" }}{{ range 1000000 }}{{ $x := regexReplaceAll $r $t "$1" }}{{ end }}',
  'a large key, read over and over':
    '{{ $c := genCAWithKey "x" 1 (genPrivateKey "rsa") }}{{ range 1000000 }}{{ $x := buildCustomCert (b64enc $c.Cert) (b64enc $c.Key) }}{{ end }}',
  'wrap of a long text': '{{ $x := repeat 100000 "aaaa " }}{{ range 1000000 }}{{ $y := wrap 1 $x }}{{ end }}',
};

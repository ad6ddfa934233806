/**
 * What an argument is meant to be. The first line are the types values have; the others are texts or numbers with a meaning, so
 * that most calls come to something.
 */
export type Type =
  | 'string'
  | 'int'
  | 'int64'
  | 'float'
  | 'bool'
  | 'list'
  | 'strings'
  | 'dict'
  | 'texts'
  | 'time'
  | 'any'
  | 'plain'
  | 'number'
  | 'count'
  | 'index'
  | 'width'
  | 'pattern'
  | 'replacement'
  | 'layout'
  | 'date'
  | 'zone'
  | 'duration'
  | 'seconds'
  | 'json'
  | 'yaml'
  | 'version'
  | 'constraint'
  | 'url'
  | 'path'
  | 'key'
  | 'base64'
  | 'base32'
  | 'hex'
  | 'separator'
  | 'format'
  | 'kind'
  | 'typeName'
  | 'elements';

/** Calls that need more than a name, to say the same each time: `(NAME)` in the table. `%` stands for the argument. */
export const phrases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '(keys)': 'sortAlpha (keys %)',
    '(values)': 'sortAlpha (values %)',
    '(semver)': 'toString (semver %)',
    '(aes)': 'encryptAES "key" % | decryptAES "key"',
  }),
);

/** One function of the fuzzer: the parameters, and the type of the result. A parameter with `...` comes 0 to 3 times. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly result: Type;
  /** Only in this set. */
  readonly only?: 'external-secrets';
}

/**
 * Functions whose result does not depend on time or chance, or on the order of a map, and that are quick.
 * `NAMES: PARAMETERS -> RESULT`
 */
const table = `
upper lower title untitle trim nospace initials swapcase snakecase camelcase kebabcase sha1sum sha256sum sha512sum adler32sum: string -> string
b64enc b32enc regexQuoteMeta: string -> string
b64dec: base64 -> string
b32dec: base32 -> string
trimAll trimall trimSuffix trimPrefix: separator string -> string
contains hasPrefix hasSuffix: separator string -> bool
trunc: index string -> string
substr: count index string -> string
abbrev: width string -> string
abbrevboth: count width string -> string
repeat: count string -> string
indent nindent: count string -> string
wrap: width string -> string
wrapWith: width separator string -> string
quote squote cat: ...any -> string
toString: any -> string
replace: separator separator string -> string
plural: string string int -> string
split: separator string -> texts
splitn: separator count string -> texts
splitList: separator string -> strings
toStrings: elements -> strings
join: separator elements -> string
sortAlpha: elements -> strings
int: number -> int
int64 toDecimal: number -> int64
float64 ceil floor: number -> float
add mul max min biggest: number ...number -> int64
sub: number number -> int64
div mod: number seconds -> int64
add1: number -> int64
add1f: number -> float
addf subf mulf maxf minf: number ...number -> float
divf: number seconds -> float
round: number count -> float
until: count -> list
untilStep: count width count -> list
seq: count count -> string
atoi: string -> int
first last mustFirst mustLast: elements -> any
rest initial reverse uniq compact mustRest mustReverse mustInitial mustUniq mustCompact: elements -> list
append push prepend mustAppend mustPush mustPrepend: elements any -> list
without mustWithout: elements ...any -> list
has mustHas: any elements -> bool
slice mustSlice: elements count -> any
slice: elements count width -> any
chunk mustChunk: width elements -> any
list tuple: ...any -> list
concat: elements ...elements -> list
all any: ...any -> bool
coalesce: ...any -> any
dig: key any dict -> any
dict: key any -> dict
dict: key any key any -> dict
get: dict key -> any
hasKey: dict key -> bool
set: dict key any -> dict
unset: dict key -> dict
pick omit: dict ...key -> dict
pluck: key ...dict -> list
merge mergeOverwrite mustMerge mustMergeOverwrite: dict ...dict -> any
deepCopy mustDeepCopy: dict -> any
default: any any -> any
empty: any -> bool
ternary: any any bool -> any
typeOf kindOf: any -> string
typeIs typeIsLike: typeName any -> bool
kindIs: kind any -> bool
deepEqual: any any -> bool
fromJson mustFromJson: json -> any
toJson toPrettyJson toRawJson mustToJson mustToPrettyJson mustToRawJson: any -> string
toDate: layout date -> time
date: layout time -> string
dateInZone date_in_zone: layout time zone -> string
htmlDate: time -> string
htmlDateInZone: time zone -> string
dateModify date_modify: duration time -> time
duration: seconds -> string
durationRound: duration -> string
unixEpoch: time -> string
regexMatch: pattern string -> bool
regexFind: pattern string -> string
regexFindAll mustRegexFindAll: pattern string index -> strings
regexReplaceAll mustRegexReplaceAll: pattern string replacement -> string
regexReplaceAllLiteral mustRegexReplaceAllLiteral: pattern string string -> string
regexSplit mustRegexSplit: pattern string index -> strings
base dir clean ext osBase osDir osClean osExt: path -> string
isAbs osIsAbs: path -> bool
semverCompare: constraint version -> bool
urlParse: url -> dict
urlJoin: dict -> string
print println: ...any -> string
printf: format plain plain -> string
html js urlquery: ...any -> string
len: elements -> int
len: string -> int
index: elements count -> any
index: dict key -> any
not: any -> bool
and or: any ...any -> any
eq ne lt le gt ge: number number -> bool
eq ne lt le gt ge: string string -> bool
eq: any any ...any -> bool
(semver): version -> string
fail: string -> string
(keys) (values): dict -> strings
(aes): string -> string
hexdec: hex -> string !external-secrets
toYaml: any -> string !external-secrets
fromYaml: yaml -> dict !external-secrets
`;

export const functions: readonly Signature[] = table
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [, names = '', parameters = '', result = '', only] = /^([^:]+): (.*) -> (\w+)(?: !(.*))?$/.exec(line) ?? [];
    return names.split(' ').map((name) => ({
      name,
      parameters: parameters.split(' '),
      result: result as Type,
      ...(only === 'external-secrets' && { only: 'external-secrets' as const }),
    }));
  });

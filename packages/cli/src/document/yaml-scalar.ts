/** What a plain (unquoted) YAML scalar can mean. Integers are bigint, so that none loses digits. */
export type Scalar = string | bigint | number | boolean | null;

const booleans: ReadonlyMap<string, boolean> = new Map(
  Object.entries({ y: true, yes: true, on: true, true: true, n: false, no: false, off: false, false: false }).flatMap(
    ([word, value]) =>
      [word, word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)].map((spelling): [string, boolean] => [
        spelling,
        value,
      ]),
  ),
);

const nulls: ReadonlySet<string> = new Set(['', '~', 'null', 'Null', 'NULL']);

const integer = /^([-+]?)(?:0b([01_]+)|0o([0-7_]+)|0x([0-9a-fA-F_]+)|0([0-7_]+)|(0|[1-9][0-9_]*))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/**
 * The meaning of a plain scalar to the YAML 1.1 reader of kubectl and the API server: `no` is false, `0777` is 511,
 * `1_000` is 1000, `1:30` and dates are strings.
 */
export function resolvePlain(text: string): Scalar {
  if (nulls.has(text)) return null;
  const boolean = booleans.get(text);
  if (boolean !== undefined) return boolean;
  const found = integer.exec(text);
  if (found) return integerOf(found);
  const plain = text.replaceAll('_', '');
  if (/^[-+.0-9]/.test(text) && float.test(plain)) return Number(plain);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  return text;
}

function integerOf([text, sign, binary, octal, hexadecimal, oldOctal, decimal]: RegExpExecArray): Scalar {
  const [prefix, digits] =
    binary !== undefined
      ? ['0b', binary]
      : octal !== undefined
        ? ['0o', octal]
        : hexadecimal !== undefined
          ? ['0x', hexadecimal]
          : oldOctal !== undefined
            ? ['0o', oldOctal]
            : ['', decimal ?? ''];
  const bare = digits.replaceAll('_', '');
  if (bare === '') return text;
  const value = BigInt(prefix + bare);
  return sign === '-' ? -value : value;
}

/**
 * True when some reader of YAML 1.1 or 1.2 could take this plain text for something other than a string: numbers in any
 * base, sexagesimal numbers, booleans, null, dates, and the merge and value keys.
 */
export function isAmbiguous(text: string): boolean {
  if (typeof resolvePlain(text) !== 'string') return true;
  if (text === '<<' || text === '=') return true;
  // Sexagesimal numbers, dates, and whatever else begins like a number and has no letter that rules it out.
  return /^[-+.]?[0-9][-+.:_0-9eExXoObBtTzZ \t]*$/.test(text) || /^[-+]?\.?[0-9_]+$/.test(text);
}

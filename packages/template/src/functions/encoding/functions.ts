import { Buffer } from 'node:buffer';
import { decodeBase64, encodeBase64 } from '../../go/base64.ts';
import { GoError } from '../../go/error.ts';
import { marshal, unmarshal } from '../../go/json.ts';
import { isPrintable } from '../../go/strconv.ts';
import { fromRunes } from '../../go/utf8.ts';
import type { Value } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { countReading } from '../text/reading.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';

/** The result, or for an error of Go's what stands in for it. */
function orElse<T>(make: () => T, instead: (error: GoError) => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof GoError) return instead(error);
    throw error;
  }
}

/** Decoded text. For bad input the text of the error is the result: so Sprig has it, and templates cannot notice. */
function decoded(run: Run, decode: (text: string) => string, text: string): string {
  countReading(run, text, 8);
  return orElse(
    () => decode(text),
    (error) => error.message,
  );
}

const compact = (run: Run, value: Value): string => marshal(value, { budget: run.budget });
const pretty = (run: Run, value: Value): string => marshal(value, { indent: '  ', budget: run.budget });
const raw = (run: Run, value: Value): string => marshal(value, { escapeHtml: false, budget: run.budget });
const nothing = (): string => '';

/** Base64, base32 and JSON. */
export const encodingFunctions: FunctionTable = {
  b64enc: fn('func(string) string', (run, text) => {
    run.budget.make(text.length);
    return encodeBase64(text);
  }),
  b64dec: fn('func(string) string', (run, text) => decoded(run, decodeBase64, text)),
  b32enc: fn('func(string) string', (run, text) => {
    countReading(run, text, 2);
    return encodeBase32(text);
  }),
  b32dec: fn('func(string) string', (run, text) => decoded(run, decodeBase32, text)),
  fromJson: fn('func(string) interface {}', (run, text) =>
    orElse<Value>(
      () => unmarshal(text, run.budget),
      () => null,
    ),
  ),
  mustFromJson: fn('func(string) (interface {}, error)', (run, text) => unmarshal(text, run.budget)),
  toJson: fn('func(interface {}) string', (run, value) => orElse(() => compact(run, value), nothing)),
  mustToJson: fn('func(interface {}) (string, error)', compact),
  toPrettyJson: fn('func(interface {}) string', (run, value) => orElse(() => pretty(run, value), nothing)),
  mustToPrettyJson: fn('func(interface {}) (string, error)', pretty),
  toRawJson: fn('func(interface {}) string', raw),
  mustToRawJson: fn('func(interface {}) (string, error)', raw),
};

const hexDigits = /^[0-9a-fA-F]*/;

/** encoding/hex.DecodeString; for bad input the text of Go's error, as `b64dec` does. */
function decodeHex(text: string): string {
  const good = hexDigits.exec(text)?.[0].length ?? 0;
  if (good < text.length) return `encoding/hex: invalid byte: ${runeText(text.charCodeAt(good))}`;
  if (text.length % 2 === 1) return 'encoding/hex: odd length hex string';
  return Buffer.from(text, 'hex').toString('latin1');
}

/** A byte as `%#U` prints it. */
function runeText(byte: number): string {
  const code = `U+${byte.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrintable(byte) ? `${code} '${fromRunes([byte])}'` : code;
}

/** What only the ExternalSecret set has. */
export const hexFunctions: FunctionTable = {
  hexdec: fn('func(string) string', (run, text) => {
    countReading(run, text, 8);
    return decodeHex(text);
  }),
};

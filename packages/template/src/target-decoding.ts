import { decodeBase64, illegalBase64 } from './go/base64.ts';
import { goError, shown } from './go/error.ts';

/** How a rendered value becomes bytes. `Auto` tries base64, then base64 of URLs, then takes it as it is. */
export type DecodingStrategy = 'None' | 'Base64' | 'Base64URL' | 'Auto';

/** Decodes a Go string. @throws GoError `illegal base64 data at input byte N` */
export function decodeValue(value: string, strategy: DecodingStrategy): string {
  switch (strategy) {
    case 'None':
      return value;
    case 'Base64':
      return decodeBase64(value);
    case 'Base64URL': {
      const standard = standardOf(value);
      const offset = illegalBase64(standard);
      if (offset !== undefined) throw goError`illegal base64 data at input byte ${shown(offset)}`;
      return decodeBase64(standard);
    }
    case 'Auto':
      if (illegalBase64(value) === undefined) return decodeBase64(value);
      return illegalBase64(standardOf(value)) === undefined ? decodeBase64(standardOf(value)) : value;
  }
}

/** The alphabet of URLs in the standard one; what only the standard one has becomes illegal. */
function standardOf(value: string): string {
  return value.replaceAll(/[+/_-]/g, (character) => (character === '-' ? '+' : character === '_' ? '/' : '!'));
}

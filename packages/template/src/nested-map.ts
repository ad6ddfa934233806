import { typeOfText } from './go/type.ts';
import { toGo } from './go/utf8.ts';
import { GoMap } from './go/value.ts';
import type { Value } from './go/value.ts';
import { dotOf } from './template.ts';

const nestedMapType = typeOfText('map[string]map[string]string');

/**
 * Data in two levels, as Go's `map[string]map[string]string`: what `.remoteRef.key` of a webhook store is taken from.
 *
 * @example compile('{{ .auth.token }}').render(nestedMap(new Map([['auth', new Map([['token', bytes]])]])))
 */
export function nestedMap(data: ReadonlyMap<string, ReadonlyMap<string, Uint8Array | string>>): Value {
  return new GoMap(nestedMapType, new Map([...data].map(([name, values]) => [toGo(name), dotOf(values)])));
}

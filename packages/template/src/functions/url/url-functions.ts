import { GoError, goError, shown } from '../../go/error.ts';
import { anyMap, typeOf } from '../../go/value.ts';
import type { GoMap } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { formatUrl, hostname, parseUrl, userInfoText } from './url.ts';
import type { UserInfo } from './url.ts';

/** What Sprig says before a reason of net/url when it gives up. */
function saying<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof GoError) throw goError`${shown(prefix)}: ${shown(error.message)}`;
    throw error;
  }
}

/** A text of a dict; what is missing is empty, what is no text an error. */
function entry(dict: GoMap, key: string): string {
  const value = dict.entries.get(key);
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  const kind = typeOf(value)?.kind;
  // reflect.TypeOf(nil).Kind() is a call on a nil interface
  if (kind === undefined) throw goError`runtime error: invalid memory address or nil pointer dereference`;
  throw goError`unable to parse ${shown(key)} key, must be of type string, but ${shown(kind)} found`;
}

function userOf(text: string): UserInfo | undefined {
  return text === '' ? undefined : saying('unable to parse userinfo in dict', () => parseUrl(`proto://${text}@host`).user);
}

function urlParse(run: Run, text: string): GoMap {
  run.budget.make(text.length * 2);
  run.budget.step(text.length >> 3);
  const url = saying('unable to parse url', () => parseUrl(text));
  return anyMap([
    ['scheme', url.scheme],
    ['host', url.host],
    ['hostname', hostname(url.host)],
    ['path', url.path],
    ['query', url.query],
    ['opaque', url.opaque],
    ['fragment', url.fragment],
    ['userinfo', url.user ? userInfoText(url.user) : ''],
  ]);
}

function urlJoin(run: Run, dict: GoMap): string {
  const [scheme, host, path, query, opaque, fragment] = ['scheme', 'host', 'path', 'query', 'opaque', 'fragment'].map((key) =>
    entry(dict, key),
  ) as [string, string, string, string, string, string];
  const userInfo = entry(dict, 'userinfo');
  // every byte may become three
  const size = [scheme, host, path, query, opaque, fragment, userInfo].join('').length;
  run.budget.make(3 * size);
  run.budget.step(size >> 3);
  return formatUrl({ scheme, host, path, query, opaque, fragment, user: userOf(userInfo) });
}

/** Sprig's functions of URLs: apart into a dict, and together from one. */
export const urlFunctions: FunctionTable = {
  urlJoin: fn('func(map[string]interface {}) string', urlJoin),
  urlParse: fn('func(string) map[string]interface {}', urlParse),
};

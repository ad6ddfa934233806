import { GoError, goError, shown } from '../../go/error.ts';
import { checkAddress } from './address.ts';
import { escape, unescape } from './escape.ts';

/** Who logs in; without a password there is no colon. Not escaped. */
export interface UserInfo {
  readonly name: string;
  readonly password: string | undefined;
}

/** The parts of a URL as Go's net/url keeps them; all but `query` and `opaque` are not escaped. */
export interface Url {
  readonly scheme: string;
  readonly opaque: string;
  readonly user: UserInfo | undefined;
  readonly host: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/**
 * Takes a URL apart as url.Parse does.
 *
 * @throws GoError `parse "...": REASON`, the URL hidden
 */
export function parseUrl(text: string): Url {
  const hash = text.indexOf('#');
  try {
    const url = withoutFragment(hash === -1 ? text : text.slice(0, hash));
    return { ...url, fragment: hash === -1 ? '' : unescape(text.slice(hash + 1), 'fragment') };
  } catch (error) {
    if (error instanceof GoError) throw goError`parse ${text}: ${shown(error.message)}`;
    throw error;
  }
}

function withoutFragment(text: string): Url {
  if (hasControl(text)) throw goError`net/url: invalid control character in URL`;
  const nothing: Url = { scheme: '', opaque: '', user: undefined, host: '', path: '', query: '', fragment: '' };
  if (text === '*') return { ...nothing, path: '*' };
  if (text.startsWith(':')) throw goError`missing protocol scheme`;
  const start = /^([a-z][a-z\d+.-]*):/i.exec(text)?.[1];
  const scheme = start?.toLowerCase() ?? '';
  let rest = start === undefined ? text : text.slice(start.length + 1);
  const mark = rest.indexOf('?');
  const query = mark === -1 ? '' : rest.slice(mark + 1);
  if (mark !== -1) rest = rest.slice(0, mark);
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...nothing, scheme, opaque: rest, query };
    if (/^[^/]*:/.test(rest)) throw goError`first path segment in URL cannot contain colon`;
  }
  let authority = '';
  if (rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))) {
    const slash = rest.indexOf('/', 2);
    authority = slash === -1 ? rest.slice(2) : rest.slice(2, slash);
    rest = slash === -1 ? '' : rest.slice(slash);
  }
  const { user, host } = parseAuthority(scheme, authority);
  return { ...nothing, scheme, user, host, path: unescape(rest, 'path'), query };
}

function parseAuthority(scheme: string, text: string): { user: UserInfo | undefined; host: string } {
  const sign = text.lastIndexOf('@');
  const host = parseHost(scheme, text.slice(sign + 1));
  return { user: sign === -1 ? undefined : parseUserInfo(text.slice(0, sign)), host };
}

/** The text before the `@` of a URL. */
function parseUserInfo(text: string): UserInfo {
  if (!/^[A-Za-z\d\-._:~!$&'()*+,;=%@]*$/.test(text)) throw goError`net/url: invalid userinfo`;
  const colon = text.indexOf(':');
  if (colon === -1) return { name: unescape(text, 'userinfo'), password: undefined };
  return { name: unescape(text.slice(0, colon), 'userinfo'), password: unescape(text.slice(colon + 1), 'userinfo') };
}

function parseHost(scheme: string, text: string): string {
  const open = text.lastIndexOf('[');
  if (open > 0) throw goError`invalid IP-literal`;
  if (open === 0) return parseLiteral(text);
  const first = text.indexOf(':');
  // one colon only where http and https are concerned, else the last counts
  const colon = scheme === 'http' || scheme === 'https' ? first : text.lastIndexOf(':');
  if (colon !== -1) checkPort(text.slice(colon));
  return unescape(text, 'host');
}

function parseLiteral(text: string): string {
  const close = text.lastIndexOf(']');
  if (close === -1) throw goError`missing ']' in host`;
  const port = text.slice(close + 1);
  checkPort(port);
  const name = text.slice(1, close);
  const zone = name.indexOf('%25');
  const address = zone === -1 ? unescape(name, 'host') : unescape(name.slice(0, zone), 'host') + unescape(name.slice(zone), 'zone');
  let kind;
  try {
    kind = checkAddress(address);
  } catch (error) {
    if (error instanceof GoError) throw goError`invalid host: ${shown(error.message)}`;
    throw error;
  }
  if (kind === 'IPv4') throw goError`invalid IP-literal`;
  return `[${address}]${port}`;
}

function checkPort(text: string): void {
  if (text !== '' && !isPort(text)) throw goError`invalid port ${text} after host`;
}

function isPort(text: string): boolean {
  return /^:\d*$/.test(text);
}

/** The host without port and brackets: URL.Hostname. */
export function hostname(host: string): string {
  const colon = host.lastIndexOf(':');
  const name = colon !== -1 && isPort(host.slice(colon)) ? host.slice(0, colon) : host;
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

/** User and password escaped, as Userinfo.String. */
export function userInfoText(user: UserInfo): string {
  return escape(user.name, 'userinfo') + (user.password === undefined ? '' : `:${escape(user.password, 'userinfo')}`);
}

/** Puts a URL together as URL.String does. */
export function formatUrl(url: Url): string {
  const head = url.scheme === '' ? '' : `${url.scheme}:`;
  return (
    head +
    (url.opaque === '' ? hierarchy(url) : url.opaque) +
    (url.query === '' ? '' : `?${url.query}`) +
    fragmentText(url.fragment)
  );
}

function hierarchy({ scheme, user, host, path }: Url): string {
  let text = '';
  const hasAuthority = (scheme !== '' || host !== '' || user !== undefined) && (host !== '' || path !== '' || user !== undefined);
  if (hasAuthority) text += '//';
  if (user) text += `${userInfoText(user)}@`;
  text += escape(host, 'host');
  const shownPath = path === '*' ? '*' : escape(path, 'path');
  if (shownPath !== '' && !shownPath.startsWith('/') && host !== '') text += '/';
  // a first segment with a colon would read as a scheme
  if (text === '' && scheme === '' && /^[^/]*:/.test(shownPath)) text += './';
  return text + shownPath;
}

function fragmentText(fragment: string): string {
  return fragment === '' ? '' : `#${escape(fragment, 'fragment')}`;
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

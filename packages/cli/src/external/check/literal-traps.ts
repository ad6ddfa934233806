import { textOf } from '../../document/read-document.ts';
import { resolvePlain } from '../../document/yaml-scalar.ts';

/** A value of a text of keys and values that YAML may read as something else than what stands there. */
export interface LiteralTrap {
  /** As it is written; an action where the key is made by one. */
  readonly key: string;
  /** What it becomes; undefined: that depends on the fetched value. */
  readonly becomes: string | undefined;
  /** In the text, from 1. */
  readonly line: number;
}

const pair = /^\s*(\{\{.*?\}\}|"[^"]*"|'[^']*'|[^\s#"'{[][^:]*):[ \t]+(\S.*?)\s*$/;
const wholeAction = /^\{\{-?\s*(.*?)\s*-?\}\}$/s;
/** Functions whose result YAML reads as it is, when they come last. */
const quoting = /(?:^|\|)\s*(?:quote|squote|toJson|toRawJson|mustToJson|mustToRawJson)\b[^|]*$/;
const statement = /^(?:range|if|else|end|with|define|template|block|break|continue|\/\*|\$\w*\s*:?=)/;

/**
 * Values without quotes in a template that is rendered and read as YAML 1.1 (`literal`, and `templateAs: KeysAndValues`): words that YAML
 * takes for something else, and values that are one action whose result could be such a word. Looked at line by line: block scalars inside
 * such a text are rare, and their lines seldom look like pairs.
 */
export function literalTraps(text: string): LiteralTrap[] {
  return text.split('\n').flatMap((source, index): LiteralTrap[] => {
    const [, key, value] = pair.exec(source.replace(/\s+#.*$/, '')) ?? [];
    if (key === undefined || value === undefined || /^["'|>&!*[{]/.test(value.replace(/^\{\{/, ''))) return [];
    const line = index + 1;
    const [, action] = wholeAction.exec(value) ?? [];
    if (action !== undefined && !value.slice(2, -2).includes('{{'))
      return statement.test(action) || quoting.test(action) ? [] : [{ key: shown(key), becomes: undefined, line }];
    if (value.includes('{{')) return [];
    const read = resolvePlain(value);
    const becomes = typeof read === 'string' ? value : textOf(read);
    return becomes === value ? [] : [{ key: shown(key), becomes: becomesText(read, becomes), line }];
  });
}

/** A key as far as it may be shown. */
function shown(key: string): string {
  return /^[-._a-zA-Z0-9]{1,253}$/.test(key) ? key : 'a key';
}

/** Words are told; a number could be a password, so only its kind is. */
function becomesText(read: ReturnType<typeof resolvePlain>, text: string): string {
  if (read === null) return 'empty';
  return typeof read === 'boolean' ? text : 'another number';
}

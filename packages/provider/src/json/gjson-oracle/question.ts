import { jsonDocument } from '../document.ts';
import { getPath, reread } from '../path.ts';
import { gjsonText } from '../text.ts';

/** A path into JSON; without path: all members of the object. */
export interface Question {
  readonly json: string;
  readonly path?: string;
}

/** What a path finds, or the members in both ways of writing them. Nothing: neither. */
export interface Answer {
  readonly text?: string;
  readonly go?: Readonly<Record<string, string>>;
  readonly raw?: Readonly<Record<string, string>>;
}

/** Our answer. */
export function answerHere({ json, path }: Question): Answer {
  if (path === undefined) return membersOf(json);
  const root = reread(json);
  const found = root && getPath(root, path);
  return found ? { text: gjsonText(found) } : {};
}

function membersOf(json: string): Answer {
  const bytes = new TextEncoder().encode(json);
  const all = (objects: 'go' | 'raw'): Record<string, string> => {
    const values = jsonDocument(bytes, { key: 'x', objects }).values(undefined);
    // An object of any names: `__proto__` is one of them.
    return Object.fromEntries(
      [...values].map(([name, value]) => [name, new TextDecoder('utf-8', { ignoreBOM: true }).decode(value)]),
    );
  };
  try {
    const [go, raw] = [all('go'), all('raw')];
    // Go leaves out an empty map.
    return Object.keys(go).length === 0 ? {} : { go, raw };
  } catch {
    return {};
  }
}

import { Buffer } from 'node:buffer';
import { convertKey } from '../convert-keys.ts';
import { decode } from '../decode.ts';
import { byBytes, objectBytes, readObject, valueBytes } from '../json-object.ts';
import { syncedVersionOf } from '../resource-version.ts';
import { rewrite } from '../rewrite.ts';
import { readSchedule } from '../schedule.ts';

/** Something that Go's own libraries can be asked, and so can we. `text` of `decode` is in base64. */
export type Question =
  | { readonly ask: 'decode'; readonly strategy: 'Base64' | 'Base64URL'; readonly text: string }
  | { readonly ask: 'rename'; readonly source: string; readonly target: string; readonly text: string }
  | {
      readonly ask: 'version';
      readonly annotations: Readonly<Record<string, string>>;
      readonly labels: Readonly<Record<string, string>>;
    }
  | { readonly ask: 'next'; readonly text: string; readonly after: number }
  | { readonly ask: 'object'; readonly text: string }
  | { readonly ask: 'key'; readonly text: string };

/** JSON; null: it is refused. */
export type Answer = unknown;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Our own answer. */
export function answerHere(question: Question): Answer {
  switch (question.ask) {
    case 'decode': {
      const value = decode(Buffer.from(question.text, 'base64'), question.strategy);
      return value ? base64(value) : null;
    }
    case 'rename':
      return renamed(question);
    case 'version': {
      const { annotations, labels } = question;
      return syncedVersionOf({ metadata: { name: 'db', namespace: 'web', generation: 7, annotations, labels } }).slice('7-'.length);
    }
    case 'next':
      return readSchedule(question.text)?.next(question.after) ?? null;
    case 'object': {
      const object = readObject(Buffer.from(question.text));
      if (!object) return null;
      const values = [...object].map(([name, value]) => [name, base64(valueBytes(value))] as const);
      values.sort(([a], [b]) => byBytes(a, b));
      return { values, whole: base64(objectBytes(object)) };
    }
    case 'key':
      return Array.from(question.text, (character) => convertKey(character, 'Unicode') === character);
  }
}

function renamed({ source, target, text }: Extract<Question, { ask: 'rename' }>): Answer {
  const entries = new Map([[text, { value: new Uint8Array(), from: text }]]);
  try {
    const [name] = rewrite(entries, [{ regexp: { source, target } }], { tell: () => undefined }).keys();
    return name ?? null;
  } catch {
    return null;
  }
}

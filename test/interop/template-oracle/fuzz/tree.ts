/**
 * A piece of a template: text and smaller pieces in order. A `statement` may be left out, an `expression` stands where a value
 * stands, so that a failing template can be made smaller without knowing its grammar.
 */
export interface Tree {
  readonly kind: 'statement' | 'expression' | 'other';
  readonly parts: readonly (string | Tree)[];
}

export const statement = (...parts: (string | Tree)[]): Tree => ({ kind: 'statement', parts });
export const expression = (...parts: (string | Tree)[]): Tree => ({ kind: 'expression', parts });
export const sequence = (parts: (string | Tree)[]): Tree => ({ kind: 'other', parts });

/** The text of a tree. */
export function textOf(tree: Tree): string {
  let text = '';
  for (const part of tree.parts) text += typeof part === 'string' ? part : textOf(part);
  return text;
}

const simple = ['1', '"a"', 'nil', '.str', '(list 1)', '(dict)'].map((text) => expression(text));

/** Every tree that is this one with one piece smaller: a statement left out, a piece replaced by what it holds or by something simple. */
export function* smaller(tree: Tree): Generator<Tree> {
  yield* withoutRuns(tree);
  for (const [index, part] of tree.parts.entries()) {
    if (typeof part === 'string') continue;
    const replaced = (by: Tree): Tree => ({ ...tree, parts: tree.parts.with(index, by) });
    if (part.kind === 'statement') yield replaced(sequence([]));
    for (const inner of descendants(part)) if (inner.kind === part.kind) yield replaced(inner);
    if (part.kind === 'expression') {
      const length = textOf(part).length;
      for (const leaf of simple) if (textOf(leaf).length < length) yield replaced(leaf);
    }
    for (const inner of smaller(part)) yield replaced(inner);
  }
}

/** Whole runs of parts left out, long ones first. */
function* withoutRuns(tree: Tree): Generator<Tree> {
  const { parts } = tree;
  if (!parts.every((part) => typeof part !== 'string' && part.kind === 'statement')) return;
  for (let run = Math.floor(parts.length / 2); run > 1; run = Math.floor(run / 2)) {
    for (let at = 0; at < parts.length; at += run) yield { ...tree, parts: parts.toSpliced(at, run) };
  }
}

function* descendants(tree: Tree): Generator<Tree> {
  for (const part of tree.parts) {
    if (typeof part === 'string') continue;
    yield part;
    yield* descendants(part);
  }
}

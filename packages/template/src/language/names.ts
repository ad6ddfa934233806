import { toText } from '../go/utf8.ts';
import type { List, Operand, Pipe } from './node.ts';

/** Names that a template reads of its data; undefined when it takes the data as a whole and may read all of it. */
export type Reads = ReadonlySet<string> | undefined;

type Definitions = ReadonlyMap<string, List>;

/** The names of all functions that templates call, reached or not. */
export function functionsIn(definitions: Definitions): ReadonlySet<string> {
  return new Set(
    operandsIn(definitions)
      .filter((operand) => operand.kind === 'identifier')
      .map(({ name }) => name),
  );
}

/**
 * The top-level names that templates read: the first name of each `.a.b` and `$.a.b`. Too many rather than too few: where dot has
 * another meaning (inside range and with) the names count all the same, and a bare dot counts as everything.
 */
export function readsIn(definitions: Definitions): Reads {
  const names = new Set<string>();
  for (const operand of operandsIn(definitions)) {
    if (operand.kind === 'field') names.add(toText(operand.names[0] ?? ''));
    else if (operand.kind === 'dot') return undefined;
    else if (operand.kind === 'variable' && operand.name === '$') {
      const [first] = operand.fields;
      if (first === undefined) return undefined;
      names.add(toText(first));
    }
  }
  return names;
}

function* operandsIn(definitions: Definitions): Generator<Operand, void, undefined> {
  for (const list of definitions.values()) yield* inList(list);
}

function* inList(list: List | undefined): Generator<Operand, void, undefined> {
  for (const statement of list?.statements ?? []) {
    if ('pipe' in statement) yield* inPipe(statement.pipe);
    if (!('body' in statement)) continue;
    yield* inList(statement.body);
    yield* inList(statement.otherwise);
  }
}

function* inPipe(pipe: Pipe | undefined): Generator<Operand, void, undefined> {
  for (const command of pipe?.commands ?? []) for (const operand of command.operands) yield* inOperand(operand);
}

function* inOperand(operand: Operand): Generator<Operand, void, undefined> {
  yield operand;
  if (operand.kind === 'pipe') yield* inPipe(operand);
  else if (operand.kind === 'chain') yield* inOperand(operand.of);
}

import type { List, Operand, Pipe, Statement } from './node.ts';

/** The names of all functions that templates call, reached or not. */
export function functionsIn(definitions: ReadonlyMap<string, List>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const list of definitions.values()) inList(list, names);
  return names;
}

function inList(list: List | undefined, names: Set<string>): void {
  for (const statement of list?.statements ?? []) inStatement(statement, names);
}

function inStatement(statement: Statement, names: Set<string>): void {
  if ('pipe' in statement) inPipe(statement.pipe, names);
  if (!('body' in statement)) return;
  inList(statement.body, names);
  inList(statement.otherwise, names);
}

function inPipe(pipe: Pipe | undefined, names: Set<string>): void {
  for (const command of pipe?.commands ?? []) for (const operand of command.operands) inOperand(operand, names);
}

function inOperand(operand: Operand, names: Set<string>): void {
  if (operand.kind === 'identifier') names.add(operand.name);
  else if (operand.kind === 'pipe') inPipe(operand, names);
  else if (operand.kind === 'chain') inOperand(operand.of, names);
}

import type { FunctionSet, Question } from '../question.ts';
import { data, utf8 } from '../cases/case.ts';
import { argument, pipeline } from './expression.ts';
import type { Scope } from './expression.ts';
import type { Type } from './functions.ts';
import { leafAway, leaves, prose } from './leaves.ts';
import type { Random } from './random.ts';
import { expression, sequence, statement } from './tree.ts';
import type { Tree } from './tree.ts';
import { text } from './words.ts';

const shown: readonly Type[] = [
  'string',
  'string',
  'string',
  'int',
  'int64',
  'float',
  'bool',
  'list',
  'strings',
  'dict',
  'texts',
  'any',
  'any',
  'time',
];

/** A template with its data and options. */
export interface Draft {
  readonly tree: Tree;
  readonly question: Omit<Question, 'template'>;
}

/** A template made by chance. */
export function draft(random: Random): Draft {
  const set: FunctionSet = random.pick(['sealed-secrets', 'external-secrets']);
  const missingKey = random.pick(['default', 'default', 'zero', 'error'] as const);
  const room: Room = { random, delimiters: random.chance(0.03) ? ['[[', ']]'] : ['{{', '}}'], definitions: [], names: { next: 0 } };
  const scope: Scope = { set, variables: [], depth: random.below(4) + 1, atRoot: true };
  const body = random.chance(0.35) ? single(room, scope) : block(room, scope, 1 + random.below(5), 3);
  const definitions = room.definitions.map(({ name, tree }) =>
    statement(action(room, `define "${name}"`), tree, action(room, 'end')),
  );
  const tree = sequence(random.chance(0.5) ? [...definitions, body] : [body, ...definitions]);
  return {
    tree,
    question: {
      set,
      data: random.chance(0.4) ? dataOf(random) : data,
      missingKey,
      ...(room.delimiters[0] === '[[' && { delimiters: room.delimiters }),
    },
  };
}

/** Other data under the same names. */
function dataOf(random: Random): Readonly<Record<string, string>> {
  return {
    ...data,
    str: utf8(text(random)),
    uni: utf8(text(random)),
    csv: utf8(`${text(random)},${text(random)}`),
    html: utf8(text(random)),
  };
}

/** One result with its type: an error hides nothing behind it. */
function single(room: Room, scope: Scope): Tree {
  const flat = { ...scope, depth: Math.min(scope.depth, 2) };
  const made = statement(action(room, '$r := ', pipeline(room.random, room.random.pick(shown), flat)));
  return sequence([made, statement(action(room, 'printf "%T" $r')), statement(action(room, '$r'))]);
}

interface Room {
  readonly random: Random;
  readonly delimiters: readonly [string, string];
  readonly definitions: { readonly name: string; readonly tree: Tree }[];
  readonly names: { next: number };
}

/** One action: its delimiters, sometimes with trim markers. */
function action({ random, delimiters: [left, right] }: Room, ...parts: (string | Tree)[]): Tree {
  const open = random.chance(0.15) ? `${left}- ` : left + random.pick([' ', ' ', '', '\n']);
  const close = random.chance(0.15) ? ` -${right}` : random.pick([' ', ' ', '', '\n\t']) + right;
  return sequence([open, ...parts, close]);
}

function block(room: Room, scope: Scope, statements: number, depth: number): Tree {
  // Variables declared in a block end with it.
  const inner: Scope = { ...scope, variables: [...scope.variables] };
  return sequence(Array.from({ length: statements }, () => [statement(room.random.pick(prose)), one(room, inner, depth)]).flat());
}

function one(room: Room, scope: Scope, depth: number): Tree {
  const { random } = room;
  const kinds = depth > 0 ? everyKind : flatKinds;
  return kinds[random.pick(Object.keys(kinds))]?.(room, scope, depth) ?? statement();
}

type Maker = (room: Room, scope: Scope, depth: number) => Tree;

const show: Maker = (room, scope) => statement(action(room, pipeline(room.random, room.random.pick(shown), scope)));

/** What shows the type too. */
const showType: Maker = (room, scope) =>
  statement(
    action(
      room,
      'printf "%T|%v" ',
      argument(room.random, 'any', scope),
      ' ',
      argument(room.random, room.random.pick(shown), scope),
    ),
  );

const declare: Maker = (room, scope) => {
  const type = room.random.pick(shown);
  const name = `$${room.random.pick(['x', 'y', 'z', 'v1', 'é'])}`;
  const made = statement(action(room, `${name} := `, pipeline(room.random, type, scope)));
  know(scope, name, type);
  return made;
};

/** A variable is in scope, instead of another with its name. */
function know({ variables }: Scope, name: string, type: Type): void {
  const hidden = variables.findIndex((variable) => variable.name === name);
  if (hidden >= 0) variables.splice(hidden, 1);
  variables.push({ name, type });
}

const assign: Maker = (room, scope, depth) => {
  const known = scope.variables.at(-1);
  if (!known) return show(room, scope, depth);
  return statement(action(room, `${known.name} = `, pipeline(room.random, known.type, scope)));
};

const comment: Maker = ({ random, delimiters: [left, right] }) =>
  statement(random.pick([left, `${left}- `]), '/*', random.pick(['', ' c ', '\n', '"']), '*/', random.pick([right, ` -${right}`]));

const field: Maker = (room, scope) => {
  const from = room.random.pick(['.str', '$.num', '.missing', '$']);
  const chained = ['.a', '.a.b', '.b.d', '.name', '._0', '.Year'];
  return statement(
    room.random.chance(0.5)
      ? action(room, scope.atRoot ? from : leafAway(from))
      : action(room, argument(room.random, 'dict', { ...scope, depth: 0 }), room.random.pick(chained)),
  );
};

const flatKinds: Readonly<Record<string, Maker>> = { show, show2: show, show3: show, showType, declare, assign, comment, field };

const condition: Maker = (room, scope, depth) => {
  const inner = { ...scope, variables: [...scope.variables] };
  const { random } = room;
  const parts = [
    action(room, 'if ', pipeline(random, random.pick(['bool', 'any'] as const), inner)),
    block(room, inner, 1 + random.below(2), depth - 1),
  ];
  if (random.chance(0.3)) parts.push(action(room, 'else if ', pipeline(random, 'bool', inner)), block(room, inner, 1, depth - 1));
  if (random.chance(0.5)) parts.push(action(room, 'else'), block(room, inner, 1, depth - 1));
  return statement(...parts, action(room, 'end'));
};

const loop: Maker = (room, scope, depth) => {
  const { random } = room;
  const inner: Scope = { ...scope, variables: [...scope.variables], atRoot: false };
  const over = random.pick(['elements', 'elements', 'strings', 'dict', 'texts', 'count'] as const);
  const variables = random.pick(['', '', '$i := ', '$i, $e := ', '$k, $v := ']);
  const head = action(room, `range ${variables}`, over === 'count' ? random.pick(leaves.count) : pipeline(random, over, scope));
  for (const name of variables.match(/\$\w/g) ?? []) know(inner, name, 'any');
  const parts: Tree[] = [head, statement(action(room, '.'))];
  if (random.chance(0.15)) {
    parts.push(
      statement(
        action(room, 'if ', pipeline(random, 'bool', inner)),
        action(room, random.pick(['break', 'continue'])),
        action(room, 'end'),
      ),
    );
  }
  parts.push(block(room, inner, 1, depth - 1));
  if (random.chance(0.2)) parts.push(action(room, 'else'), block(room, scope, 1, depth - 1));
  return statement(...parts, action(room, 'end'));
};

const within: Maker = (room, scope, depth) => {
  const { random } = room;
  const inner: Scope = { ...scope, atRoot: false };
  const parts = [
    action(room, 'with ', random.chance(0.2) ? '$w := ' : '', pipeline(random, 'any', scope)),
    statement(action(room, '.')),
    block(room, inner, 1, depth - 1),
  ];
  if (random.chance(0.2)) parts.push(action(room, 'else with ', pipeline(random, 'any', scope)), statement(action(room, '.')));
  if (random.chance(0.3)) parts.push(action(room, 'else'), block(room, scope, 1, depth - 1));
  return statement(...parts, action(room, 'end'));
};

/** A definition and its call. Most get the data, so that fields are found in them too. */
const definition: Maker = (room, scope, depth) => {
  const { random } = room;
  const name = `t${room.names.next++}`;
  const tree = sequence([statement(action(room, 'len .')), block(room, { ...scope, variables: [], atRoot: true }, 1, depth - 1)]);
  const given = random.chance(0.9) ? expression('$') : pipeline(random, 'any', scope);
  if (random.chance(0.3)) return statement(action(room, `block "${name}" `, given), tree, action(room, 'end'));
  room.definitions.push({ name, tree });
  return statement(action(room, `template "${name}" `, given));
};

const everyKind: Readonly<Record<string, Maker>> = { ...flatKinds, show4: show, condition, loop, within, definition };

import * as fc from 'fast-check';

/** An item of the SealedSecret of a generated stream. Offsets are of the stream. */
export interface GeneratedItem {
  readonly key: string;
  readonly value: string | null;
  /** The value with its quotes or its `|`, without anchor and tag. */
  readonly valueAt: readonly [start: number, end: number];
  /** The entry with its line or lines, or in flow style with the blanks and comma beside it. */
  readonly entryAt: readonly [start: number, end: number];
}

/** A stream of YAML documents as people write them, with one SealedSecret `db` of namespace `web` among them. */
export interface GeneratedStream {
  readonly text: string;
  /** 1-based, among the documents that are not empty. */
  readonly document: number;
  /** Where the SealedSecret stands in its document: nothing, or `['items', 1]`. */
  readonly object: readonly (string | number)[];
  readonly items: readonly GeneratedItem[];
  /** Where entries of `spec.encryptedData` may be put: its offsets in the stream, its anchor included. */
  readonly dataAt: readonly [start: number, end: number];
}

interface ItemPlan {
  readonly key: string;
  readonly keyStyle: 'plain' | 'single' | 'double' | 'explicit' | 'spaced';
  readonly value: string;
  readonly style: 'plain' | 'single' | 'double' | 'folded double' | 'next line' | '|' | '|-' | '>-' | 'null' | 'alias';
  readonly mark: '' | '!!str ' | '&a ' | '!!str &a ';
  readonly comment: string;
  readonly above: string;
}

const base64: fc.Arbitrary<string> = fc.base64String({ minLength: 4, maxLength: 60 }).map((text) => `Ag${text}`);
const comment: fc.Arbitrary<string> = fc.constantFrom('', '', ' # note', '\t# "odd: [{', '   ', ' # a: b');
const above: fc.Arbitrary<string> = fc.constantFrom('', '', '', '\n', '# about it\n', '~# about all\n', '# key: AgOLD\n\n');

const itemPlan: fc.Arbitrary<ItemPlan> = fc.record({
  key: fc.constantFrom('a', 'b.c', 'password', 'url', 'tls.key', 'zz', 'Key_1', 'on', 'db-10', 'db-9', '1'),
  keyStyle: fc.constantFrom('plain', 'plain', 'plain', 'single', 'double', 'explicit', 'spaced'),
  value: base64,
  style: fc.constantFrom(
    'plain',
    'plain',
    'plain',
    'single',
    'double',
    'folded double',
    'next line',
    '|',
    '|-',
    '>-',
    'null',
    'alias',
  ),
  mark: fc.constantFrom('', '', '', '!!str ', '&a ', '!!str &a '),
  comment,
  above,
});

type Plan = typeof plan extends fc.Arbitrary<infer P> ? P : never;

const plan = fc.record({
  eol: fc.constantFrom('\n', '\r\n'),
  bom: fc.boolean(),
  directive: fc.boolean(),
  lastLineEnd: fc.boolean(),
  step: fc.constantFrom(1, 2, 4),
  before: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
  after: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }),
  separator: fc.constantFrom('---', '---  ', '---\t'),
  flow: fc.constantFrom('no', 'no', 'no', 'one line', 'lines'),
  last: fc.boolean(),
  specAnchor: fc.boolean(),
  dataAnchor: fc.constantFrom('', ' &data', ' !!map', ' &data !!map'),
  dataComment: comment,
  quotedKeys: fc.boolean(),
  above,
  items: fc.uniqueArray(itemPlan, { selector: ({ key }) => key, minLength: 1, maxLength: 5 }),
});

const others: readonly string[] = [
  'kind: ConfigMap\nmetadata: {name: c}\ndata:\n  text: |\n    # no comment\n    ---x\n     ---\n',
  '# nothing but a comment\n\n',
  'kind: SealedSecret\nmetadata:\n  name: other\n  namespace: web\nspec:\n  encryptedData:\n    password: "AgAA" # theirs\n',
  '{"kind": "Secret", "metadata": {"name": "x"}}\n',
  '# head\nx: &x [1, 2]\ny: *x   \n',
];

/** How the list around a SealedSecret looks. */
interface ListPlan {
  /** What stands before and after it, indexes of {@link neighbours}. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Blanks before the dashes, and between a dash and its object. */
  readonly indent: number;
  readonly gap: number;
  /** The object begins on the line of its dash. */
  readonly sameLine: boolean;
}

const listPlan: fc.Arbitrary<ListPlan> = fc.record({
  before: fc.array(fc.nat(2), { maxLength: 2 }),
  after: fc.array(fc.nat(2), { maxLength: 2 }),
  indent: fc.constantFrom(0, 2, 4),
  gap: fc.constantFrom(1, 1, 3),
  sameLine: fc.boolean(),
});

/** Items of a list beside the one that is meant. */
const neighbours: readonly string[] = [
  'kind: SealedSecret\nmetadata:\n  name: other\n  namespace: web\nspec:\n  encryptedData:\n    a: AgTHEIRS # theirs\n',
  '{"kind": "ConfigMap", "data": {"items": "x"}}\n',
  '# about it\nkind: ConfigMap\ndata:\n  text: |\n    - no item\n\n    # no comment\n',
];

/** Streams with comments, anchors and aliases, odd quotes, CR LF, byte order marks, several documents, and odd ends. */
export const generatedStream: fc.Arbitrary<GeneratedStream> = plan.map((of) => streamOf(of, undefined));

/** The same, with the SealedSecret among the items of a `List`. */
export const generatedList: fc.Arbitrary<GeneratedStream> = fc.tuple(plan, listPlan).map(([of, list]) => streamOf(of, list));

function streamOf(of: Plan, list: ListPlan | undefined): GeneratedStream {
  const { eol, step } = of;
  let text = of.bom ? '\uFEFF' : '';
  let document = 1;
  const items: GeneratedItem[] = [];
  // What the lines of an item of a list begin with.
  let margin = '';
  const write = (part: string): number => {
    for (const line of part.split(/(?<=\n)/)) {
      if (margin !== '' && /[^\n]/.test(line) && (text === '' || text.endsWith('\n'))) text += margin;
      text += line.replaceAll('\n', eol);
    }
    return text.length;
  };
  const listItem = (sameLine: boolean): void => {
    const { indent, gap } = list ?? { indent: 0, gap: 1 };
    margin = ' '.repeat(indent + 1 + gap);
    text += sameLine ? `${' '.repeat(indent)}-${' '.repeat(gap)}` : `${' '.repeat(indent)}-${eol}`;
  };
  const neighbour = (at: number): void => {
    listItem(at !== 2);
    write(neighbours[at] ?? '');
    margin = '';
  };
  if (of.directive) write('%YAML 1.1\n---\n');
  const other = (at: number): void => {
    write(others[at] ?? '');
  };
  for (const at of of.before) {
    other(at);
    if (at !== 1) document += 1;
    write(`${of.separator}\n`);
  }
  const pad = (depth: number): string => ' '.repeat(step * depth);
  const name = (key: string): string => (of.quotedKeys ? `"${key}"` : key);
  if (list) {
    write(`apiVersion: v1\nkind: List # of things\nmetadata: {}\nitems:\n`);
    for (const at of list.before) neighbour(at);
  }
  write(of.above.replace('~', ''));
  if (list) listItem(list.sameLine);
  write(`apiVersion:   'bitnami.com/v1alpha1'  \n${name('kind')}: SealedSecret # this one\n`);
  write(`metadata: {name: db,\n  "namespace": web}\nx-values:\n- &shared AgSHARED\n- &used "AgUSED"\n- *used\n`);
  write(`spec:${of.specAnchor ? ' &spec' : ''}\n`);
  const template = (): void => {
    write(`${pad(1)}template: # kept\n${pad(2)}type: "Opaque"\n\n${pad(2)}metadata: {labels: {a: 'b'}}\n`);
  };
  if (of.last) template();
  const dataStart = write(`${pad(1)}${name('encryptedData')}:`);
  if (of.flow === 'no')
    block(of.items, write, items, {
      dataAnchor: of.dataAnchor,
      dataComment: of.dataComment,
      pad: pad(2),
      deep: pad(3),
      shallow: pad(1),
    });
  else flow(of.items, write, items, of.dataAnchor, of.flow === 'lines' ? `\n${pad(2)}` : '');
  const dataEnd = text.length;
  if (!of.last) template();
  margin = '';
  for (const at of list?.after ?? []) neighbour(at);
  for (const at of of.after) {
    write(`${of.separator}\n`);
    other(at);
  }
  if (!of.lastLineEnd && !endsInLiteral(of, list)) text = text.slice(0, -eol.length);
  const inside = (at: number): number => Math.min(at, text.length);
  return {
    text,
    document,
    object: list ? ['items', list.before.length] : [],
    items: items.map((item) => ({ ...item, entryAt: [item.entryAt[0], inside(item.entryAt[1])] })),
    dataAt: [dataStart, inside(dataEnd)],
  };
}

/** True when the last line end of the text is part of a value. */
function endsInLiteral(
  of: {
    readonly last: boolean;
    readonly after: readonly unknown[];
    readonly flow: string;
    readonly items: readonly ItemPlan[];
  },
  list: ListPlan | undefined,
): boolean {
  const neighbour = list?.after.at(-1);
  if (neighbour !== undefined && of.after.length === 0) return neighbour === 2;
  const style = of.items.at(-1)?.style;
  return of.last && of.after.length === 0 && of.flow === 'no' && style === '|';
}

type Write = (part: string) => number;

function block(
  plans: readonly ItemPlan[],
  write: Write,
  items: GeneratedItem[],
  look: {
    readonly dataAnchor: string;
    readonly dataComment: string;
    readonly pad: string;
    readonly deep: string;
    readonly shallow: string;
  },
): void {
  write(`${look.dataAnchor}${look.dataComment}\n`);
  for (const plan of plans) {
    write(plan.above.startsWith('~') ? plan.above.replace('~', look.shallow) : plan.above.replaceAll('#', `${look.pad}#`));
    const entry = write('');
    const quoted = {
      plain: JSON.stringify(plan.key),
      single: `'${plan.key}'`,
      double: `"${plan.key}"`,
      explicit: plan.key,
      spaced: plan.key,
    };
    const bare = /^(?:on|1)$/.test(plan.key) ? `'${plan.key}'` : plan.key;
    const key = plan.keyStyle === 'single' || plan.keyStyle === 'double' ? quoted[plan.keyStyle] : bare;
    if (plan.keyStyle === 'explicit') write(`${look.pad}? ${key}\n${look.pad}:`);
    else write(`${look.pad}${key}${plan.keyStyle === 'spaced' ? '  ' : ''}:`);
    const { value, valueAt } = blockValue(plan, write, look.deep);
    items.push({ key: plan.key, value, valueAt, entryAt: [entry, write('')] });
  }
}

function blockValue(plan: ItemPlan, write: Write, deep: string): { value: string | null; valueAt: [number, number] } {
  const { value, style, comment: note } = plan;
  const half = value.length >> 1;
  if (style === 'null') {
    const at = write('');
    write(`${note}\n`);
    return { value: null, valueAt: [at, at] };
  }
  if (style === 'alias') {
    const start = write(' ');
    const end = write('*shared');
    write(`${note}\n`);
    return { value: 'AgSHARED', valueAt: [start, end] };
  }
  const start = write(style === 'next line' ? `\n${deep}` : ` ${plan.mark}`);
  if (style.startsWith('|') || style.startsWith('>')) {
    write(`${style}${note.trim().startsWith('#') ? note : ''}\n${deep}${value.slice(0, half)}\n${deep}${value.slice(half)}\n`);
    const text = `${value.slice(0, half)}${style === '>-' ? ' ' : '\n'}${value.slice(half)}`;
    return { value: style.endsWith('-') ? text : `${text}\n`, valueAt: [start, write('')] };
  }
  const forms = {
    plain: value,
    'next line': value,
    single: `'${value}'`,
    double: `"${value}"`,
    'folded double': `"${value.slice(0, half)}\n${deep}${value.slice(half)}"`,
  };
  const end = write(forms[style as keyof typeof forms]);
  write(`${note}\n`);
  return { value: style === 'folded double' ? `${value.slice(0, half)} ${value.slice(half)}` : value, valueAt: [start, end] };
}

function flow(plans: readonly ItemPlan[], write: Write, items: GeneratedItem[], anchor: string, line: string): void {
  write(`${anchor} {`);
  for (const [at, plan] of plans.entries()) {
    const entry = write('') - (at > 0 ? 2 : 0);
    write(line);
    const key = plan.keyStyle === 'plain' && !/^(?:on|1)$/.test(plan.key) ? plan.key : `"${plan.key}"`;
    const start = write(`${key}: ${plan.style === 'alias' ? '' : plan.mark}`);
    const [form, value] =
      plan.style === 'alias'
        ? ['*shared', 'AgSHARED']
        : plan.style === 'single'
          ? [`'${plan.value}'`, plan.value]
          : [`"${plan.value}"`, plan.value];
    const end = write(form);
    if (plan.style === 'alias') write(' ');
    write(at < plans.length - 1 ? ', ' : '');
    items.push({ key: plan.key, value, valueAt: [start, end], entryAt: [entry, write('')] });
  }
  write(`${line}}\n`);
}

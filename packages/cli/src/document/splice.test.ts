import { describe, expect, test } from 'vitest';
import { sourceOf } from './source.ts';
import { spliceItems, spliceMaps, spliceSource } from './splice.ts';
import type { MapChange } from './splice.ts';
import { splitStream } from './split.ts';

type Items = Readonly<Record<string, string | undefined>>;

/** The stream with items of its n-th document changed. */
function splice(text: string, items: Items, document = 0): string {
  const source = sourceOf('f.yaml', new TextEncoder().encode(text));
  const piece = splitStream(source.text).filter(({ kind }) => kind === 'yaml' || kind === 'json')[document];
  if (!piece) throw new Error('no such document');
  return spliceSource(source, new Map([[piece, spliceItems(source, piece, new Map(Object.entries(items)))]]));
}

/** The same for mappings by their path. */
function spliceAt(text: string, changes: Readonly<Record<string, Items>>): string {
  const source = sourceOf('f.yaml', new TextEncoder().encode(text));
  const piece = splitStream(source.text).find(({ kind }) => kind === 'yaml' || kind === 'json');
  if (!piece) throw new Error('no document');
  const list = Object.entries(changes).map(([path, entries]): MapChange => {
    return { path: path.split('.'), entries: new Map(Object.entries(entries)) };
  });
  return spliceSource(source, new Map([[piece, spliceMaps(source, piece, list)]]));
}

function code(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
}

/** `spec.encryptedData` in a document with its surroundings. */
const yaml = (data: string, after = '  template: {}\n'): string => `kind: SealedSecret\nspec:\n  encryptedData:${data}${after}`;

describe('one item of a block mapping', () => {
  test.each<[string, string, Items, string]>([
    ['plain', '\n    a: AgB\n    b: AgC\n', { a: 'NEW' }, '\n    a: NEW\n    b: AgC\n'],
    ['double quotes', '\n    a: "AgB"   # note\n', { a: 'NEW' }, '\n    a: "NEW"   # note\n'],
    ['single quotes', "\n    a: 'AgB'\n", { a: 'NEW' }, "\n    a: 'NEW'\n"],
    ['blanks and tabs around it', '\n    a   : \t AgB  \t\n', { a: 'NEW' }, '\n    a   : \t NEW  \t\n'],
    ['over two lines', '\n    a:\n      AgB\n      AgC\n', { a: 'NEW' }, '\n    a:\n      NEW\n'],
    ['literal', '\n    a: | # c\n      AgB\n      AgC\n\n    b: x\n', { a: 'NEW' }, '\n    a: NEW # c\n\n    b: x\n'],
    ['folded', '\n    a: >-\n      AgB\n      AgC\n    # c\n', { a: 'NEW' }, '\n    a: NEW\n    # c\n'],
    ['kept blank lines', '\n    a: |+\n      AgB\n\n    b: x\n', { a: 'NEW' }, '\n    a: NEW\n    b: x\n'],
    ['no value', '\n    a: # c\n    b:\n', { a: 'NEW', b: 'MORE' }, '\n    a: NEW # c\n    b: MORE\n'],
    ['null', '\n    a: ~\n', { a: 'NEW' }, '\n    a: NEW\n'],
    ['a tag that fits', '\n    a: !!str AgB\n', { a: 'NEW' }, '\n    a: !!str NEW\n'],
    ['a tag that does not', '\n    a: !!binary "QWdC"\n', { a: 'NEW' }, '\n    a: "NEW"\n'],
    ['an anchor nobody uses', '\n    a: &a AgB\n', { a: 'NEW' }, '\n    a: &a NEW\n'],
    ['an explicit key', '\n    ? a\n    : AgB\n', { a: 'NEW' }, '\n    ? a\n    : NEW\n'],
    ['a quoted key', '\n    "a": AgB\n', { a: 'NEW' }, '\n    "a": NEW\n'],
    ['a mapping in its place', '\n    a:\n      x: y # c\n    b: c\n', { a: 'NEW' }, '\n    a: NEW # c\n    b: c\n'],
    ['a list in its place', '\n    a:\n    - x\n    b: c\n', { a: 'NEW' }, '\n    a: NEW\n    b: c\n'],
    ['a number in its place', '\n    a: 123\n', { a: '123' }, '\n    a: "123"\n'],
    ['what it is already', "\n    a: 'AgB'\n    b: >-\n      AgC\n", { a: 'AgB' }, "\n    a: 'AgB'\n    b: >-\n      AgC\n"],
  ])('replaced: %s', (_name, before, items, after) => {
    expect(splice(yaml(before), items)).toBe(yaml(after));
  });

  test.each<[string, string, Items, string]>([
    ['in order', '\n    a: x\n    # of c\n    c: z\n', { b: 'NEW' }, '\n    a: x\n    b: NEW\n    # of c\n    c: z\n'],
    ['before the first', ' # h\n    # of b\n    b: x\n', { a: 'NEW' }, ' # h\n    a: NEW\n    # of b\n    b: x\n'],
    ['after the last', '\n    a: x # c\n    # end\n', { b: 'NEW' }, '\n    a: x # c\n    b: NEW\n    # end\n'],
    ['without an order', '\n    c: x\n    a: x\n', { b: 'NEW' }, '\n    c: x\n    a: x\n    b: NEW\n'],
    ['in quotes as the others', '\n    "a": "x"\n', { b: 'NEW' }, '\n    "a": "x"\n    "b": "NEW"\n'],
    ['with a name that is none', '\n    a: x\n', { y: 'NEW' }, '\n    a: x\n    "y": NEW\n'],
    ['after a literal', '\n    a: |\n      x\n\n    c: y\n', { b: 'NEW' }, '\n    a: |\n      x\n    b: NEW\n\n    c: y\n'],
    ['after several lines', '\n    a: "x\n      y" # c\n', { b: 'NEW' }, '\n    a: "x\n      y" # c\n    b: "NEW"\n'],
    ['into {}', ' {} # none\n', { a: 'NEW' }, ' # none\n    a: NEW\n'],
    ['into nothing', '\n', { b: 'NEW', a: 'AND' }, '\n    b: NEW\n    a: AND\n'],
    ['into null', ' null\n', { a: 'NEW' }, '\n    a: NEW\n'],
    ['into a tagged {}', ' &x !!map {}\n', { a: 'NEW' }, ' &x !!map\n    a: NEW\n'],
    ['into {} with a comment in it', ' { # c\n    }\n', { a: 'NEW' }, ' { # c\n    a: NEW}\n'],
  ])('added: %s', (_name, before, items, after) => {
    expect(splice(yaml(before), items)).toBe(yaml(after));
  });

  test.each<[string, string, Items, string]>([
    ['the first', '\n    # of a\n    a: x # c\n    b: y\n', { a: undefined }, '\n    # of a\n    b: y\n'],
    ['a literal', '\n    a: |\n      x\n      y\n\n    b: y\n', { a: undefined }, '\n    \n    b: y\n'.replace('    \n', '\n')],
    ['all', ' # h\n    a: x\n    # c\n    b: y\n', { a: undefined, b: undefined }, ' {} # h\n    # c\n'],
    ['what is not there', '\n    a: x\n', { b: undefined }, '\n    a: x\n'],
    ['an explicit one', '\n    ? a\n    : x\n    b: y\n', { a: undefined }, '\n    b: y\n'],
    [
      'and others set and added',
      '\n    a: x\n    b: y\n    c: z\n',
      { b: undefined, c: 'Z', d: 'D' },
      '\n    a: x\n    c: Z\n    d: D\n',
    ],
  ])('removed: %s', (_name, before, items, after) => {
    expect(splice(yaml(before), items)).toBe(yaml(after));
  });

  test('indented by more than two', () => {
    const text = 'spec:\n    template:\n        metadata: {}\n';
    expect(splice(text, { a: 'NEW' })).toBe(text.replace('spec:\n', 'spec:\n    encryptedData:\n        a: NEW\n'));
  });

  test('in a document that is indented itself, with an end mark', () => {
    const text = '  kind: SealedSecret\n  spec:\n    encryptedData:\n      a: x\n...\n';
    expect(splice(text, { b: 'NEW' })).toBe(text.replace('a: x\n', 'a: x\n      b: NEW\n'));
  });
});

describe('line ends and the ends of a text', () => {
  test('CR LF and a byte order mark', () => {
    const text = '\uFEFF---\r\nspec:\r\n  encryptedData:\r\n    a: x\r\n    b: |\r\n      y\r\n';
    expect(splice(text, { a: 'NEW', b: 'TOO', c: 'C' })).toBe(
      '\uFEFF---\r\nspec:\r\n  encryptedData:\r\n    a: NEW\r\n    b: TOO\r\n    c: C\r\n',
    );
    expect(splice(text, { a: undefined })).toBe(text.replace('    a: x\r\n', ''));
  });

  test('no line end at the end stays so', () => {
    const text = 'spec:\n  encryptedData:\n    a: x\n    b: y';
    expect(splice(text, { b: 'NEW' })).toBe('spec:\n  encryptedData:\n    a: x\n    b: NEW');
    expect(splice(text, { c: 'NEW' })).toBe(`${text}\n    c: NEW`);
    expect(splice(text, { b: undefined })).toBe('spec:\n  encryptedData:\n    a: x');
    expect(splice(text, { a: undefined, b: undefined })).toBe('spec:\n  encryptedData: {}');
    expect(splice('spec:\n  encryptedData:', { c: 'NEW' })).toBe('spec:\n  encryptedData:\n    c: NEW');
    expect(splice('spec:\r\n  encryptedData:\r\n    a: |-\r\n      x', { a: 'NEW' })).toBe(
      'spec:\r\n  encryptedData:\r\n    a: NEW',
    );
  });

  test('one document of several', () => {
    const other = '# first\nkind: ConfigMap\ndata:\n  a: "---"\n---   \n';
    const text = `${other}spec:\n  encryptedData:\n    a: x\n---\n# nothing\n---\n${other}`;
    expect(splice(text, { a: 'NEW' }, 1)).toBe(text.replace('a: x', 'a: NEW'));
    expect(splice(text, { b: 'NEW' }, 1)).toBe(text.replace('a: x\n', 'a: x\n    b: NEW\n'));
  });
});

describe('flow style and JSON', () => {
  test.each<[string, string, Items, string]>([
    ['replaced', '{spec: {encryptedData: {a: x, b: "y"}}}', { a: 'AgN', b: 'M' }, '{spec: {encryptedData: {a: AgN, b: "M"}}}'],
    ['added', 'spec: {encryptedData: { a: x }} # c\n', { b: 'AgN' }, 'spec: {encryptedData: { a: x, b: AgN }} # c\n'],
    ['added in order', 'spec: {encryptedData: {b: x,}}', { a: 'AgN', c: 'M' }, 'spec: {encryptedData: {a: AgN, b: x, c: M,}}'],
    ['removed', 'spec: {encryptedData: {a: x, b: y, c: z}}', { b: undefined }, 'spec: {encryptedData: {a: x, c: z}}'],
    ['removed, the last', 'spec: {encryptedData: {a: x, b: y }}', { b: undefined }, 'spec: {encryptedData: {a: x }}'],
    ['removed, all', 'spec: {encryptedData: { a: x, b: y }}', { a: undefined, b: undefined }, 'spec: {encryptedData: {}}'],
    ['made', 'spec: {template: {}}', { a: 'AgN' }, 'spec: {encryptedData: {a: AgN}, template: {}}'],
    ['filled', 'spec: {encryptedData: {}}', { a: 'AgN' }, 'spec: {encryptedData: {a: AgN}}'],
    ['filled, null', 'spec: {encryptedData: }', { a: 'AgN' }, 'spec: {encryptedData: {a: AgN} }'],
    ['filled, all of it', 'spec: {}\n', { a: 'AgN' }, 'spec:\n  encryptedData:\n    a: AgN\n'],
    [
      'lines with comments',
      'spec:\n  encryptedData: {\n    a: x, # of a\n    c: z # of c\n  }\n',
      { b: 'AgN', d: 'M' },
      'spec:\n  encryptedData: {\n    a: x, # of a\n    b: AgN,\n    c: z, # of c\n    d: M\n  }\n',
    ],
    [
      'lines with comments, removed',
      'spec:\n  encryptedData: {\n    a: x, # of a\n    # on c\n    c: z # of c\n  }\n',
      { c: undefined },
      'spec:\n  encryptedData: {\n    a: x # of a\n    # on c\n  }\n',
    ],
    ['dense JSON', '{"spec":{"encryptedData":{"a":"x"}}}', { b: 'AgN' }, '{"spec":{"encryptedData":{"a":"x","b":"AgN"}}}'],
    ['dense JSON, empty', '{"spec":{"encryptedData":{}}}', { b: 'AgN' }, '{"spec":{"encryptedData":{"b":"AgN"}}}'],
  ])('%s', (_name, before, items, after) => {
    expect(splice(before, items)).toBe(after);
  });

  test.each(['  ', '\t', '    '])('JSON indented by %j', (indent) => {
    const of = (items: object): string =>
      JSON.stringify({ kind: 'x', spec: { encryptedData: items, template: {} } }, undefined, indent);
    expect(splice(of({ a: 'x', c: 'z' }), { b: 'AgN' })).toBe(of({ a: 'x', b: 'AgN', c: 'z' }));
    expect(splice(of({ b: 'x' }), { a: 'AgN', c: 'M' })).toBe(of({ a: 'AgN', b: 'x', c: 'M' }));
    expect(splice(of({}), { b: 'AgN' })).toBe(of({ b: 'AgN' }));
    expect(splice(of({ a: 'x', b: 'y' }), { a: undefined })).toBe(of({ b: 'y' }));
    expect(splice(of({ a: 'x', b: 'y' }), { b: undefined })).toBe(of({ a: 'x' }));
    expect(splice(of({ a: 'x' }), { a: undefined })).toBe(of({}));
  });

  test('a stream of JSON documents', () => {
    const one = '{"spec": {"encryptedData": {"a": "x"}}}';
    expect(splice(`${one}\n${one}\n`, { a: 'AgN' }, 1)).toBe(`${one}\n${one.replace('"x"', '"AgN"')}\n`);
  });
});

describe('anchors and aliases', () => {
  test('an alias makes place for a value; where it pointed to stays', () => {
    const text = 'x: &v AgB\nspec:\n  encryptedData:\n    a: *v\n';
    expect(splice(text, { a: 'NEW' })).toBe(text.replace('*v', 'NEW'));
  });

  test('an anchor on the mapping, or on something else inside it, stays', () => {
    const text = 'spec: &s\n  encryptedData: &d # c\n    a: x\n    b: &v y\n  other: *v\n';
    expect(splice(text, { a: 'NEW' })).toBe(text.replace('a: x', 'a: NEW'));
    expect(splice(text, { a: undefined })).toBe(text.replace('    a: x\n', ''));
  });

  test.each<[string, string, Items]>([
    ['a value with an anchor used elsewhere', 'spec:\n  encryptedData:\n    a: &v x\n  other: *v\n', { a: 'NEW' }],
    ['removing it', 'spec:\n  encryptedData:\n    a: &v x\n    b: *v\n', { a: undefined }],
    ['a key with an anchor used elsewhere', 'spec:\n  encryptedData:\n    &k a: x\n  other: *k\n', { a: undefined }],
    ['a shared mapping', 'spec:\n  encryptedData: &d\n    a: x\n  other: *d\n', { b: 'NEW' }],
    ['a mapping that is an alias', 'other: &d {a: x}\nspec:\n  encryptedData: *d\n', { a: 'NEW' }],
    ['a shared spec', 'spec: &s\n  encryptedData:\n    a: x\nother: *s\n', { a: 'NEW' }],
    ['a spec that is an alias', 'other: &s\n  encryptedData: {a: x}\nspec: *s\n', { a: 'NEW' }],
    ['a spec that is merged elsewhere', 'spec: &s\n  encryptedData: {a: x}\nother:\n  <<: *s\n', { a: 'NEW' }],
  ])('refused: %s', (_name, text, items) => {
    expect(code(() => splice(text, items))).toBe('SIGNET_CLI_SPLICE_SHARED');
  });

  test('a merge: what it brings in can be overridden, and cannot be removed', () => {
    const text = 'x: &x {a: x, b: y}\nspec:\n  encryptedData:\n    <<: *x\n    c: z\n';
    expect(splice(text, { a: 'NEW' })).toBe(`${text}    a: NEW\n`);
    expect(splice(text, { c: 'NEW' })).toBe(text.replace('c: z', 'c: NEW'));
    expect(code(() => splice(text, { a: undefined }))).toBe('SIGNET_CLI_SPLICE_FORM');
  });

  test('a merge after the key has the last word: refused', () => {
    const text = 'x: &x {a: x}\nspec:\n  encryptedData:\n    a: y\n    <<: *x\n';
    expect(code(() => splice(text, { a: 'NEW' }))).toBe('SIGNET_CLI_SPLICE_FORM');
  });

  test('a merge that brings in the whole of it: refused', () => {
    const text = 'x: &x\n  encryptedData: {a: x}\nspec:\n  <<: *x\n  type: y\n';
    expect(code(() => splice(text, { b: 'NEW' }))).toBe('SIGNET_CLI_SPLICE_FORM');
  });
});

describe('what cannot be', () => {
  test.each<[string, string]>([
    ['blank lines', 'spec:\n  encryptedData:\n    a: |+\n      x\n    b: y\n\n    c: z\n'],
    ['a comment', 'spec:\n  encryptedData:\n    a: |\n      x\n    b: y\n      # on c\n    c: z\n'],
  ])('a removal that would make %s part of the value before', (_name, text) => {
    expect(code(() => splice(text, { b: undefined }))).toBe('SIGNET_CLI_SPLICE_FORM');
  });

  test.each<[string, string]>([
    ['a list', 'spec:\n  encryptedData:\n  - a\n'],
    ['a text', 'spec:\n  encryptedData: a\n'],
  ])('%s where the items belong', (_name, text) => {
    expect(code(() => splice(text, { a: 'NEW' }))).toBe('SIGNET_CLI_FIELD_TYPE');
  });

  test('a document that cannot be read', () => {
    expect(code(() => splice('spec:\n  encryptedData: {a: x\n', { a: 'NEW' }))).toBe('SIGNET_CLI_YAML_SYNTAX');
    expect(code(() => splice('spec:\n  encryptedData:\n    a: x\n    a: y\n', { a: 'NEW' }))).toBe('SIGNET_CLI_YAML_DUPLICATE_KEY');
  });
});

describe('other mappings', () => {
  test('labels and annotations of a template, with odd texts', () => {
    const text = 'spec:\n  encryptedData:\n    a: x\n  template:\n    metadata:\n      labels: {old: "1"}\n      name: n\n';
    const changes = {
      'spec.encryptedData': { b: 'NEW' },
      'spec.template.metadata.labels': { on: 'yes' },
      'spec.template.metadata.annotations': { 'x/note': 'a: b # c\nd', y: '"' },
    };
    expect(spliceAt(text, changes)).toBe(
      'spec:\n  encryptedData:\n    a: x\n    b: NEW\n  template:\n    metadata:\n      annotations:\n        x/note: "a: b # c\\nd"\n' +
        '        "y": \'"\'\n      labels: {old: "1", "on": "yes"}\n      name: n\n',
    );
  });

  test('a template that is not there', () => {
    expect(spliceAt('spec:\n  encryptedData: {}\n', { 'spec.template.metadata.labels': { a: 'b' } })).toBe(
      'spec:\n  encryptedData: {}\n  template:\n    metadata:\n      labels:\n        a: b\n',
    );
  });
});

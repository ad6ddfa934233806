import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { runSignet } from './testing/run-signet.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-render-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const render = (args: readonly string[], stdin?: string | Uint8Array) => runSignet(['template', 'render', ...args], stdin);

const sealed = (template: string, encryptedData = '{user: AgA, password: AgB}'): string =>
  `apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: db, namespace: web}
spec:
  encryptedData: ${encryptedData}
  template:
    type: Opaque
    metadata: {labels: {app: db}}
    data:
${template.replaceAll(/^/gm, '      ')}
`;

const external = (template: string, rest = ''): string =>
  `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db, namespace: web}
spec:
  data: [{secretKey: user, remoteRef: {key: x}}]
${rest}  target:
    template:
${template.replaceAll(/^/gm, '      ')}
`;

describe('a SealedSecret', () => {
  test('becomes its Secret: what is sealed, what is rendered, and the metadata of its template', async () => {
    const ran = await render(
      ['-', '--set', 'user=ann', '--set', 'password=a=b'],
      sealed('url: pg://{{ .user }}:{{ .password }}@{{ .host }}\nhost: db'),
    );
    expect(ran).toMatchObject({ code: 0, said: '' });
    expect(ran.out).toBe(`apiVersion: v1
kind: Secret
metadata:
  labels:
    app: db
  name: db
  namespace: web
stringData:
  host: db
  password: a=b
  url: pg://ann:a=b@db
  user: ann
type: Opaque
`);
  });

  test('bytes that are not text are shown as base64 under data', async () => {
    const values = file('bytes.yaml', 'user: {base64: /wA=}\npassword: x\n');
    const { out } = await render(['-', '--values', values], sealed('copy: "{{ .user }}"'));
    expect(out).toContain('data:\n  copy: /wA=\n  user: /wA=\n');
    expect(out).toContain('stringData:\n  password: x\n');
  });

  test('as JSON; several objects one after the other; other documents are counted', async () => {
    const two = `${sealed('a: x', '{}')}---\nkind: Namespace\napiVersion: v1\nmetadata: {name: web}\n---\n${sealed('b: z', '{}')}`;
    const { out, said } = await render(['-o', 'json'], two);
    const objects = out
      .replaceAll('}\n{', '}\n\n{')
      .split('\n\n')
      .map((text) => JSON.parse(text) as { stringData: object });
    expect(objects.map(({ stringData }) => stringData)).toEqual([{ a: 'x' }, { b: 'z' }]);
    expect(said).toBe('note: 1 other document holds no template\n');
  });

  test('a key that no Secret can have is refused', async () => {
    expect((await render([], sealed('a/b: x', '{}'))).said).toContain('error: "a/b" cannot be a key of a Secret');
  });

  test('items of a List count', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${sealed('a: x', '{}').trimEnd().replaceAll('\n', '\n  ')}\n`;
    expect((await render([], list)).out).toContain('a: x');
  });

  test('every missing sample value is named, and nothing is printed', async () => {
    const ran = await render([file('db.yaml', sealed('a: x'))]);
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.said).toContain('error: no sample value for "user", "password"');
    expect(ran.said).toContain('db.yaml:1 (document 1, SealedSecret "db")');
    expect((await render(['--allow-missing'], sealed('a: "{{ .user }}"'))).out).toContain('a: <user>');
  });

  test('remarks: a name that nothing provides, a template that loses, time and chance, a value that nobody asked for', async () => {
    const { said } = await render(
      ['--allow-missing', '--set', 'usr=x'],
      sealed('a: "{{ .usr }}"\nuser: "{{ 1 }}"\nsalt: "{{ randAlphaNum 4 }}{{ now }}"'),
    );
    expect(said.split('\n')).toEqual([
      'note: SealedSecret "db": a reads "usr", which is neither sealed nor a template: it prints <no value>',
      'note: SealedSecret "db": user is sealed too: the sealed value wins, and the template is not rendered',
      expect.stringMatching(
        /^note: SealedSecret "db": salt differs at each rendering \(now, randAlphaNum\): the controller renders it once and keeps it/,
      ),
      'note: the sample value "usr" is not used',
      '',
    ]);
  });
});

describe('an error stands where the template stands', () => {
  const rows: [string, string, string][] = [
    ['a literal block: the failing line', 'cfg: |\n  one\n  {{ nope }}', '12'],
    ['with leading blank lines', 'cfg: |\n\n\n  {{ nope }}', '13'],
    ['a folded block: where it begins', 'cfg: >-\n  one\n  {{ nope }}', '10'],
    ['quotes: where they begin', 'cfg: "one\n\n  {{ nope }}"', '10'],
    ['plain', 'cfg: a {{ nope }}', '10'],
  ];
  test.each(rows)('%s', async (_name, template, line) => {
    const { code, said } = await render([file('db.yaml', sealed(template, '{}'))]);
    expect(code).toBe(1);
    expect(said).toMatch(new RegExp(`db\\.yaml:${line}:spec\\.template\\.data\\.cfg \\(document 1, SealedSecret "db"\\)`));
    expect(said).toContain('function "nope" not defined');
  });

  test('wherever it is in a literal block, however that is indented', async () => {
    const line = fc.constantFrom('', 'text', '  indented {{ 1 }}', '# no comment', '{{/* a\n   comment */}}');
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.array(line),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        async (before, after, indent, crlf) => {
          const lines = ['begin', ...before, '{{ nope }}', ...after].join('\n').split('\n');
          const block = lines.map((one) => ' '.repeat(indent) + one).join('\n');
          const manifest = sealed(`cfg: |\n${block}`, '{}');
          const at = manifest.split('\n').findIndex((one) => one.includes('nope')) + 1;
          const { said } = await render(['-'], crlf ? manifest.replaceAll('\n', '\r\n') : manifest);
          expect(said).toContain(`<stdin>:${at}:spec.template.data.cfg`);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('all that fail are told, also of other objects', async () => {
    const { said, out } = await render(
      ['--allow-missing'],
      `${sealed('a: "{{"\nb: "{{ fail .user }}"\nc: fine')}---\n${external('data: {d: "{{ .gone }}"}')}`,
    );
    expect(said.match(/^error: /gm)).toHaveLength(3);
    expect(said).toContain('3 problems; nothing was written');
    expect(said).toContain('<stdin>:21:spec.target.template.data.d (document 2, ExternalSecret "db")');
    expect(out).toBe('');
  });

  test('of a bare template: its own line', async () => {
    const { said } = await render([file('app.conf', 'one\n{{ nope }}\n')]);
    expect(said).toMatch(/^error: template: app\.conf:2: function "nope" not defined/);
    expect(said).toMatch(/ at {2}\S+app\.conf:2\n/);
  });

  test('a field that is no text is refused as the API server does', async () => {
    const { said, code } = await render(['--allow-missing'], sealed('port: 5432'));
    expect(code).toBe(1);
    expect(said).toContain('spec.template.data.port must be text, not a number');
    const unnamed = sealed('a: x', '{}').replace('name: db', 'name: 5');
    expect((await render([], unnamed)).said).toContain('metadata.name must be text, not a number');
  });
});

describe('an ExternalSecret', () => {
  test('templateFrom, then data, which wins; labels and annotations; YAML 1.1 that changes a value is remarked', async () => {
    const { out, said } = await render(
      ['--set', 'user=ann'],
      external(`type: Opaque
metadata: {labels: {who: "{{ .user }}"}}
data: {a: "{{ .user | upper }}"}
templateFrom:
- literal: "a: lost\\nflag: yes\\n"
- target: annotations
  literal: "note: {{ .user }}"`),
    );
    expect(out).toBe(`apiVersion: v1
kind: Secret
metadata:
  annotations:
    note: ann
  labels:
    who: ann
  name: db
  namespace: web
stringData:
  a: ANN
  flag: "true"
type: Opaque
`);
    expect(said).toMatch(
      /^note: ExternalSecret "db": template templateFrom\[0\]\.literal: YAML read the value of "flag" without quotes as bool/,
    );
  });

  test.each([
    ['without a template all that is fetched is there', 'metadata: {}', ['user: ann']],
    ['a template of data replaces it', 'data: {a: b}', ['a: b']],
    ['unless it is merged', 'data: {a: b}\nmergePolicy: Merge', ['a: b', 'user: ann']],
  ])('%s', async (_name, template, lines) => {
    const { out } = await render(['--set', 'user=ann'], external(template));
    expect(out.slice(out.indexOf('stringData:\n')).trim().split('\n  ').slice(1)).toEqual(lines);
  });

  test('a key that spec.data does not fetch is missing, even when there is a sample; with dataFrom it may come', async () => {
    const template = 'data: {a: "{{ .extra }}"}';
    const args = ['--set', 'user=ann', '--set', 'extra=e'];
    expect((await render(args, external(template))).said).toContain('map has no entry for key "extra"');
    expect((await render(args, external(template, '  dataFrom: [{extract: {key: k}}]\n'))).out).toContain('a: e');
    expect((await render(['--allow-missing'], external(template, '  dataFrom: [{extract: {key: k}}]\n'))).out).toContain(
      'a: <extra>',
    );
  });

  test('templateFrom takes a ConfigMap or a Secret of the input, and says when it is not there', async () => {
    const from = external(
      'templateFrom: [{configMap: {name: tpl, items: [{key: t, templateAs: KeysAndValues}]}}, {secret: {name: tpl, items: [{key: s}]}}]',
    );
    const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: tpl}\ndata: {t: "x: {{ .user }}"}\n';
    const secret = `apiVersion: v1\nkind: Secret\nmetadata: {name: tpl}\ndata: {s: ${Buffer.from('<{{ .user }}>').toString('base64')}}\n`;
    const { out } = await render(['--set', 'user=ann'], `${from}---\n${configMap}---\n${secret}`);
    expect(out).toContain('stringData:\n  s: <ann>\n  x: ann\n');
    expect((await render(['--set', 'user=ann'], `${from}---\n${secret}`)).said).toContain(
      'the template is in ConfigMap "tpl", which is not in the input',
    );
    const other = configMap.replace('{t:', '{u:');
    expect((await render(['--set', 'user=ann'], `${from}---\n${other}---\n${secret}`)).said).toContain(
      'ConfigMap "tpl" has no key "t"',
    );
  });

  test('what external-secrets refuses is refused: another engine, a target that a Secret does not have', async () => {
    const engine = await render(['--set', 'user=a'], external('engineVersion: v1\ndata: {a: b}'));
    expect(engine.said).toMatch(/SIGNET_CLI_TEMPLATE_ENGINE\n {2}at {2}<stdin>:8:spec\.target\.template\.engineVersion/);
    const target = await render(['--set', 'user=a'], external('templateFrom: [{target: Spec, literal: "a: b"}]'));
    expect(target.said).toContain('SIGNET_CLI_TEMPLATE_TARGET');
  });

  test('functions of time and chance are anew at each refresh; delimiters can be others; another kind can be the target', async () => {
    const manifest = external('data: {a: "[[ uuidv4 | len ]]"}').replace(
      '  target:\n',
      '  target:\n    manifest: {apiVersion: v1, kind: ConfigMap}\n',
    );
    const { out, said } = await render(['--set', 'user=ann', '--delimiters', '[[ ]]'], manifest);
    expect(out).toContain('kind: ConfigMap');
    expect(out).toContain('data:\n  a: "36"\n');
    expect(said).toContain('external-secrets renders it anew at each refresh');
  });
});

describe('a bare template', () => {
  test('prints its bytes and nothing else', async () => {
    const bytes = Buffer.from('\xff{{ .a }}\x00', 'latin1');
    const from = file('value', Buffer.from([0xfe]));
    const { bytes: out, said } = await render(['--functions', 'sealed-secrets', '--from-file', `a=${from}`, '-'], 'x{{ .a }}\n');
    expect([...out]).toEqual([0x78, 0xfe, 0x0a]);
    expect(said).toBe('');
    expect(bytes).toHaveLength(10);
  });

  test.each([
    [[], '<no value>'],
    [['--missing-key', 'zero'], ''],
    [['--functions', 'external-secrets', '--missing-key', 'default'], '<no value>'],
    [['--allow-missing'], '<a>'],
    [['--set', 'a=1', '--set', 'a=2'], '2'],
  ])('%j: a missing key renders %j', async (args, output) => {
    expect((await render([...args, file('t.tmpl', '{{ .a }}')])).out).toBe(output);
  });

  test('with the functions of external-secrets a missing key is an error', async () => {
    expect((await render(['--functions', 'external-secrets', file('t.tmpl', '{{ .a }}')])).said).toContain(
      'map has no entry for key "a"',
    );
  });

  test('time and chance repeat themselves when they are told to', async () => {
    const template = file('time.tmpl', '{{ now | date "2006-01-02" }} {{ randAlphaNum 12 }}');
    const args = [template, '--now', '2001-02-03T04:05:06Z', '--seed', '7'];
    const [one, same, other] = [await render(args), await render(args), await render([template, '--seed', '8'])];
    expect(one.out).toMatch(/^2001-02-03 [A-Za-z0-9]{12}$/);
    expect(same.out).toBe(one.out);
    expect(other.out).toMatch(/^2026-01-31 /);
    expect(other.out.slice(11)).not.toBe(one.out.slice(11));
    expect(one.said).toContain('time.tmpl: differs at each rendering (date, now, randAlphaNum)');
  });

  test('several are printed in order, into a file whole or not at all', async () => {
    const target = file('out', 'old');
    expect((await render([file('a.tmpl', 'a'), file('b.tmpl', '{{'), '-w', target])).code).toBe(1);
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect((await render([file('a.tmpl', 'a'), file('b.tmpl', 'b'), '-w', target])).code).toBe(0);
    expect(readFileSync(target, 'utf8')).toBe('ab');
  });
});

describe('sample values', () => {
  test('later files win, then --from-file, then --set', async () => {
    const one = file('one.yaml', 'a: 1a\nb: 1b\nc: 1c\n'.replaceAll(/: (\w+)/g, ': "$1"'));
    const two = file('two.json', '{"b": "2b", "c": {"file": "c.txt"}}');
    file('c.txt', 'beside the file that names it');
    const template = file('abc.tmpl', '{{ .a }} {{ .b }} {{ .c }}');
    expect((await render([template, '--values', one, '--values', two])).out).toBe('1a 2b beside the file that names it');
    const from = file('from', 'f');
    const args = [template, '--set', 'a=s', '--from-file', `a=${from}`, '--from-file', `b=${from}`, '--values', one];
    expect((await render(args)).out).toBe('s f 1c');
  });

  test.each([
    ['a: 5432\n', 'the sample value of "a" is a number, not text'],
    ['a: {base64: "*"}\n', 'the sample value of "a" is not base64'],
    ['a: {hex: "00"}\n', 'the sample value of "a" has the form {hex: ...}'],
    ['- a\n', 'the sample values must be a mapping, not a list'],
    ['a: {file: gone}\n', 'cannot be read: no such file or directory'],
  ])('%j: %s', async (text, problem) => {
    const { code, said } = await render([file('t.tmpl', 'x'), '--values', file('values.yaml', text)]);
    expect(code).toBe(1);
    expect(said).toContain(problem);
  });
});

describe('a command line that means nothing', () => {
  const template = file('t.tmpl', 'x');
  test.each([
    [[template, '--set', 'a'], '--set takes KEY=VALUE'],
    [[template, '--now', 'today'], '--now takes a time like'],
    [[template, '--delimiters', '{{'], '--delimiters takes two'],
    [[template, '-o', 'json'], '--output is for manifests'],
    [[template, '-'], 'manifests and bare templates cannot be rendered in one run'],
    [['--missing-key', 'zero'], '--missing-key is for bare templates'],
    [['--functions', 'helm'], 'Allowed choices are sealed-secrets, external-secrets'],
  ])('%j', async (args, problem) => {
    const ran = await render(args, sealed('a: x', '{}'));
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.said).toContain(problem);
  });

  test('manifests without a template', async () => {
    const { code, said } = await render([file('ns.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n')]);
    expect(code).toBe(1);
    expect(said).toContain('SIGNET_CLI_TEMPLATE_NO_TEMPLATE');
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runSignet } from './testing/run-signet.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-template-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let folders = 0;

/** A folder of its own with these files. */
function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = join(folder, String((folders += 1)));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

const run = (args: readonly string[], stdin?: string) => runSignet(['template', 'test', ...args], stdin);

/** Runs one test, written as flow YAML. */
const one = (fields: string): ReturnType<typeof run> => run(['-'], `tests:\n- {${fields}}\n`);

const manifest = `apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: db, namespace: web}
spec:
  encryptedData: {user: AgA}
  template:
    metadata: {labels: {app: db}}
    data:
      url: pg://{{ .user }}@db
      broken: '{{ if eq .user "broken" }}{{ fail "x" }}{{ end }}'
`;

describe('a test passes when it is kept what it promises', () => {
  const rows: [string, boolean][] = [
    ['template: "a{{ 1 }}", output: a1', true],
    ['template: "a{{ 1 }}", output: a2', false],
    ['template: "a{{ 1 }}", output: "a1\\n"', false],
    ['template: "{{ .a }}", values: {a: {base64: /wA=}}, outputBase64: /wA=', true],
    ['template: "{{ .a }}", values: {a: {base64: /wA=}}, outputBase64: /wE=', false],
    ['template: "abc", matches: "^a.c$"', true],
    ['template: "abc", matches: "^b"', false],
    ['template: "abc", matches: "b"', true],
    ['template: "{{ nope }}", error: function "nope" not defined', true],
    ['template: "{{ nope }}", error: something else', false],
    ['template: "fine", error: nope', false],
    ['template: "{{ nope }}", output: ""', false],
    // What the project of the functions does with a missing key.
    ['template: "{{ .a }}", output: <no value>', true],
    ['template: "{{ .a }}", functions: external-secrets, error: no entry for key', true],
    ['template: "{{ .a }}", functions: external-secrets, missingKey: zero, output: ""', true],
    ['template: "{{ .a }}", allowMissing: true, output: <a>', true],
    ['template: "[[ 1 ]]{{", delimiters: "[[ ]]", output: "1{{"', true],
    ['template: "{{ now | date `2006` }}", now: "2001-02-03T04:05:06Z", output: "2001"', true],
    // Chance is the same at each run, and another with another seed.
    ['template: "{{ randAlphaNum 6 | len }}", output: "6"', true],
  ];
  test.each(rows)('%s: %s', async (fields, passes) => {
    const ran = await one(fields);
    expect(ran).toMatchObject({ code: passes ? 0 : 1, said: '' });
    expect(ran.out.split('\n').at(-2)).toBe(passes ? '1 passed, 0 failed' : '0 passed, 1 failed');
  });

  test('chance repeats itself from run to run', async () => {
    const failing = 'template: "{{ randAlphaNum 20 }}", output: ""';
    expect((await one(failing)).out).toBe((await one(failing)).out);
    expect((await one(`${failing}, seed: 2`)).out).not.toBe((await one(failing)).out);
  });
});

describe('what is printed', () => {
  const files = {
    'a.template-test.yaml': `values: {who: ann}
tests:
- name: good
  template: '{{ .who }}'
  output: ann
- name: bad
  template: |
    one
    {{ .who }}
  values: {who: ben}
  output: |
    one
    ann
`,
  };

  test('a line and the difference for what failed, and a summary', async () => {
    const path = folderOf(files);
    const { code, out } = await run([path]);
    expect(code).toBe(1);
    expect(out).toBe(
      `FAIL ${path}/a.template-test.yaml:6: bad: the output differs (- expected, + rendered)\n       one\n     - ann\n     + ben\n1 passed, 1 failed\n`,
    );
  });

  test('with --verbose what passed, too', async () => {
    const path = folderOf(files);
    expect((await run(['--verbose', path])).out).toContain(`ok   ${path}/a.template-test.yaml:3: good\nFAIL `);
  });

  test('as JSON', async () => {
    const path = folderOf(files);
    const file = `${path}/a.template-test.yaml`;
    expect(JSON.parse((await run(['-o', 'json', path])).out)).toEqual({
      passed: 1,
      failed: 1,
      tests: [
        { file, line: 3, name: 'good', passed: true },
        {
          file,
          line: 6,
          name: 'bad',
          passed: false,
          problem: 'the output differs (- expected, + rendered)',
          details: ['  one', '- ann', '+ ben'],
        },
      ],
    });
  });
});

describe('a manifest', () => {
  const test1 = (fields: string, more: Record<string, string> = {}) =>
    run([
      folderOf({
        'db.yaml': manifest,
        'x.template-test.yaml': `manifest: db.yaml\nvalues: {user: ann}\ntests:\n- {${fields}}\n`,
        ...more,
      }),
    ]);

  test.each([
    'key: url, output: "pg://ann@db"',
    'key: user, output: ann',
    'label: app, output: db',
    'values: {user: broken}, error: error calling fail',
  ])('%s passes', async (fields) => {
    expect(await test1(fields)).toMatchObject({ code: 0, said: '' });
  });

  test('fails as a whole when another key fails, and says where', async () => {
    const { code, out } = await test1('key: url, values: {user: broken}, output: x');
    expect(code).toBe(1);
    expect(out).toMatch(/it does not render\n {5}! template: broken:1:29: .*db\.yaml:10\)\n/);
  });

  test('a key that is not there, and a value that is missing, fail', async () => {
    expect((await test1('key: uri, output: x')).out).toContain('the rendered object has no "uri" in its data');
    const other = manifest.replace('{user: AgA}', '{user: AgA, more: AgB}');
    expect((await test1('key: url, output: x', { 'db.yaml': other })).out).toContain('no sample value for "more"');
  });

  test('one of several is named; a folder of manifests will do', async () => {
    const two = `${manifest}---\n${manifest.replace('name: db', 'name: other').replace('pg:', 'my:')}`;
    expect((await test1('object: other, key: url, output: "my://ann@db"', { 'db.yaml': two })).code).toBe(0);
    const file = 'manifest: deploy\nvalues: {user: ann}\ntests:\n- {key: url, output: "pg://ann@db"}\n';
    expect((await run([folderOf({ 'deploy/db.yaml': manifest, 'x.template-test.yaml': file })])).code).toBe(0);
  });
});

describe('files that cannot be used end with 2, and the others are run', () => {
  const good = 'tests:\n- {template: a, output: a}\n';
  const rows: [string, string][] = [
    ['tests: []\n', 'the file holds no tests'],
    ['- a\n', 'a test file is a mapping'],
    ['test:\n- {}\n', 'a test file has no field "test" here'],
    ['tests:\n- {template: a, output: a, ouput: a}\n', 'a test file has no field "ouput" here'],
    ['tests:\n- {template: a}\n', 'a test expects one of output, outputBase64, error, matches'],
    ['tests:\n- {template: a, output: a, error: a}\n', 'a test expects one of'],
    ['tests:\n- {output: a}\n', 'a test names one of template, templateFile and manifest'],
    ['tests:\n- {template: a, templateFile: a, output: a}\n', 'a test names one of template, templateFile and manifest'],
    ['tests:\n- {template: a, key: b, output: a}\n', 'key belongs to a manifest'],
    ['tests:\n- {template: a, output: 5}\n', 'tests[0].output must be text, not a number'],
    ['tests:\n- {template: a, matches: "("}\n', 'matches is not a regular expression (RE2)'],
    ['tests:\n- {template: a, matches: "(?=a)"}\n', 'matches is not a regular expression (RE2)'],
    ['tests:\n- {template: a, outputBase64: "*"}\n', 'outputBase64 is not base64'],
    ['tests:\n- {template: a, output: a, functions: helm}\n', 'functions is one of sealed-secrets, external-secrets'],
    ['tests:\n- {template: a, output: a, now: today}\n', 'now is not a time'],
    ['tests:\n- {template: a, output: a, delimiters: "[["}\n', 'delimiters are two'],
    ['tests:\n- {templateFile: gone.tmpl, output: a}\n', 'gone.tmpl cannot be read'],
    ['tests:\n- {manifest: db.yaml, output: a}\n', 'says which value it is about'],
    [
      'tests:\n- {manifest: db.yaml, object: nobody, key: a, output: a}\n',
      'db.yaml holds no SealedSecret or ExternalSecret "nobody"',
    ],
    ['tests:\n- {template: a, output: a, values: {a: 5}}\n', 'the sample value of "a" is a number, not text'],
    ['tests: [\n', 'not valid YAML'],
  ];
  test.each(rows)('%j', async (text, problem) => {
    const path = folderOf({ 'bad.template-test.yaml': text, 'good.template-test.yaml': good, 'db.yaml': manifest });
    const { code, out, said } = await run([path]);
    expect({ code, out }).toEqual({ code: 2, out: '1 passed, 0 failed\n' });
    expect(said).toContain(problem);
  });

  test('a folder without tests, a path without a file', async () => {
    expect(await run([folderOf({ 'db.yaml': manifest })])).toMatchObject({ code: 2 });
    expect((await run([join(folder, 'gone')])).code).toBe(2);
  });

  test('in JSON, when that is asked for', async () => {
    const { said } = await run(['-', '--error-format', 'json'], 'tests: []\n');
    expect(JSON.parse(said)).toMatchObject({ code: 'SIGNET_CLI_TEMPLATE_TEST_FILE', at: { file: '<stdin>', line: 1 } });
  });
});

describe('manifests themselves: each template parses', () => {
  const external = `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: x}
spec:
  target:
    template:
      metadata: {annotations: {note: '{{ now }}'}}
      data:
        ok: '{{ .a | hexdec }}'
        bad: |
          one
          {{ .a | helm }}
      templateFrom: [{configMap: {name: elsewhere, items: [{key: a}]}}]
`;

  test('named, or in a folder with --manifests', async () => {
    const path = folderOf({ 'x.yaml': `${manifest}---\n${external}` });
    const { code, out } = await run([join(path, 'x.yaml')]);
    expect(code).toBe(1);
    expect(out).toBe(
      `FAIL ${path}/x.yaml:23: spec.target.template.data.bad parses: template: bad:2: function "helm" not defined\n4 passed, 1 failed\n`,
    );
    expect((await run([path, '--manifests'])).out).toBe(out);
  });

  test('the functions of the other project are not defined', async () => {
    const path = folderOf({ 'x.yaml': manifest.replace('{{ .user }}', '{{ .user | hexdec }}') });
    expect((await run([join(path, 'x.yaml')])).out).toContain('function "hexdec" not defined');
  });
});

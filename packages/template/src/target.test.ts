import { describe, expect, test } from 'vitest';
import { parsePath, setAtPath } from './target-path.ts';
import { renderTarget } from './target.ts';
import type { RenderedTarget, TargetTemplates } from './target.ts';

const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' } };
const thing = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'x' }, spec: { m: { a: '1' }, list: [{ n: '0' }] } };

function render(of: Partial<TargetTemplates>): RenderedTarget {
  return renderTarget({
    scope: 'Values',
    target: 'Data',
    templates: { a: '{{ .v }}' },
    data: new Map([['v', 'V']]),
    object: secret,
    ...of,
  });
}

describe('a Secret', () => {
  test('has bytes in its data, and text in its metadata', () => {
    const data = new Map([['v', Uint8Array.of(0xff, 0)]]);
    expect(render({ data }).object).toEqual({ ...secret, data: { a: '/wA=' } });
    expect(render({ target: 'annotations' }).object).toEqual({ ...secret, metadata: { name: 'db', annotations: { a: 'V' } } });
    expect(render({ target: 'LABELS' }).object).toEqual({ ...secret, metadata: { name: 'db', labels: { a: 'V' } } });
  });

  test('keeps what it had, and the one given stays as it was', () => {
    const object = { ...secret, data: { a: 'eA==', b: 'eQ==' } };
    expect(render({ object }).object).toEqual({ ...secret, data: { a: 'Vg==', b: 'eQ==' } });
    expect(object.data).toEqual({ a: 'eA==', b: 'eQ==' });
  });

  test('has no other fields', () => {
    expect(render({ target: 'nope' }).object).toEqual(secret);
    expect(() => render({ target: 'metadata' })).toThrow(
      'failed to apply to target: failed to convert unstructured to object: cannot restore struct from: string',
    );
    expect(() => render({ target: 'stringData' })).toThrow('cannot restore map from string');
  });

  test('a key may have any name', () => {
    const { object } = render({ templates: { ['__proto__']: 'x' } });
    expect(Object.keys(object['data'] as object)).toEqual(['__proto__']);
  });
});

describe('keys and values', () => {
  const keysAndValues = (template: string, of: Partial<TargetTemplates> = {}): RenderedTarget =>
    render({
      scope: 'KeysAndValues',
      templates: { lit: template },
      object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} },
      ...of,
    });

  test('are YAML, whose scalars become text', () => {
    const { object } = keysAndValues('{{ .v }}: x\nb: 1.10\nc: "yes"\n');
    expect(object['data']).toEqual({ V: 'x', b: '1.1', c: 'yes' });
  });

  test('what YAML changes comes with a warning that names keys only', () => {
    const { warnings } = keysAndValues('pin: 0777\nn: hunter2\n');
    expect(warnings).toEqual([
      { template: 'lit', key: 'pin', what: 'value', kind: 'int', message: expect.stringContaining('"pin"') as string },
      { template: 'lit', key: 'false', what: 'key', kind: 'bool', message: expect.stringContaining('"false"') as string },
    ]);
    expect(JSON.stringify(warnings)).not.toMatch(/777|511|hunter2/);
  });

  test('a key that comes from a value is hidden in warnings and errors', () => {
    const { object, warnings } = keysAndValues('{{ .v }}: 0777\n0x1F: a\n');
    expect(object['data']).toEqual({ V: '511', 31: 'a' });
    expect(warnings.map(({ key }) => key).sort()).toEqual(['31', '…']);
    const given = { data: new Map([['v', 'hunter2: "!"']]), decodingStrategy: 'Base64' } as const;
    expect(() => keysAndValues('{{ .v }}', given)).toThrow(
      'failed to decode rendered template value for key …: illegal base64 data at input byte 0',
    );
    expect(() => keysAndValues('own: "!"', given)).toThrow('failed to decode rendered template value for key own: illegal');
  });

  test('errors hide what the document holds', () => {
    expect(() => keysAndValues('a: *{{ .v }}')).toThrow(
      /^could not unmarshal template to 'map\[string\]\[\]byte': error converting YAML to JSON: yaml: unknown anchor '…' referenced$/,
    );
  });

  test('elsewhere they are whatever YAML says, merged into a map that is there', () => {
    const spec = (of: Partial<TargetTemplates>): unknown => keysAndValues('b: [1, yes]', { object: thing, ...of }).object['spec'];
    expect(spec({ target: 'spec.m' })).toEqual({ m: { a: '1', b: [1, true] }, list: [{ n: '0' }] });
    expect(spec({ target: 'spec' })).toEqual({ b: [1, true] });
    expect(spec({ target: 'spec.list[2].x' })).toEqual({ m: { a: '1' }, list: [{ n: '0' }, null, { x: { b: [1, true] } }] });
  });
});

describe('values of other objects', () => {
  test.each([
    ['spec.m.b', { m: { a: '1', b: 5 }, list: [{ n: '0' }] }],
    ['spec.list[0].n', { m: { a: '1' }, list: [{ n: 5 }] }],
    ['SPEC', { m: { a: '1' }, list: [{ n: '0' }], x: '5' }],
  ])('%s', (target, spec) => {
    expect(render({ target, templates: { x: '5' }, object: thing }).object['spec']).toEqual(spec);
  });

  test('text that is no YAML stays text', () => {
    expect(render({ target: 'spec.x', templates: { x: '[a' }, object: thing }).object['spec']).toMatchObject({ x: '[a' });
  });
});

describe('decoding', () => {
  const decode = (value: string, decodingStrategy: TargetTemplates['decodingStrategy']): string => {
    const { object } = render({ data: new Map([['v', value]]), decodingStrategy });
    return Buffer.from((object['data'] as Record<string, string>)['a'] ?? '', 'base64').toString('latin1');
  };
  test.each([
    ['aGk_', 'None', 'aGk_'],
    ['aGk=', 'Base64', 'hi'],
    ['_-8=', 'Base64URL', '\xff\xef'],
    ['/+8=', 'Auto', '\xff\xef'],
    ['_-8=', 'Auto', '\xff\xef'],
    ['no base64!', 'Auto', 'no base64!'],
  ] as const)('%s as %s', (value, strategy, expected) => {
    expect(decode(value, strategy)).toBe(expected);
  });

  test.each([
    ['aGVsbG8_', 'Base64', 7],
    ['aGVsbG8/', 'Base64URL', 7],
    ['aGk', 'Base64', 0],
  ] as const)('%s is no %s', (value, strategy, offset) => {
    const message = `failed to decode rendered template value for key a: illegal base64 data at input byte ${offset}`;
    expect(() => decode(value, strategy)).toThrow(offset === 0 ? message.slice(0, -1) : message);
  });
});

describe('errors of templates say which key', () => {
  const before = 'unable to execute template at key a: unable to';
  test.each([
    [
      '{{ .w }}',
      'SIGNET_TEMPLATE_EXECUTE',
      `${before} execute template at key a: template: a:1:3: executing "a" at <.w>: map has no entry for key "w"`,
    ],
    ['{{ nope }}', 'SIGNET_TEMPLATE_PARSE', `${before} parse template at key a: template: a:1: function "nope" not defined`],
  ])('%s', (template, code, message) => {
    expect(() => render({ templates: { a: template } })).toThrow(
      expect.objectContaining({ code, message, at: { key: 'a', line: 1 } }),
    );
  });

  test('a limit counts for all templates together', () => {
    const templates = { a: '{{ range until 600 }}{{ end }}', b: '{{ range until 600 }}{{ end }}' };
    expect(() => render({ templates, limits: { steps: 2500 } })).not.toThrow();
    expect(() => render({ templates, limits: { steps: 2000 } })).toThrow(
      expect.objectContaining({ code: 'SIGNET_TEMPLATE_LIMIT', at: expect.objectContaining({ key: 'b' }) as unknown }),
    );
  });

  test('an unknown scope', () => {
    expect(() => render({ scope: 'Bogus' })).toThrow("unknown scope 'Bogus': expected 'Values' or 'KeysAndValues'");
  });
});

describe('templates that vary', () => {
  test('are named, and what they made before can be kept', () => {
    const templates = { a: '{{ randAlpha 8 }}', b: 'b' };
    const { variable, object } = render({ templates, keep: (key) => (key === 'a' ? Buffer.from('before') : undefined) });
    expect([...variable.keys()]).toEqual(['a']);
    expect(object['data']).toEqual({ a: 'YmVmb3Jl', b: 'Yg==' });
  });
});

describe('paths', () => {
  test.each([
    ['spec', ['spec']],
    ['a.b[0][12].c', ['a', 'b', 0, 12, 'c']],
  ])('%s', (path, steps) => {
    expect(parsePath(path)).toEqual(steps);
  });

  test.each([
    ['', 'empty segment'],
    ['a..b', 'empty segment'],
    ['[0]', 'path must start with a key'],
    ['a[-1]', 'negative index -1'],
    ['a[10001]', 'index 10001 exceeds maximum (10000)'],
    ['a[x]', 'bad index "x"'],
    ['a[0', "unterminated '['"],
    ['a[0]b', `expected '[' near "b"`],
  ])('%j', (path, problem) => {
    expect(() => parsePath(path)).toThrow(`invalid path ${JSON.stringify(path)}: ${problem}`);
  });

  test('something else in the way is named by its type', () => {
    expect(() => setAtPath({ a: [1] }, 'a.b', () => 1)).toThrow(
      'failed to set path a.b: expected map at key "b" but found []interface {}',
    );
    expect(() => setAtPath({ a: 1 }, 'a[0]', () => 1)).toThrow(
      'failed to set path a[0]: expected array at index 0 but found int64',
    );
  });
});

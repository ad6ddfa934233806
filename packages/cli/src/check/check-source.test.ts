import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument } from '../document/read-document.ts';
import { child } from '../document/tree.ts';
import type { Tree } from '../document/tree.ts';
import { isSecretTree, secretsOf } from '../secret/find-secrets.ts';
import { checkSource } from './check-source.ts';
import { duplicates } from './duplicates.ts';

/** What is found in a text, as `line severity rule`. */
async function found(text: string, wanted: { modulusBits?: number } = {}): Promise<string[]> {
  const { findings, sealed } = await checkSource({ name: 'a.yaml', text }, wanted);
  return [...findings, ...duplicates(sealed)].map(({ rule, severity, at }) => `${at.line} ${severity} ${rule}`);
}

/** A text of the form of an item sealed for a key of so many bits. */
const item = (bits = 4096): string => {
  const bytes = Buffer.alloc(2 + bits / 8 + 21, 7);
  bytes.writeUInt16BE(bits / 8);
  return bytes.toString('base64');
};

const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hunter2}\n';
const sealed = (spec = `encryptedData: {a: ${item()}}`, metadata = 'name: db, namespace: web'): string =>
  `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {${metadata}}\nspec:\n  ${spec}\n`;

describe('plaintext', () => {
  // What kubectl 1.36 makes a Secret of (see signet seal), each found; and what it does not.
  const inner = '{apiVersion: v1, kind: Secret, metadata: {name: db}, data: {a: Yg==}}';
  test.each<[string, string, string[]]>([
    ['a Secret', secret, ['1 error plaintext-secret']],
    ['the core group spelled out', secret.replace('v1', '/v1'), ['1 error plaintext-secret']],
    ['quoted with escapes', secret.replace('Secret', '"\\x53ecret"'), ['1 error plaintext-secret']],
    ['with a byte order mark and CRLF', `\uFEFF${secret.replaceAll('\n', '\r\n')}`, ['1 error plaintext-secret']],
    [
      'as JSON',
      JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: {}, data: { a: 'Yg==' } }),
      ['1 error plaintext-secret'],
    ],
    ['in a List', `apiVersion: v1\nkind: List\nitems: [${inner}]\n`, ['3 error plaintext-secret']],
    ['in items of anything', `apiVersion: x/v1\nkind: Box\nitems: [{kind: B, items: [${inner}]}]\n`, ['3 error plaintext-secret']],
    [
      'items that leave their kind to the list',
      'apiVersion: v1\nkind: SecretList\nitems: [{data: {a: Yg==}}]\n',
      ['3 error plaintext-secret'],
    ],
    [
      'by a merge',
      `x: &x {kind: Secret}\nkind: ConfigMap\n<<: *x\napiVersion: v1\ndata: {a: Yg==}\n`,
      ['1 error plaintext-secret'],
    ],
    ['in the second document', `kind: ConfigMap\napiVersion: v1\n---\n${secret}`, ['4 error plaintext-secret']],
    ['a Secret without values', 'apiVersion: v1\nkind: Secret\nmetadata: {name: token}\ndata:\n', []],
    ['another kind', 'apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n', []],
    ['a kind in lower case', secret.replace('Secret', 'secret'), ['1 error unclear-secret']],
    ['no kind', secret.replace('kind: Secret\n', ''), ['1 error unclear-secret']],
    ['a list of Secrets that is none', `- ${inner}\n`, ['1 error unclear-secret']],
    ['values of a chart', 'data: {a: b}\n', ['1 note unclear-secret']],
    ['a list that is no manifest', '- hosts: all\n- [1]\n', []],
    ['what cannot be read and says Secret', 'kind: Secret\ndata: {a: {{ .Values.a }}}\n', ['2 warning unreadable']],
    ['what cannot be read', 'a: {{ .Values.a }}\n', ['1 note unreadable']],
    ['a hidden line break', `kind: ConfigMap # \u2028kind: Secret\n`, ['1 warning unreadable']],
  ])('%s', async (_name, text, expected) => {
    expect(await found(text)).toEqual(expected);
  });

  test('a copy in an annotation, of the object or of the template inside it', async () => {
    const copy = JSON.stringify(JSON.stringify({ apiVersion: 'v1', kind: 'Secret', data: { a: 'Yg==' } }));
    const annotations = `annotations: {kubectl.kubernetes.io/last-applied-configuration: ${copy}}`;
    expect(await found(`apiVersion: v1\nkind: ConfigMap\nmetadata:\n  ${annotations}\n`)).toEqual(['4 error last-applied']);
    expect(await found(sealed(`template: {metadata: {${annotations}}, data: {a: b}}\n  encryptedData: {}`))).toEqual([
      '5 error last-applied',
    ]);
    const own = JSON.stringify(JSON.stringify({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', spec: {} }));
    expect(
      await found(`kind: A\napiVersion: v1\nmetadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: ${own}}}`),
    ).toEqual([]);
    // Cut in the middle, it still shows.
    expect(
      await found(
        `kind: A\napiVersion: v1\nmetadata: {annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"kind":"Secret","da'}}`,
      ),
    ).toEqual(['3 error last-applied']);
  });

  test('fields of a Secret left over in a SealedSecret', async () => {
    expect(await found(`${sealed()}stringData: {a: hunter2}\n`)).toEqual(['6 error stray-plaintext']);
    expect(await found(`${sealed()}  template: {stringData: {a: hunter2}}\n`)).toEqual(['6 error stray-plaintext']);
  });
});

describe('a SealedSecret', () => {
  const wide = 'sealedsecrets.bitnami.com/cluster-wide';
  const spaced = 'sealedsecrets.bitnami.com/namespace-wide';
  test.each<[string, string, string[]]>([
    ['as it should be', sealed(), []],
    ['of another version', sealed().replace('v1alpha1', 'v2'), ['1 error schema']],
    ['of another group', sealed().replace('bitnami.com', 'example.com'), ['1 error schema']],
    [
      'without a spec',
      'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: a, namespace: b}\n',
      ['1 error schema', '1 warning no-items'],
    ],
    ['without encryptedData', sealed('template: {data: {a: b}}'), ['5 error schema']],
    [
      'with null where null is allowed',
      sealed(`encryptedData: {a: ${item()}}\n  template: {metadata: {creationTimestamp: null}, data: null}`),
      [],
    ],
    ['with nothing in it', sealed('encryptedData: {}'), ['1 warning no-items']],
    ['without a name', sealed(undefined, 'namespace: web'), ['3 error schema']],
    ['with a name of no object', sealed(undefined, 'name: ../x, namespace: web'), ['3 error schema']],
    ['without a namespace', sealed(undefined, 'name: db'), ['3 note no-namespace']],
    ['cluster-wide without a namespace', sealed(undefined, `name: db, annotations: {${wide}: "true"}`), []],
    [
      'an annotation without quotes',
      sealed(undefined, `name: db, namespace: web, annotations: {${wide}: true}`),
      ['3 error schema', '3 warning scope-value'],
    ],
    [
      'an annotation in capitals',
      sealed(undefined, `name: db, namespace: web, annotations: {${spaced}: "TRUE"}`),
      ['3 warning scope-value'],
    ],
    [
      'both annotations',
      sealed(undefined, `name: db, annotations: {${wide}: "true", ${spaced}: "true"}`),
      ['3 warning scope-both'],
    ],
    [
      'another scope in the template',
      sealed(`encryptedData: {a: ${item()}}\n  template: {metadata: {annotations: {${wide}: "true"}}}`),
      ['6 warning scope-template'],
    ],
    ['renamed by hand', sealed(`encryptedData: {a: ${item()}}\n  template: {metadata: {name: old}}`), ['6 error template-place']],
    [
      'moved, but bound to nothing',
      sealed(
        `encryptedData: {a: ${item()}}\n  template: {metadata: {namespace: old}}`,
        `name: db, namespace: web, annotations: {${wide}: "true"}`,
      ),
      ['6 warning template-place'],
    ],
    [
      'renamed, bound to the namespace',
      sealed(
        `encryptedData: {a: ${item()}}\n  template: {metadata: {name: old}}`,
        `name: db, namespace: web, annotations: {${spaced}: "true"}`,
      ),
      ['6 warning template-place'],
    ],
    [
      'a template that does not parse',
      sealed(`encryptedData: {a: ${item()}}\n  template:\n    data:\n      url: |\n        one\n        {{ nope }}\n`),
      ['10 error template-syntax'],
    ],
    [
      'a template nobody renders',
      sealed(`encryptedData: {a: ${item()}}\n  template: {data: {a: "{{"}}`),
      ['6 note template-unused'],
    ],
    ['the old form', sealed(`data: ${item()}`), ['5 error schema', '5 warning legacy-data']],
    ['both forms', sealed(`encryptedData: {a: ${item()}}\n  data: ${item()}`), ['6 error legacy-data']],
    ['twice', `${sealed()}---\n${sealed()}`, ['7 error duplicate']],
  ])('%s', async (_name, text, expected) => {
    expect(await found(text)).toEqual(expected);
  });
});

describe('an item', () => {
  test.each<[string, string, string[]]>([
    ['for another size of key', item(2048), ['5 warning item-key-size']],
    ['for the size of the certificate', item(4096), []],
    ['a plain value', 'hunter2!', ['5 error item-base64']],
    ['with blanks around', JSON.stringify(` ${item()}`), ['5 error item-base64']],
    ['cut', item().slice(0, 400), ['5 error item-length']],
    ['of a format to come', Buffer.alloc(600, 9).toString('base64'), ['5 warning item-length']],
    ['empty', '""', ['5 error item-length']],
    ['any base64', Buffer.concat([Buffer.from([0, 3]), Buffer.alloc(40)]).toString('base64'), ['5 error item-odd-key-size']],
    ['a number', '5', ['5 error schema']],
    ['in several lines, as old tools wrote', `"${item().replaceAll(/(.{76})/g, '$1\\n')}"`, []],
  ])('%s', async (_name, text, expected) => {
    expect(await found(sealed(`encryptedData: {a: ${text}}`), { modulusBits: 4096 })).toEqual(expected);
  });

  test('under a key that no Secret has', async () => {
    expect(await found(sealed(`encryptedData: {"a b": ${item()}}`))).toEqual(['5 error bad-key']);
  });
});

test('no message holds a value', async () => {
  const text = `${secret}---\n${sealed('encryptedData: {a: hunter2!, "hunter2 key": 5}\n  template: {data: {b: "{{ if }}"}}')}stringData: {a: hunter2}\n`;
  const { findings } = await checkSource({ name: 'a.yaml', text }, {});
  expect(findings.length).toBeGreaterThan(4);
  for (const { message, at } of findings) expect(`${message} ${JSON.stringify(at)}`).not.toContain('hunter2');
});

// Fields and values that mean something here, in any combination and any shape.
const leaf = fc.oneof(
  fc.constantFrom(
    'Secret',
    'SealedSecret',
    'List',
    'v1',
    '/v1',
    'bitnami.com/v1alpha1',
    'true',
    'TRUE',
    'hunter2',
    '{{',
    '',
    '&a',
    '*a',
    '<<',
    item(),
  ),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const fields =
  'apiVersion kind metadata items spec template data stringData encryptedData annotations name namespace type immutable labels ' +
  '__proto__ a << sealedsecrets.bitnami.com/cluster-wide kubectl.kubernetes.io/last-applied-configuration';
const field = fc.constantFrom(...fields.split(' '));
const { manifest } = fc.letrec<{ manifest: unknown }>((tie) => ({
  manifest: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.array(tie('manifest'), { maxLength: 3 }),
    fc.array(fc.tuple(field, tie('manifest')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

test('whatever the text, checking never throws', async () => {
  const shapes = fc.oneof(
    manifest.map((json) => JSON.stringify(json)),
    // A SealedSecret whose parts are anything.
    fc
      .tuple(manifest, manifest)
      .map(([metadata, spec]) => JSON.stringify({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec })),
    fc.string({ unit: 'binary', maxLength: 60 }),
    // A manifest with some characters taken out or put in.
    fc.tuple(fc.nat(secret.length * 3), fc.string({ maxLength: 4 }), fc.nat(9)).map(([at, put, drop]) => {
      const whole = `${sealed()}---\n${secret}`;
      return whole.slice(0, at) + put + whole.slice(at + drop);
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(shapes, { minLength: 1, maxLength: 3 }), async (texts) => {
      const { findings } = await checkSource({ name: 'a.yaml', text: texts.join('\n---\n') }, { modulusBits: 4096 });
      for (const { at, rule } of findings) expect(`${rule} ${at.line}`).toMatch(/^[a-z0-9-]+ \d+$/);
    }),
    { numRuns: 400 },
  );
});

test('every Secret with values that signet seal would seal is found', async () => {
  const withSecrets = fc
    .tuple(fc.array(manifest, { maxLength: 2 }), fc.constantFrom('List', 'SecretList', 'Box', 'ConfigMapList'))
    .map(([items, kind]) => ({
      apiVersion: 'v1',
      kind,
      items: [...items, { apiVersion: 'v1', kind: 'Secret', data: { a: 'Yg==' } }, { items }],
    }));
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(manifest, withSecrets), async (json) => {
      const source = { name: 'a.json', text: JSON.stringify(json) };
      const { findings } = await checkSource(source, {});
      const isFilled = (tree: Tree): boolean =>
        ['data', 'stringData'].some((field) => {
          const values = child(tree, field);
          return values?.kind === 'map'
            ? values.entries.size > 0
            : values?.kind === 'list' || (values?.kind === 'scalar' && values.value !== null);
        });
      let sealable: readonly Tree[];
      try {
        const { tree } = readDocument(source, { kind: 'json', start: 0, end: source.text.length });
        sealable = (secretsOf(tree) ?? []).filter((one) => isSecretTree(one) && isFilled(one));
      } catch {
        return; // signet seal refuses it
      }
      seen += sealable.length;
      expect(findings.filter(({ rule }) => rule === 'plaintext-secret')).toHaveLength(sealable.length);
    }),
    { numRuns: 400 },
  );
  expect(seen).toBeGreaterThan(50);
});

test('deep nesting is told, not suffered', async () => {
  expect(await found('['.repeat(100_000))).toHaveLength(1);
});

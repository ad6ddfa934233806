import { isSignetError } from '@signet/errors';
import { generateSealingKey, Keyring, openingKey, readCertificate } from '@signet/sealing';
import type { Scope, SealingCertificate } from '@signet/sealing';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { Refusals } from '../errors.ts';
import type { Wishes } from '../secret/bind.ts';
import { planSource, sealPlan } from './seal-source.ts';
import type { Format } from './seal-source.ts';

let certificate: SealingCertificate;
let keyring: Keyring;

beforeAll(async () => {
  const pair = await generateSealingKey({ bits: 2048 });
  certificate = readCertificate(pair.certificatePem);
  keyring = new Keyring([{ key: await openingKey(pair.privateKeyPem), certificate, orderedAt: new Date(0) }]);
});

const wishes: Wishes = {
  reading: { rules: 'kubernetes' },
  scope: undefined,
  namespace: undefined,
  name: undefined,
  fallbackNamespace: undefined,
  allowEmptyData: false,
};

const seal = (text: string, more: Partial<Wishes> = {}, format: Format = 'input'): Promise<string> =>
  sealPlan(planSource({ name: 'in.yaml', text }, { ...wishes, ...more }), certificate, format);

const items = /A[A-Za-z0-9+/]{300,}={0,2}/g;

/** The output with every sealed item replaced by what it opens to under the binding of its own document. */
async function opened(output: string): Promise<string> {
  const values = new Map<string, string>();
  const stream = output.replaceAll(/\}\n\{/g, '}\n---\n{');
  const objects = (parseAllDocuments(stream, { version: '1.1' }) as { toJS(): unknown }[]).map((one) => one.toJS());
  for (const object of objects as {
    metadata: { name: string; namespace?: string; annotations?: object };
    spec?: { encryptedData?: Record<string, string> };
  }[]) {
    const scope = Object.keys(object?.metadata?.annotations ?? {})[0]?.split('/')[1] as Scope | undefined;
    for (const sealed of Object.values(object?.spec?.encryptedData ?? {})) {
      const { name, namespace = '' } = object.metadata;
      const { plaintext } = await keyring.open(sealed, { scope: scope ?? 'strict', name, namespace });
      values.set(sealed, `<${new TextDecoder('utf-8', { ignoreBOM: true }).decode(plaintext)}>`);
    }
  }
  return output.replaceAll(items, (sealed) => values.get(sealed) ?? '<does not open>');
}

const refused = (text: string, more: Partial<Wishes> = {}): string[] => {
  try {
    planSource({ name: 'in.yaml', text }, { ...wishes, ...more });
  } catch (error) {
    if (error instanceof Refusals) {
      return error.errors.map(
        ({ code, at }) => `${code.replace('SIGNET_CLI_', '')} ${[at?.line, at?.key].filter(Boolean).join(':')} doc ${at?.document}`,
      );
    }
    throw error;
  }
  return [];
};

const secret = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: web\nstringData:\n  password: s3cret\n';
const sealedSecret =
  'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: db\n  namespace: web\nspec:\n  encryptedData:\n    password: <s3cret>\n' +
  '  template:\n    metadata:\n      name: db\n      namespace: web\n';

describe('what is sealed', () => {
  // kubectl 1.36.3 (create --dry-run=client) makes a core v1 Secret "db" of each row; of the lists that are no v1 List, once the
  // server has their kind.
  const inner = '{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: web}, stringData: {password: s3cret}}';
  test.each<[string, string]>([
    ['the core group spelled out', secret.replace('v1', '/v1')],
    ['items of a List without apiVersion', `kind: List\nitems: [${inner}]\n`],
    ['items of a /v1 List', `apiVersion: /v1\nkind: List\nitems: [${inner}]\n`],
    ['items of a List in another group', `apiVersion: meta.k8s.io/v1\nkind: List\nitems: [${inner}]\n`],
    ['items of a list', `apiVersion: v1\nkind: list\nitems: [${inner}]\n`],
    ['items of anything', `apiVersion: example.com/v1\nkind: Bundle\nitems: [${inner}]\n`],
    ['items inside items', `apiVersion: v1\nkind: List\nitems: [{apiVersion: x/v1, kind: Box, items: [${inner}]}]\n`],
    [
      'items that leave their kind to a /v1 SecretList',
      `apiVersion: /v1\nkind: SecretList\nitems: [${inner.replace('v1', "''").replace('Secret,', "'',")}]\n`,
    ],
    ['a kind that a merge replaces', `x: &x {kind: Secret}\nkind: ConfigMap\n<<: *x\n${secret.replace('kind: Secret\n', '')}`],
  ])('what kubectl takes for a Secret: %s', async (_name, text) => {
    expect(await opened(await seal(text))).toBe(sealedSecret);
  });

  test.each(['/', '/v2', '/v1 # once'])('a Secret of the core group in a version that is none is refused: %j', (version) => {
    expect(refused(secret.replace('v1', JSON.stringify(version)))).toEqual(['KIND_MISSING 1 doc 1']);
  });

  test('items that are no Secrets pass untouched', async () => {
    const text = 'apiVersion: example.com/v1\nkind: Menu\nitems: [tea, {data: 1}]\n';
    expect(await seal(text)).toBe(text);
  });

  test.each(['\r', '\u0085', '\u2028', '\u2029'])('a Secret cannot hide behind the line break %j', (odd) => {
    expect(refused(`kind: ConfigMap # ${odd}kind: Secret\napiVersion: v1\n`)).toEqual(['YAML_LINE_BREAK 1 doc 1']);
    expect(refused(`# note${odd}${secret.replaceAll('\n', odd)}\n---\n${secret}`)).toEqual(['YAML_LINE_BREAK 1 doc 1']);
    expect(refused(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', data: { text: `a${odd}b` } }))).toEqual([]);
  });

  test('a Secret, strictly, and nothing around it', async () => {
    const before = '# mine\n\n';
    const others =
      '---\n# config\napiVersion: v1\nkind: ConfigMap   # keep   spacing\nmetadata: {name: c}\ndata: {a:   "0777"}\n---\n';
    expect(await opened(await seal(`${before}${secret}${others}${secret}`))).toBe(
      `${before}${sealedSecret}${others}${sealedSecret}`,
    );
  });

  test('comments inside and after a Secret go with it: a value that was commented out is still a secret', async () => {
    const output = await seal(`${secret}  # old: hunter1\n# password: hunter2\n---\nkind: X\napiVersion: v1\n`);
    expect(output).not.toMatch(/hunter/);
    expect(await opened(output)).toBe(`${sealedSecret}---\nkind: X\napiVersion: v1\n`);
  });

  test('acceptance 5: stringData wins over data; bytes survive; type, labels, immutable go into the template', async () => {
    const input =
      'apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nimmutable: true\nmetadata:\n  name: t\n  namespace: ns\n  labels: {b: "1", a: x}\n' +
      '  annotations: {kubectl.kubernetes.io/last-applied-configuration: hunter2, keep: me}\n  ownerReferences: [{kind: X}]\n  uid: u\n' +
      'data: {a: b2xk, b: "aGk="}\nstringData: {a: new}\n';
    expect(await opened(await seal(input))).toBe(
      'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata:\n  name: t\n  namespace: ns\nspec:\n  encryptedData:\n    a: <new>\n    b: <hi>\n' +
        '  template:\n    immutable: true\n    metadata:\n      annotations:\n        keep: me\n      labels:\n        a: x\n        b: "1"\n      name: t\n' +
        '      namespace: ns\n    type: kubernetes.io/tls\n',
    );
  });

  test.each<[Scope | undefined, string, string | undefined]>([
    [undefined, '', undefined],
    ['namespace-wide', '', 'namespace-wide'],
    ['cluster-wide', '', 'cluster-wide'],
    [undefined, '  annotations: {sealedsecrets.bitnami.com/namespace-wide: "true"}\n', 'namespace-wide'],
    [undefined, '  annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}\n', 'cluster-wide'],
    [undefined, '  annotations: {sealedsecrets.bitnami.com/cluster-wide: "TRUE"}\n', undefined],
    ['cluster-wide', '  annotations: {sealedsecrets.bitnami.com/namespace-wide: "true"}\n', 'cluster-wide'],
    // A scope that was asked for wins over what the manifest says, strict too.
    ['strict', '  annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}\n', undefined],
  ])('scope %s over %j is marked %s and opens under it', async (scope, annotations, mark) => {
    const output = await opened(await seal(secret.replace('stringData', `${annotations}stringData`), { scope }));
    expect(output).toContain('password: <s3cret>');
    const [object] = output.split('spec:');
    expect(object?.match(/sealedsecrets\.bitnami\.com\/([a-z-]+): "true"/)?.[1]).toBe(mark);
  });

  test('a List becomes one document for each item', async () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${secret.trimEnd().replaceAll('\n', '\n  ')}\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: c}\n  data: {a: "no"}\n`;
    expect(await opened(await seal(list))).toBe(
      `${sealedSecret}---\napiVersion: v1\ndata:\n  a: "no"\nkind: ConfigMap\nmetadata:\n  name: c\n`,
    );
  });

  test('a List without a Secret passes untouched', async () => {
    const list = 'apiVersion: v1\nkind: List\nitems:\n-   {apiVersion: v1, kind: ConfigMap}\n';
    expect(await seal(list)).toBe(list);
  });

  test('JSON stays JSON, and a JSON stream one', async () => {
    const one = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'a', namespace: 'n' },
      stringData: { k: '<v>' },
    });
    const other = '{"apiVersion":"v1",   "kind":"ConfigMap"}';
    const sealed =
      '{\n  "kind": "SealedSecret",\n  "apiVersion": "bitnami.com/v1alpha1",\n  "metadata": {\n    "name": "a",\n    "namespace": "n"\n  },\n' +
      '  "spec": {\n    "template": {\n      "metadata": {\n        "name": "a",\n        "namespace": "n"\n      }\n    },\n    "encryptedData": {\n      "k": "<<v>>"\n    }\n  }\n}';
    expect(await opened(await seal(`${one}\n${other}\n${one}`))).toBe(`${sealed}\n${other}\n${sealed}\n`);
  });

  test('into another format when asked: JSON as YAML, YAML as JSON', async () => {
    const json =
      '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db","namespace":"web"},"stringData":{"password":"s3cret"}}';
    expect(await opened(await seal(`${json}${json}`, {}, 'yaml'))).toBe(`${sealedSecret}---\n${sealedSecret}`);
    const output = await seal(`${secret}---\napiVersion: v1\nkind: ConfigMap\ndata: {a: 0777}\n`, {}, 'json');
    expect(await opened(output)).toMatch(
      /"password": "<s3cret>"[^]*\}\n\{\n {2}"apiVersion": "v1",\n {2}"kind": "ConfigMap",\n {2}"data": \{\n {4}"a": 511\n/,
    );
  });

  test('CRLF and a byte order mark stay', async () => {
    expect(await opened(await seal(`\uFEFF# c\r\n${secret.replaceAll('\n', '\r\n')}`))).toBe(
      `\uFEFF# c\r\n${sealedSecret.replaceAll('\n', '\r\n')}`,
    );
  });

  test('a multi-line value keeps its bytes', async () => {
    const output = await opened(await seal(secret.replace('s3cret', '|\n    a\n    ---\n    b: no\n')));
    expect(output).toContain('<a\n---\nb: no\n>');
  });

  test('long stretches of blank lines and comments cost no more than their length', async () => {
    const blank = `${'\n'.repeat(100_000)}${'# c\n'.repeat(100_000)}`;
    expect(await opened(await seal(`${blank}${secret}---\n${blank}---\n${blank}${secret}`))).toBe(
      `${blank}${sealedSecret}---\n${blank}---\n${blank}${sealedSecret}`,
    );
    expect(refused(`${blank}${' '.repeat(100_000)}x\n`)).toEqual(['NOT_AN_OBJECT 200001 doc 1']);
  });

  test('a sealed document passes untouched: sealing twice is sealing once', async () => {
    const once = await seal(`${secret}---\n${secret}`);
    expect(await seal(once)).toBe(once);
  });
});

describe('what is refused', () => {
  test.each<[string, string, string[]]>([
    ['a number where text belongs', secret.replace('s3cret', '5432'), ['FIELD_TYPE 7:stringData.password doc 1']],
    ['a boolean where text belongs', secret.replace('s3cret', 'yes'), ['FIELD_TYPE 7:stringData.password doc 1']],
    ['a mapping where text belongs', secret.replace('s3cret', '{a: b}'), ['FIELD_TYPE 7:stringData.password doc 1']],
    ['bad base64', secret.replace('stringData', 'data').replace('s3cret', 'a!!'), ['NOT_BASE64 7:data.password doc 1']],
    ['a key that cannot be one', secret.replace('password:', '"pass word":'), ['BAD_KEY 7 doc 1']],
    ['no data', secret.replace(/stringData[^]*/, ''), ['EMPTY_SECRET 1 doc 1']],
    ['no name', secret.replace('  name: db\n', ''), ['NAME_MISSING 1:metadata.name doc 1']],
    ['no namespace', secret.replace('  namespace: web\n', ''), ['NAMESPACE_MISSING 1:metadata.namespace doc 1']],
    ['a name that cannot be one', secret.replace('name: db', 'name: a/b'), ['BAD_NAME 1:metadata.name doc 1']],
    ['a Secret that does not say its version', secret.replace('apiVersion: v1\n', ''), ['KIND_MISSING 1 doc 1']],
    ['a Secret in small letters', secret.replace('kind: Secret', 'kind: secret'), ['KIND_MISSING 1 doc 1']],
    ['data of no kind', 'stringData: {a: b}\n', ['KIND_MISSING 1 doc 1']],
    ['a bare text', 's3cret\n', ['NOT_AN_OBJECT 1 doc 1']],
    ['a template that is no YAML yet', `${secret}---\na: {{ .Values.s3cret }}\n`, ['YAML_SYNTAX 9 doc 2']],
    [
      'every bad document, not just the first',
      `${secret.replace('s3cret', '1')}---\n${secret}---\n${secret.replace('s3cret', '2')}`,
      ['FIELD_TYPE 7:stringData.password doc 1', 'FIELD_TYPE 23:stringData.password doc 3'],
    ],
    [
      'every bad field of a document',
      secret.replace('s3cret', '1\n  port: 2').replace('name: db', 'name: 5'),
      ['FIELD_TYPE 4:metadata.name doc 1', 'FIELD_TYPE 7:stringData.password doc 1', 'FIELD_TYPE 8:stringData.port doc 1'],
    ],
    [
      'an item of a List',
      `apiVersion: v1\nkind: List\nitems:\n- ${secret.trimEnd().replaceAll('\n', '\n  ').replace('s3cret', '1')}\n`,
      ['FIELD_TYPE 10:stringData.password doc 1'],
    ],
  ])('%s', (_, text, expected) => {
    expect(refused(text)).toEqual(expected);
  });

  test('a namespace that contradicts the manifest', () => {
    expect(refused(secret, { namespace: 'other' })).toEqual(['NAMESPACE_MISMATCH 1:metadata.namespace doc 1']);
    expect(refused(secret, { namespace: 'other', scope: 'cluster-wide' })).toEqual([]);
  });
});

test('any text either passes without loss, is sealed, or is refused with a code, and no value shows', async () => {
  const lines = fc.constantFrom(
    'apiVersion: v1',
    'kind: Secret',
    'kind: ConfigMap',
    'kind: List',
    'metadata: {name: a, namespace: b}',
    'metadata:',
    '  name: a',
    '  namespace: b',
    'items:',
    '- a',
    'stringData: {k: hunter2}',
    'stringData:',
    '  k: hunter2',
    '  hunter2: 5',
    'data: {k: aHVudGVyMg==}',
    '  k: *hunter2',
    '  k: !hunter2 x',
    '  k: |',
    '    hunter2',
    '---',
    '--- ',
    '--- # x',
    '...',
    '# c',
    '',
    '\t',
    '{',
    '}',
    '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"b"},"stringData":{"k":"hunter2"}}',
    '%YAML 1.1',
    '\uFEFF',
    '"',
    "'",
    '? a',
    '<<: *a',
    '&a',
  );
  const text = fc.oneof(
    fc.array(lines, { maxLength: 14 }).map((all) => all.join('\n')),
    fc.array(lines, { maxLength: 14 }).map((all) => all.join('\r\n')),
    fc.string({ unit: 'binary' }),
  );
  await fc.assert(
    fc.asyncProperty(text, async (any) => {
      expect(await outcome(any)).toBe('as promised');
    }),
    { numRuns: 1500 },
  );
});

async function outcome(any: string): Promise<string> {
  try {
    const plan = planSource({ name: 'in.yaml', text: any }, wishes);
    const output = await sealPlan(plan, certificate, 'input');
    if (plan.secrets.length > 0) return output.search(items) !== -1 ? 'as promised' : 'nothing was sealed';
    return output === any ? 'as promised' : 'characters were lost';
  } catch (error) {
    if (!(error instanceof Refusals)) throw error;
    if (!error.errors.every(isSignetError)) return 'refused without a code';
    // Where the text is a key, it may be named.
    const shown = error.errors.map((one) => one.message + JSON.stringify(one.at)).join('');
    return !any.includes('hunter2:') && shown.includes('hunter2') ? 'a value was shown' : 'as promised';
  }
}

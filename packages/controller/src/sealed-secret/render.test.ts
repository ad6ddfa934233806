import type { SealedSecret } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { liveWith, opened, owner, sealedWith } from '../testing/objects.ts';
import type { Spec } from '../testing/objects.ts';
import { renderTemplates } from './render.ts';
import type { Rendered } from './render.ts';

const items = { user: 'ann', password: 'hunter2' };
const mark = 'signet.dev/rendered-once';

function withTemplates(data: Record<string, string>, more: Spec = {}): SealedSecret {
  return sealedWith({ encryptedData: { user: 'AgU', password: 'AgP' }, ...more, template: { data } });
}

async function render(sealed: SealedSecret, live?: Secret, now = 0): Promise<Rendered> {
  return renderTemplates(sealed, opened(items), live, () => now);
}

function textsOf({ values }: Rendered): Record<string, string> {
  return Object.fromEntries([...values].map(([key, value]) => [key, Buffer.from(value).toString()]));
}

/** The Secret as it was written from what was rendered. */
function written({ values, marks }: Rendered): Secret {
  const data = Object.fromEntries([...values].map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  return liveWith({ data, owners: [owner()], ...(marks && { marks }) });
}

// Source: sealed-secrets v0.38, template semantics.
describe('what is rendered', () => {
  test('templates see the items and the texts beside them; a sealed item wins; every item stays', async () => {
    const sealed = withTemplates({
      url: 'postgres://{{ .user }}:{{ .password }}@{{ index . "host" }}',
      host: 'db{{ 1 }}',
      password: 'not this',
      missing: '{{ .nobody }}|{{ index . "nobody" }}',
    });
    const rendered = await render(sealed);
    expect(textsOf(rendered)).toEqual({
      ...items,
      url: 'postgres://ann:hunter2@db{{ 1 }}',
      host: 'db1',
      missing: '<no value>|',
    });
    expect(rendered).toMatchObject({ failures: [], unrendered: [] });
    expect(rendered.marks).toBeUndefined();
  });

  test('every failing template is named, with words that hold neither a value nor a literal', async () => {
    const { unrendered } = await render(
      withTemplates({ good: 'x', exec: '{{ .user.deep }}', parse: '{{ "s3cret" ', calls: '{{ fail .password }}' }),
    );
    expect(unrendered?.map(({ key }) => key)).toEqual(['calls', 'exec', 'parse']);
    for (const { message } of unrendered ?? []) {
      expect(message).toMatch(/^template: (calls|exec|parse):1/);
      expect(message).not.toMatch(/hunter2|s3cret|ann\b/);
    }
  });

  test('without templates, or with an item that does not open, nothing is looked at', async () => {
    const values = opened(items);
    expect(await renderTemplates(withTemplates({}), values, undefined, () => 0)).toBe(values);
    const broken = { ...values, failures: [{ key: 'user', message: 'no key could decrypt secret' }] };
    expect(await renderTemplates(withTemplates({ a: 'b' }), broken, undefined, () => 0)).toBe(broken);
  });

  test('the templates of one object keep to the limits together', async () => {
    const loop = '{{ range until 4000 }}{{ range until 50 }}{{ end }}{{ end }}';
    const templates = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, `${loop}${i}`]));
    const { unrendered = [] } = await render(withTemplates(templates));
    expect(unrendered).toHaveLength(1);
    for (const { message } of unrendered) expect(message).toContain('steps');
  });
});

describe('what varies is rendered once', () => {
  const varying = { token: '{{ randAlphaNum 20 }}', login: '{{ htpasswd .user .password }}', plain: '{{ .user }}' };

  test('and recorded as a digest of public texts, not of a value', async () => {
    const [first, second] = [await render(withTemplates(varying)), await render(withTemplates(varying))];
    expect(textsOf(first)['token']).not.toBe(textsOf(second)['token']);
    expect(first.marks).toEqual(second.marks);
    expect(Object.keys(JSON.parse(first.marks?.[mark] ?? '') as object)).toEqual(['login', 'token']);
  });

  test('and kept, whatever the time and whichever process', async () => {
    const first = await render(withTemplates(varying));
    const again = await render(withTemplates(varying), written(first), 1e12);
    expect(textsOf(again)).toEqual(textsOf(first));
    expect(again.marks).toEqual(first.marks);
  });

  const changes: readonly (readonly [string, SealedSecret, readonly string[]])[] = [
    ['its template changes', withTemplates({ ...varying, token: '{{ randAlphaNum 21 }}' }), ['token']],
    ['an item it reads is sealed anew', withTemplates(varying, { encryptedData: { user: 'AgU', password: 'AgP2' } }), []],
    ['all items are sealed anew', withTemplates(varying, { encryptedData: { user: 'AgU2', password: 'AgP2' } }), []],
    ['another item changes', withTemplates(varying, { encryptedData: { user: 'AgU', password: 'AgP', other: 'AgO' } }), []],
    ['a text beside it changes', withTemplates({ ...varying, plain: 'new' }), []],
  ];
  test.each(changes)('when %s', async (_, changed, renewed) => {
    const first = await render(withTemplates(varying));
    const [before, after] = [textsOf(first), textsOf(await render(changed, written(first)))];
    expect(['login', 'token'].filter((key) => before[key] !== after[key])).toEqual(renewed);
  });

  test('anew when an item it reads is another one; its record follows an item that is merely sealed anew', async () => {
    const first = await render(withTemplates(varying));
    const resealed = withTemplates(varying, { encryptedData: { user: 'AgU', password: 'AgP2' } });
    const other = await renderTemplates(resealed, opened({ ...items, password: 'hunter3' }), written(first), () => 0);
    expect(textsOf(other)['login']).not.toBe(textsOf(first)['login']);
    expect(textsOf(other)['token']).toBe(textsOf(first)['token']);

    const kept = await render(resealed, written(first));
    expect(kept.marks).not.toEqual(first.marks);
    expect(kept.marks).toEqual((await render(resealed)).marks);
    // Next time the record alone decides, though somebody changed the item in the Secret.
    const live = written(kept);
    const changed = { ...live, data: { ...live.data, password: 'eA==' } };
    expect(textsOf(await render(resealed, changed))['login']).toBe(textsOf(first)['login']);
  });

  test('anew when it may read all, and an item or a text is added or removed', async () => {
    const all = { token: '{{ range $k, $v := . }}{{ $k }}{{ end }}{{ randAlphaNum 20 }}' };
    const first = await render(withTemplates(all));
    const kept = await render(withTemplates(all, { encryptedData: { user: 'new', password: 'new' } }), written(first));
    expect(textsOf(kept)['token']).toBe(textsOf(first)['token']);
    const changed = [
      withTemplates(all, { encryptedData: { user: 'AgU' } }),
      withTemplates(all, { encryptedData: { user: 'AgU', password: 'AgP', more: 'AgM' } }),
      withTemplates({ ...all, beside: 'x' }),
    ];
    for (const sealed of changed) expect(textsOf(await render(sealed, written(first)))['token']).not.toBe(textsOf(first)['token']);
  });

  test('anew for a key that was removed from the Secret', async () => {
    const first = await render(withTemplates(varying));
    const live = written(first);
    const { token: _, ...data } = live.data ?? {};
    const again = textsOf(await render(withTemplates(varying), { ...live, data }));
    expect(again['token']).toHaveLength(20);
    expect(again['token']).not.toBe(textsOf(first)['token']);
    expect(again['login']).toBe(textsOf(first)['login']);
  });

  test.each(['', 'nonsense', '[]', 'null', '{"token":7}'])('a record that is not ours (%s) keeps nothing', async (record) => {
    const live = { ...written(await render(withTemplates(varying))) };
    live.metadata = { ...live.metadata, annotations: { [mark]: record } };
    const again = await render(withTemplates(varying), live);
    expect(textsOf(again)['token']).not.toBe(Buffer.from(live.data?.['token'] ?? '', 'base64').toString());
  });

  // Promise 11: taking over a Secret of sealed-secrets writes nothing.
  test('a Secret of sealed-secrets keeps its values while its spec is the one carried out, without a record', async () => {
    const { marks: _, ...first } = await render(withTemplates(varying));
    const carriedOut = withTemplates(varying, { status: { observedGeneration: 1 } });
    const adopted = await render(carriedOut, written(first));
    expect(textsOf(adopted)).toEqual(textsOf(first));
    expect(adopted.marks).toBeUndefined();

    const newer = withTemplates(varying, { status: { observedGeneration: 1 }, generation: 2 });
    expect(textsOf(await render(newer, written(first)))['token']).not.toBe(textsOf(first)['token']);
    const merged = { ...written(first), metadata: { ...written(first).metadata, uid: 'u-7', ownerReferences: [] } };
    const produced = { uid: 'u-7', resourceVersion: '1', scope: 'strict' };
    const into = withTemplates(varying, { status: { observedGeneration: 1, produced } });
    expect(textsOf(await render(into, merged))['token']).toBe(textsOf(first)['token']);
    const foreign = { ...written(first), metadata: { ...written(first).metadata, ownerReferences: [] } };
    expect(textsOf(await render(carriedOut, foreign))['token']).not.toBe(textsOf(first)['token']);
  });
});

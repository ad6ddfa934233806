import { annotations } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { createHmac } from 'node:crypto';
import { isSameSecret, wantedSecret } from './target-secret.ts';
import { resolveTemplates } from './templates.ts';
import { created, dataOf, external, fetched, foreign, making, owner, readFrom, textsOf } from './testing/target-objects.ts';
import type { Draft } from './testing/target-objects.ts';
import type { Making } from './target-secret.ts';

// Decision 12: a value that depends on time or chance is rendered once, and kept until what it is made of changes.

const keyed = (secret: Uint8Array): string =>
  createHmac('sha256', 'known to the controller only').update(secret).digest('base64url');

async function wanted(draft: Draft, more: Partial<Making> = {}): Promise<Secret> {
  const es = external(draft);
  return (await wantedSecret(making({ es, groups: await resolveTemplates(es, readFrom()), keyed, ...more }))).secret;
}
const withData = (data: object, more: object = {}): Draft => ({ target: { template: { data, ...more } } });
const password = (secret: Secret): string | undefined => textsOf(secret)['generated'];

describe('a value of chance', () => {
  const draft = withData({ generated: '{{ randAlphaNum 20 }}' });

  test('stays as it is', async () => {
    const live = created(await wanted(draft));
    const again = await wanted(draft, { live, data: fetched({ password: 'another' }) });
    expect(password(again)).toMatch(/^[0-9A-Za-z]{20}$/);
    expect(again.data).toEqual(live.data);
    expect(isSameSecret(live, again)).toBe(true);
  });

  test('is another one in another Secret', async () => {
    expect(password(await wanted(draft))).not.toBe(password(await wanted(draft)));
  });

  test('is made anew when its template changes', async () => {
    const live = created(await wanted(draft));
    const changed = await wanted(withData({ generated: '{{ randAlphaNum 21 }}' }), { live });
    expect(password(changed)).toHaveLength(21);
  });

  test('is made anew when somebody removes the key, and then kept', async () => {
    const live = { ...created(await wanted(draft)), data: {} };
    const anew = created(await wanted(draft, { live }));
    expect(password(anew)).toHaveLength(20);
    expect((await wanted(draft, { live: anew })).data).toEqual(anew.data);
  });

  test('moves over to a Secret that is made anew', async () => {
    const live = created(await wanted(draft));
    expect((await wanted(draft, { live: undefined, keepFrom: live })).data).toEqual(live.data);
  });

  test.each(['None', 'Base64', 'Base64URL', 'Auto'])(
    'is kept in a document of keys and values that is decoded by %s',
    async (strategy) => {
      const literal = 'one: "{{ randAlphaNum 12 | b64enc }}"\ntwo: "{{ randAlphaNum 12 | b64enc }}"';
      const from = { target: { template: { templateFrom: [{ literal, valuesDecodingStrategy: strategy }] } } };
      const live = created(await wanted(from));
      expect(Object.keys(live.data ?? {})).toEqual(['one', 'two']);
      expect((await wanted(from, { live })).data).toEqual(live.data);
    },
  );

  test('is kept in an annotation', async () => {
    const from = { target: { template: { metadata: { annotations: { id: '{{ uuidv4 }}' } } } } };
    const live = created(await wanted(from));
    expect((await wanted(from, { live })).metadata.annotations).toEqual(live.metadata.annotations);
  });

  test('of a document is made anew as a whole when one of its keys is gone', async () => {
    const from = { target: { template: { templateFrom: [{ literal: 'one: "{{ uuidv4 }}"\ntwo: "{{ uuidv4 }}"' }] } } };
    const live = created(await wanted(from));
    const { two: _, ...rest } = live.data ?? {};
    const anew = await wanted(from, { live: { ...live, data: rest } });
    expect(Object.keys(anew.data ?? {})).toEqual(['one', 'two']);
    expect(anew.data?.['one']).not.toBe(live.data?.['one']);
  });
});

describe('a document of keys and values', () => {
  const from = (literal: string, more: object = {}): Draft => ({ target: { template: { templateFrom: [{ literal, ...more }] } } });

  test('keeps bytes that are base64 of URLs', async () => {
    const draft = from('one: "{{ randAlphaNum 0 }}_-_-"', { valuesDecodingStrategy: 'Base64URL' });
    const live = created(await wanted(draft));
    expect(live.data).toEqual({ one: '/+/+' }); // the same bytes in the other alphabet
    expect((await wanted(draft, { live })).data).toEqual(live.data);
  });

  test('that another template hid in part is whole again without that', async () => {
    const literal = 'one: "{{ randAlphaNum 20 }}"\ntwo: "{{ randAlphaNum 20 }}"';
    const templateFrom = [{ literal }];
    const live = created(await wanted({ target: { template: { templateFrom, data: { two: 'fixed' } } } }));
    expect(textsOf(live)['two']).toBe('fixed');
    const whole = await wanted({ target: { template: { templateFrom } } }, { live });
    expect(textsOf(whole)['two']).toMatch(/^[0-9A-Za-z]{20}$/);
  });
});

describe('a value made of chance and of what is fetched', () => {
  const draft = withData({ generated: '{{ .password }}-{{ randAlphaNum 20 }}' });
  const one = fetched({ password: 'one', other: '1' });

  test('stays while that is the same, whatever else changes', async () => {
    const live = created(await wanted(draft, { data: one }));
    const again = await wanted(draft, { live, data: fetched({ password: 'one', other: '2' }) });
    expect(again.data).toEqual(live.data);
  });

  test('is made anew when that changes', async () => {
    const live = created(await wanted(draft, { data: one }));
    const again = await wanted(draft, { live, data: fetched({ password: 'two', other: '1' }) });
    expect(password(again)).toMatch(/^two-/);
  });

  test('is made anew each time when nobody can tell, rather than get old', async () => {
    const live = created(await wanted(draft, { data: one, keyed: undefined }));
    const again = await wanted(draft, { live, data: one, keyed: undefined });
    expect(password(again)).not.toBe(password(live));
  });

  test('stays without a key too where the Secret holds the value itself', async () => {
    const merged = withData({ generated: '{{ .password }}-{{ randAlphaNum 20 }}' }, { mergePolicy: 'Merge' });
    const live = created(await wanted(merged, { data: one, keyed: undefined }));
    expect((await wanted(merged, { live, data: one, keyed: undefined })).data).toEqual(live.data);
    const again = await wanted(merged, { live, data: fetched({ password: 'two', other: '1' }), keyed: undefined });
    expect(password(again)).toMatch(/^two-/);
  });

  test('is made anew without a key when only one of two values is still held', async () => {
    const merged = withData({ generated: '{{ .password }}{{ .other }}-{{ randAlphaNum 20 }}' }, { mergePolicy: 'Merge' });
    const live = created(await wanted(merged, { data: one, keyed: undefined }));
    const again = await wanted(merged, { live, data: fetched({ password: 'one', other: '2' }), keyed: undefined });
    expect(password(again)).toMatch(/^one2-/);
  });

  test('is made anew when nothing is fetched any more', async () => {
    const counting = withData({ generated: '{{ len . }}-{{ randAlphaNum 20 }}' });
    const live = created(await wanted(counting, { data: one }));
    expect(password(await wanted(counting, { live, data: fetched({}) }))).toMatch(/^0-/);
  });

  test('leaves no digest of a value in the record: another key gives another record', async () => {
    const record = async (key: string): Promise<string | undefined> => {
      const by = (secret: Uint8Array): string => createHmac('sha256', key).update(secret).digest('base64url');
      return (await wanted(draft, { data: one, keyed: by })).metadata.annotations?.[annotations.renderedOnce];
    };
    expect(await record('a')).not.toBe(await record('b'));
    const unkeyed = async (value: string): Promise<string | undefined> =>
      (await wanted(draft, { data: fetched({ password: value }), keyed: undefined })).metadata.annotations?.[
        annotations.renderedOnce
      ];
    expect(await unkeyed('a')).toBe(await unkeyed('b'));
  });
});

describe('a Secret that external-secrets made', () => {
  const draft = { ...withData({ generated: '{{ randAlphaNum 20 }}' }), status: { syncedResourceVersion: '1-abc' } };
  const marks = { labels: { 'reconcile.external-secrets.io/managed': 'true' } };
  const live = foreign({ metadata: { ...marks, ownerReferences: [owner()] }, data: dataOf({ generated: 'made-by-peer' }) });

  test('keeps its value, and gets no record for it', async () => {
    const secret = await wanted(draft, { live });
    expect(password(secret)).toBe('made-by-peer');
    expect(secret.metadata.annotations).not.toHaveProperty([annotations.renderedOnce]);
  });

  test('gets a record of all such values as soon as there is another', async () => {
    const more = { ...draft, ...withData({ generated: '{{ randAlphaNum 20 }}', fresh: '{{ randAlphaNum 20 }}' }) };
    const first = await wanted(more, { live });
    expect(password(first)).toBe('made-by-peer');
    expect((await wanted(more, { live: created(first) })).data).toEqual(first.data);
  });

  test.each([
    ['of a newer generation', { ...draft, generation: 2 }, live],
    ['that was never synced', { ...draft, status: {} }, live],
    ['of somebody else', draft, foreign({ data: dataOf({ generated: 'made-by-peer' }) })],
  ])('%s does not', async (_, of, secret) => {
    expect(password(await wanted(of, { live: secret }))).not.toBe('made-by-peer');
  });

  test('does not keep what is made of fetched values: it could be old', async () => {
    const reading = { ...draft, ...withData({ generated: '{{ .password }}{{ randAlphaNum 20 }}' }) };
    expect(password(await wanted(reading, { live }))).toMatch(/^hunter2/);
  });
});

test('what depends on nothing but what is fetched has no record', async () => {
  const secret = await wanted(withData({ generated: '{{ .password | upper }}' }));
  expect(secret.metadata.annotations).not.toHaveProperty([annotations.renderedOnce]);
});

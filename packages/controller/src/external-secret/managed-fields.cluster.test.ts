import { readFile, writeFile } from 'node:fs/promises';
import { namespaces, secrets } from '@signet/kube/client';
import type { Secret } from '@signet/kube/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { useControlPlane } from '../../../../test/control-plane/use-control-plane.ts';
import { fieldManagerOf } from './marks.ts';
import { wantedSecret } from './target-secret.ts';
import { created, dataOf, external, fetched, making, textsOf } from './testing/target-objects.ts';

// A real API server says who owns which field. What it said is recorded beside this file for the tests that have none.
// Recorded anew with SIGNET_RECORD=1.

const recording = new URL('./testing/managed-fields.json', import.meta.url);
const plane = useControlPlane({ controllerManager: false });
const longName = 'a-name-of-more-than-twenty-eight-characters';

const first = (name: string): ReturnType<typeof external> =>
  external({ name, labels: { team: 'a', stale: 'x' }, annotations: { note: 'n' }, target: { creationPolicy: 'CreateOrMerge' } });
const second = (name: string): ReturnType<typeof external> =>
  external({ name, labels: { team: 'a' }, target: { creationPolicy: 'CreateOrMerge' } });

beforeAll(async () => {
  await plane().admin.create(namespaces, { metadata: { name: 'web' } });
});

/** The life of one Secret: created, edited by somebody else, refreshed. */
async function live(name: string): Promise<Record<'created' | 'edited' | 'refreshed', Secret>> {
  const { admin } = plane();
  const fieldManager = fieldManagerOf(name);
  const data = fetched({ user: 'ann', stale: '1' });
  const made = await admin.create(secrets, (await wantedSecret(making({ es: first(name), data }))).secret, { fieldManager });
  const body = {
    ...made,
    metadata: { ...made.metadata, labels: { ...made.metadata.labels, theirs: 'b' } },
    data: { ...made.data, ...dataOf({ theirs: '2' }) },
  };
  const edited = await admin.replace(secrets, body, { fieldManager: 'somebody' });
  const wanted = await wantedSecret(making({ es: second(name), data: fetched({ user: 'bob' }), live: edited }));
  const refreshed = await admin.replace(secrets, wanted.secret, { fieldManager });
  return { created: made, edited, refreshed };
}

/** Without what is another at each run. */
function steady(secret: Secret): Secret {
  const { uid: _, resourceVersion: __, creationTimestamp: ___, managedFields = [], ...metadata } = secret.metadata;
  const entries = managedFields.map((entry) => ({ ...(entry as Record<string, unknown>), time: '2026-11-21T00:00:00Z' }));
  return { ...secret, metadata: { ...metadata, managedFields: entries } };
}

describe('field ownership as a real API server keeps it', () => {
  test.each(['db', longName])(
    'external acceptance 6: outdated owned labels, annotations and keys go, foreign ones stay: %s',
    async (name) => {
      const { refreshed } = await live(name);
      expect(textsOf(refreshed)).toEqual({ user: 'bob', theirs: '2' });
      expect(refreshed.metadata.labels).toMatchObject({ team: 'a', theirs: 'b' });
      expect(refreshed.metadata.labels).not.toHaveProperty('stale');
      expect(refreshed.metadata.annotations).not.toHaveProperty('note');
    },
  );

  test('is what the recording says', async () => {
    const lived = await live('recorded');
    const seen = Object.fromEntries(Object.entries(lived).map(([when, secret]) => [when, steady(secret)]));
    if (process.env['SIGNET_RECORD'] === '1') await writeFile(recording, `${JSON.stringify(seen, undefined, 2)}\n`);
    expect(seen).toEqual(JSON.parse(await readFile(recording, 'utf8')));
  });

  test('is what the other tests make for a Secret that was just created', async () => {
    const { secret } = await wantedSecret(making({ es: external({ name: 'fresh', labels: { team: 'a' } }) }));
    const answered = await plane().admin.create(secrets, secret, { fieldManager: fieldManagerOf('fresh') });
    const expected = created(secret, fieldManagerOf('fresh'));
    expect(steady(answered).metadata.managedFields).toEqual(steady(expected).metadata.managedFields);
  });
});

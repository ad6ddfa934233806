import type { KubeObject } from '@signet/kube/client';
import { generateSealingKey, Keyring, readCertificate } from '@signet/sealing';
import { Registry } from 'prom-client';
import { beforeAll, describe, expect, test } from 'vitest';
import { OutOfDate } from '../sealed-secret/out-of-date.ts';
import { addGauges } from './gauges.ts';
import type { Sources } from './gauges.ts';

const now = Date.parse('2026-06-01T00:00:00Z');
const hour = 3_600_000;
let certificate: ReturnType<typeof readCertificate>;
beforeAll(async () => {
  const made = await generateSealingKey({ bits: 2048, now: new Date(now - hour), validForMs: 3 * hour });
  certificate = readCertificate(made.certificatePem);
});

const keyOf = (id: string, orderedAt: number): Keyring['entries'][number] => ({
  key: { id, unwrap: () => Promise.reject(new Error('no')) },
  certificate,
  orderedAt: new Date(orderedAt),
});
const needing = (...keys: string[]): KubeObject => ({ metadata: {}, status: { produced: { keys } } });

async function scrape(name: string, more: Partial<Sources> = {}): Promise<string[]> {
  const registry = new Registry();
  addGauges(registry, {
    keyring: new Keyring([]),
    keySecrets: { broken: 0, suspicious: 0 },
    objects: () => [],
    outOfDate: new OutOfDate(() => now),
    omitSecretLabels: false,
    queues: [{ name: 'sealedsecret', oldestAgeMs: 0 }],
    caches: {},
    now: () => now,
    ...more,
  });
  return (await registry.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

describe('keys', () => {
  const keyring = (): Keyring =>
    new Keyring([keyOf('SHA256:aaaaaaaaaaaaaaaaaaaa', now - hour), keyOf('SHA256:bbbbbbbbbbbbbbbb', now)]);

  test('by age and by expiry, each under the start of its fingerprint', async () => {
    expect(await scrape('signet_sealing_key_age_seconds', { keyring: keyring() })).toEqual([
      'signet_sealing_key_age_seconds{key="SHA256:bbbbbbbbbbbb"} 0',
      'signet_sealing_key_age_seconds{key="SHA256:aaaaaaaaaaaa"} 3600',
    ]);
    const notAfter = (now + 2 * hour) / 1000;
    expect(await scrape('signet_sealing_key_not_after_seconds', { keyring: keyring() })).toEqual([
      `signet_sealing_key_not_after_seconds{key="SHA256:bbbbbbbbbbbb"} ${notAfter}`,
      `signet_sealing_key_not_after_seconds{key="SHA256:aaaaaaaaaaaa"} ${notAfter}`,
    ]);
  });

  test('by the objects that need them; a key that is gone, and objects that say nothing, have one series each', async () => {
    const objects = (): KubeObject[] => [
      needing('SHA256:aaaaaaaaaaaaaaaaaaaa', 'SHA256:bbbbbbbbbbbbbbbb'),
      needing('SHA256:aaaaaaaaaaaaaaaaaaaa'),
      needing('SHA256:gone-1'),
      needing('SHA256:gone-2'),
      { metadata: {} },
    ];
    expect(await scrape('signet_sealing_key_objects', { keyring: keyring(), objects })).toEqual([
      'signet_sealing_key_objects{key="SHA256:bbbbbbbbbbbb"} 1',
      'signet_sealing_key_objects{key="SHA256:aaaaaaaaaaaa"} 2',
      'signet_sealing_key_objects{key="gone"} 2',
      'signet_sealing_key_objects{key="unknown"} 1',
    ]);
  });

  test('series are bounded, however many keys there are', async () => {
    const many = new Keyring(Array.from({ length: 300 }, (_, at) => keyOf(`SHA256:${String(at).padStart(12, '0')}`, now - at)));
    expect(await scrape('signet_sealing_key_age_seconds', { keyring: many })).toHaveLength(200);
    expect(await scrape('signet_sealing_key_objects', { keyring: many })).toHaveLength(202);
    expect(await scrape('signet_sealing_keys', { keyring: many })).toEqual(['signet_sealing_keys 300']);
  });

  test('none: no expiry is shown, rather than a wrong one', async () => {
    expect(await scrape('signet_sealing_key_expiry_seconds')).toEqual([]);
    expect(await scrape('signet_sealing_keys')).toEqual(['signet_sealing_keys 0']);
  });
});

describe('objects that are out of date', () => {
  function late(count: number): OutOfDate {
    const outOfDate = new OutOfDate(() => now);
    for (let at = 0; at < count; at++) outOfDate.late({ namespace: 'web', name: `db-${at}` }, now - 1000 * (at + 1));
    return outOfDate;
  }

  test('how many, how long the longest, and which', async () => {
    const outOfDate = late(2);
    expect(await scrape('signet_objects_out_of_date', { outOfDate })).toEqual(['signet_objects_out_of_date 2']);
    expect(await scrape('signet_longest_out_of_date_seconds', { outOfDate })).toEqual(['signet_longest_out_of_date_seconds 2']);
    expect(await scrape('signet_object_out_of_date_seconds', { outOfDate })).toEqual([
      'signet_object_out_of_date_seconds{namespace="web",name="db-1"} 2',
      'signet_object_out_of_date_seconds{namespace="web",name="db-0"} 1',
    ]);
  });

  test('the hundred longest by name and no more; none with --metrics-omit-secret-labels', async () => {
    expect(await scrape('signet_object_out_of_date_seconds', { outOfDate: late(1000) })).toHaveLength(100);
    expect(await scrape('signet_object_out_of_date_seconds', { outOfDate: late(2), omitSecretLabels: true })).toEqual([]);
    expect(await scrape('signet_objects_out_of_date', { outOfDate: late(2), omitSecretLabels: true })).toHaveLength(1);
  });

  test('none', async () => {
    expect(await scrape('signet_longest_out_of_date_seconds')).toEqual(['signet_longest_out_of_date_seconds 0']);
  });
});

test('the queue, the watches and key Secrets that look wrong', async () => {
  const queues = [
    { name: 'sealedsecret', oldestAgeMs: 1500 },
    { name: 'externalsecret', oldestAgeMs: 0 },
  ];
  expect(await scrape('signet_queue_oldest_age_seconds', { queues })).toEqual([
    'signet_queue_oldest_age_seconds{name="sealedsecret"} 1.5',
    'signet_queue_oldest_age_seconds{name="externalsecret"} 0',
  ]);
  const caches = { sealedsecrets: { lastEventAt: now - 2000 }, secrets: { lastEventAt: undefined } };
  expect(await scrape('signet_watch_last_event_age_seconds', { caches })).toEqual([
    'signet_watch_last_event_age_seconds{cache="sealedsecrets"} 2',
  ]);
  const keySecrets = { broken: 1, suspicious: 2 };
  expect(await scrape('signet_broken_key_secrets', { keySecrets })).toEqual(['signet_broken_key_secrets 1']);
  expect(await scrape('signet_suspicious_key_secrets', { keySecrets })).toEqual(['signet_suspicious_key_secrets 2']);
});

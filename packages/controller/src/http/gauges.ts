import type { KubeObject } from '@signet/kube/client';
import type { Keyring } from '@signet/sealing';
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { countByKey } from '../sealed-secret/out-of-date.ts';
import type { OutOfDate } from '../sealed-secret/out-of-date.ts';

/** What the gauges ask at each scrape. Times are milliseconds since 1970. */
export interface Sources {
  readonly keyring: Keyring;
  /** Key Secrets that look wrong: how many cannot be used, and how many belong to a SealedSecret. */
  readonly keySecrets: { readonly broken: number; readonly suspicious: number };
  /** The SealedSecrets in scope. */
  readonly objects: () => Iterable<KubeObject>;
  readonly outOfDate: OutOfDate;
  /** Names of objects stay out of the metrics. */
  readonly omitSecretLabels: boolean;
  readonly queues: readonly { readonly name: string; readonly oldestAgeMs: number }[];
  /** Caches by name, each with the time of its last watch event. */
  readonly caches: Readonly<Record<string, { readonly lastEventAt: number | undefined }>>;
  readonly now: () => number;
}

/** Series with the name of an object: the longest out of date, and no more. */
const namedObjects = 100;
/** Series with the name of a key: the newest, and no more. */
const namedKeys = 200;

/** Adds what is read at each scrape. Series are bounded: by the number of caches, of keys up to 200, of objects up to 100. */
export function addGauges(registry: Registry, sources: Sources): void {
  const { caches, keyring, now, outOfDate } = sources;
  const gauge = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void): void => {
    const read = function (this: Gauge): void {
      this.reset(); // what is not told any more is gone
      collect(this);
    };
    void new Gauge({ name, help, labelNames, registers: [registry], collect: read });
  };
  const single = (name: string, help: string, value: () => number | undefined): void =>
    gauge(name, help, [], (one) => {
      const is = value();
      if (is === undefined) one.remove();
      else one.set(is);
    });
  const byKey = (name: string, help: string, value: (entry: Keyring['entries'][number]) => number): void =>
    gauge(name, help, ['key'], (one) => {
      for (const entry of keyring.entries.slice(0, namedKeys)) one.set({ key: keyLabelOf(entry.key.id) }, value(entry));
    });

  single('signet_sealing_keys', 'Sealing keys loaded.', () => keyring.entries.length);
  single('signet_sealing_key_expiry_seconds', 'NotAfter of the certificate served, as Unix time.', () => {
    const { newest } = keyring;
    return newest && newest.certificate.notAfter.getTime() / 1000;
  });
  byKey('signet_sealing_key_age_seconds', 'Age of each sealing key, by what orders the keys.', ({ orderedAt }) =>
    Math.max(0, (now() - orderedAt.getTime()) / 1000),
  );
  byKey(
    'signet_sealing_key_not_after_seconds',
    'NotAfter of the certificate of each sealing key, as Unix time.',
    (entry) => entry.certificate.notAfter.getTime() / 1000,
  );
  const needs = 'SealedSecrets whose items were opened with each key; "gone": with one not loaded, "unknown": not recorded.';
  gauge('signet_sealing_key_objects', needs, ['key'], (one) => {
    const { needed, unknown } = countByKey(sources.objects());
    let gone = 0;
    for (const { key } of keyring.entries.slice(0, namedKeys)) one.set({ key: keyLabelOf(key.id) }, needed.get(key.id) ?? 0);
    const loaded = new Set(keyring.entries.map(({ key }) => key.id));
    for (const [id, count] of needed) if (!loaded.has(id)) gone += count;
    one.set({ key: 'gone' }, gone);
    one.set({ key: 'unknown' }, unknown);
  });
  const broken = 'Labelled key Secrets that cannot be used.';
  single('signet_broken_key_secrets', broken, () => sources.keySecrets.broken);
  const suspicious = 'Key Secrets that belong to a SealedSecret: whoever sealed it knows the private key.';
  single('signet_suspicious_key_secrets', suspicious, () => sources.keySecrets.suspicious);
  single('signet_private_key_operations', 'Private-key operations since the start.', () => keyring.privateOperations);

  single('signet_objects_out_of_date', 'SealedSecrets whose Secret is not what their spec asks for.', () => outOfDate.size);
  single('signet_longest_out_of_date_seconds', 'How long the longest of them has been so; 0: there is none.', () => {
    const [longest] = outOfDate.longest(1);
    return longest ? Math.max(0, (now() - longest.since) / 1000) : 0;
  });
  if (!sources.omitSecretLabels)
    gauge(
      'signet_object_out_of_date_seconds',
      `How long a SealedSecret has been out of date; the ${namedObjects} that have been so for longest.`,
      ['namespace', 'name'],
      (one) => {
        for (const { key, since } of outOfDate.longest(namedObjects))
          one.set({ namespace: key.namespace, name: key.name }, Math.max(0, (now() - since) / 1000));
      },
    );

  gauge('signet_queue_oldest_age_seconds', 'How long the oldest object that could be worked on has waited.', ['name'], (one) => {
    for (const { name, oldestAgeMs } of sources.queues) one.set({ name }, oldestAgeMs / 1000);
  });
  const age = 'Seconds since the last event of a watch, bookmarks included.';
  gauge('signet_watch_last_event_age_seconds', age, ['cache'], (one) => {
    for (const [cache, { lastEventAt }] of Object.entries(caches))
      if (lastEventAt !== undefined) one.set({ cache }, Math.max(0, (now() - lastEventAt) / 1000));
  });
}

/** Enough of a fingerprint to tell keys apart by: `SHA256:` and its first twelve characters. */
function keyLabelOf(id: string): string {
  return id.slice(0, 'SHA256:'.length + 12);
}

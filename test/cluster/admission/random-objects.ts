import * as fc from 'fast-check';

/** Mostly what is meant, sometimes null, sometimes something else. */
function odd<T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 12, arbitrary: value },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(7, true, 'text', {}, []) },
  );
}

const optionally = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<object> =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, odd(value)])), { requiredKeys: [] });

const name = fc.constantFrom('vault', 'a.b', 'Vault', '');
const key = fc.constantFrom('a', 'b', 'c', 'd/e');
const word = (...words: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...words, 'Unheard');
const duration = fc.constantFrom('0', '1h', '-5m', '1.5s', '1y', '', '2562048h');

const strategies = {
  decodingStrategy: word('Auto', 'Base64', 'Base64URL', 'None'),
  conversionStrategy: word('Default', 'Unicode'),
  nullBytePolicy: word('Ignore', 'Fail'),
};
const storeRef = optionally({ name, kind: word('SecretStore', 'ClusterSecretStore') });
const sourceRef = optionally({
  storeRef,
  generatorRef: optionally({ apiVersion: fc.constant('x/v1'), kind: word('UUID', 'Fake'), name }),
});
const remoteKey = optionally({ key, property: key, version: key, metadataPolicy: word('None', 'Fetch'), ...strategies });
const rewrite = optionally({
  regexp: fc.record({ source: key, target: key }),
  transform: fc.record({ template: key }),
  merge: optionally({ into: key, priority: fc.array(key), strategy: word('Extract', 'JSON') }),
});
const dataFrom = optionally({
  extract: remoteKey,
  find: optionally({ path: key, name: optionally({ regexp: key }), tags: fc.dictionary(key, key), ...strategies }),
  rewrite: fc.array(odd(rewrite), { maxLength: 2 }),
  sourceRef,
});
const source = optionally({
  name,
  items: fc.array(odd(optionally({ key, templateAs: word('Values', 'KeysAndValues') })), { maxLength: 2 }),
});
const template = optionally({
  type: fc.constantFrom('Opaque', 'kubernetes.io/service-account-token', 'bootstrap.kubernetes.io/token'),
  engineVersion: word('v2'),
  mergePolicy: word('Replace', 'Merge'),
  metadata: optionally({
    annotations: fc.dictionary(fc.constantFrom('a', 'kubernetes.io/service-account.name'), key),
    labels: fc.dictionary(key, key),
    finalizers: fc.array(key),
  }),
  data: fc.dictionary(key, key),
  templateFrom: fc.array(
    odd(
      optionally({
        configMap: source,
        secret: source,
        literal: key,
        target: fc.constantFrom('Data', 'labels', 'ANNOTATIONS', 'spec.a', ''),
        valuesDecodingStrategy: word('Auto', 'None'),
      }),
    ),
    { maxLength: 2 },
  ),
});

/** `spec` of an ExternalSecret, seldom a good one. */
export const randomExternalSecret: fc.Arbitrary<object> = optionally({
  secretStoreRef: storeRef,
  refreshPolicy: word('CreatedOnce', 'Periodic', 'OnChange'),
  refreshInterval: duration,
  syncWindows: optionally({
    kind: word('allow', 'deny'),
    windows: fc.array(odd(fc.record({ schedule: key, duration })), { maxLength: 2 }),
  }),
  target: optionally({
    name,
    creationPolicy: word('Owner', 'Orphan', 'Merge', 'None', 'CreateOrMerge'),
    deletionPolicy: word('Delete', 'Merge', 'Retain'),
    immutable: fc.boolean(),
    manifest: fc.record({ apiVersion: key, kind: key }),
    template,
  }),
  data: fc.array(odd(optionally({ secretKey: key, remoteRef: remoteKey, sourceRef })), { maxLength: 3 }),
  dataFrom: fc.array(odd(dataFrom), { maxLength: 2 }),
});

/** `spec` of a store, seldom a good one. */
export const randomSecretStore: fc.Arbitrary<object> = optionally({
  controller: key,
  provider: fc.record(
    { fake: odd(fc.constant({ data: [] })), vault: odd(fc.jsonValue()), newcomer: fc.constant({ a: [1] }) },
    { requiredKeys: [] },
  ),
  retrySettings: optionally({ maxRetries: fc.integer(), retryInterval: duration }),
  refreshInterval: fc.oneof(duration, fc.integer({ min: -2, max: 600 })),
  conditions: fc.array(
    odd(
      optionally({
        namespaces: fc.array(odd(name), { maxLength: 2 }),
        namespaceRegexes: fc.array(odd(fc.constantFrom('^a', '(', '.*', 'a{2}', '[[:alpha:]]', '(?=a)', '\\pL')), { maxLength: 2 }),
        namespaceSelector: optionally({ matchLabels: fc.dictionary(key, key) }),
      }),
    ),
    { maxLength: 2 },
  ),
});

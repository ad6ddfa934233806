import type { Row } from './admission-case.ts';

const item = (secretKey: string, rest: object = {}): object => ({ secretKey, remoteRef: { key: 'db' }, ...rest });
const data = [item('password')];
const storeRef = { name: 'vault' };
const generatorRef = { kind: 'Password', name: 'pw' };
const extract = { key: 'db' };
const find = { name: { regexp: '.*' } };

/** `data` and `dataFrom`. */
export const sourceCases: readonly Row[] = [
  ['one item of data', { data }],
  ['one entry of dataFrom', { dataFrom: [{ extract }] }],
  ['no source at all', {}, 'spec', 'needs an entry in data or dataFrom'],
  ['two empty lists', { data: [], dataFrom: [] }, 'spec', 'needs an entry in data or dataFrom'],
  ['nulls for absences', { data, dataFrom: null, target: null, refreshInterval: null, secretStoreRef: { name: null } }],
  ['a field nobody knows', { data, newcomer: { a: 1 } }],
  ['an item without remoteRef', { data: [{ secretKey: 'a' }] }, 'spec.data[0].remoteRef'],
  ['an item without a remote key', { data: [{ secretKey: 'a', remoteRef: {} }] }, 'spec.data[0].remoteRef.key'],
  ['an empty remote key', { data: [{ secretKey: 'a', remoteRef: { key: '' } }] }],
  ['an item without secretKey', { data: [{ remoteRef: { key: 'a' } }] }, 'spec.data[0].secretKey'],
  ['an empty secretKey', { data: [item('')] }, 'spec.data[0].secretKey'],
  ['the longest secretKey', { data: [item('a'.repeat(253))] }],
  ['a secretKey too long', { data: [item('a'.repeat(254))] }, 'spec.data[0].secretKey'],
  ['a secretKey with a slash', { data: [item('a/b')] }, 'spec.data[0].secretKey'],
  ['a secretKey of all allowed signs', { data: [item('-._aZ9')] }],
  ['an item that is null', { data: [null] }, 'spec.data[0]'],
  ['data that is a map', { data: { password: 'x' } }, 'spec.data'],
  ['the same secretKey twice', { data: [item('a'), item('b'), item('a')] }, 'spec', 'two entries of data have the same secretKey'],
  ['the same secretKey twice, deletionPolicy Delete', { data: [item('a'), item('a')], target: { deletionPolicy: 'Delete' } }],
  ['the same secretKey twice, deletionPolicy Merge', { data: [item('a'), item('a')], target: { deletionPolicy: 'Merge' } }],
  ['secretKeys that differ in case', { data: [item('a'), item('A')] }],
  [
    'strategies in all their words',
    {
      data: [
        {
          secretKey: 'a',
          remoteRef: {
            key: 'b',
            metadataPolicy: 'Fetch',
            decodingStrategy: 'Base64URL',
            conversionStrategy: 'Unicode',
            nullBytePolicy: 'Fail',
            property: 'p',
            version: 'v',
          },
        },
      ],
    },
  ],
  [
    'an unknown decodingStrategy',
    { data: [{ secretKey: 'a', remoteRef: { key: 'b', decodingStrategy: 'base64' } }] },
    'spec.data[0].remoteRef.decodingStrategy',
  ],
  [
    'an unknown conversionStrategy',
    { data: [{ secretKey: 'a', remoteRef: { key: 'b', conversionStrategy: 'X' } }] },
    'spec.data[0].remoteRef.conversionStrategy',
  ],
  [
    'an unknown metadataPolicy',
    { data: [{ secretKey: 'a', remoteRef: { key: 'b', metadataPolicy: 'X' } }] },
    'spec.data[0].remoteRef.metadataPolicy',
  ],
  [
    'an unknown nullBytePolicy',
    { data: [{ secretKey: 'a', remoteRef: { key: 'b', nullBytePolicy: 'X' } }] },
    'spec.data[0].remoteRef.nullBytePolicy',
  ],
  [
    'a version that is a number',
    { data: [{ secretKey: 'a', remoteRef: { key: 'b', version: 3 } }] },
    'spec.data[0].remoteRef.version',
  ],
];

/** `sourceRef`, and what goes with it. */
export const sourceRefCases: readonly Row[] = [
  ['an item of another store', { data: [item('a', { sourceRef: { storeRef } })] }],
  ['an item of a generator', { data: [item('a', { sourceRef: { generatorRef } })] }],
  [
    'an item of nothing',
    { data: [item('a', { sourceRef: {} })] },
    'spec.data[0].sourceRef',
    'needs exactly one of storeRef and generatorRef',
  ],
  [
    'an item of both',
    { data: [item('a', { sourceRef: { storeRef, generatorRef } })] },
    'spec.data[0].sourceRef',
    'needs exactly one of storeRef and generatorRef',
  ],
  ['extract of another store', { dataFrom: [{ extract, sourceRef: { storeRef } }] }],
  ['find of another store', { dataFrom: [{ find, sourceRef: { storeRef } }] }],
  ['a generator', { dataFrom: [{ sourceRef: { generatorRef } }] }],
  ['extract with null beside', { dataFrom: [{ extract, find: null }] }],
  [
    'extract and find',
    { dataFrom: [{ extract, find }] },
    'spec.dataFrom[0]',
    'needs exactly one of extract, find and sourceRef.generatorRef',
  ],
  [
    'extract and a generator',
    { dataFrom: [{ extract, sourceRef: { generatorRef } }] },
    'spec.dataFrom[0]',
    'needs exactly one of extract',
  ],
  [
    'find and a generator',
    { dataFrom: [{ find, sourceRef: { generatorRef } }] },
    'spec.dataFrom[0]',
    'needs exactly one of extract',
  ],
  ['all three', { dataFrom: [{ extract, find, sourceRef: { generatorRef } }] }, 'spec.dataFrom[0]', 'needs exactly one of extract'],
  ['an entry that says nothing', { dataFrom: [{ extract }, {}] }, 'spec.dataFrom[1]', 'needs exactly one of extract'],
  [
    'a store, and nothing to read there',
    { dataFrom: [{ sourceRef: { storeRef } }] },
    'spec.dataFrom[0]',
    'needs exactly one of extract',
  ],
  ['rewrite alone', { dataFrom: [{ rewrite: [] }] }, 'spec.dataFrom[0]', 'needs exactly one of extract'],
  [
    'an empty sourceRef',
    { dataFrom: [{ extract, sourceRef: {} }] },
    'spec.dataFrom[0].sourceRef',
    'needs exactly one of storeRef and generatorRef',
  ],
  [
    'a store and a generator',
    { dataFrom: [{ sourceRef: { storeRef, generatorRef } }] },
    'spec.dataFrom[0].sourceRef',
    'needs exactly one of storeRef and generatorRef',
  ],
  [
    'a generator of a kind nobody knows',
    { dataFrom: [{ sourceRef: { generatorRef: { kind: 'Dice', name: 'a' } } }] },
    'spec.dataFrom[0].sourceRef.generatorRef.kind',
  ],
  [
    'a generator without name',
    { dataFrom: [{ sourceRef: { generatorRef: { kind: 'UUID' } } }] },
    'spec.dataFrom[0].sourceRef.generatorRef.name',
  ],
  ['extract without key', { dataFrom: [{ extract: {} }] }, 'spec.dataFrom[0].extract.key'],
  ['find by tags and path', { dataFrom: [{ find: { path: 'a', tags: { team: 'x' } } }] }],
  ['find by a tag that is a number', { dataFrom: [{ find: { tags: { team: 1 } } }] }, 'spec.dataFrom[0].find.tags.team'],
];

const rewrite = (...steps: readonly object[]): object => ({ dataFrom: [{ extract, rewrite: steps }] });
const step = 'spec.dataFrom[0].rewrite[0]';
const oneStep = 'needs exactly one of regexp, transform and merge';
const regexp = { source: '^a', target: 'b' };

/** `rewrite`. */
export const rewriteCases: readonly Row[] = [
  ['one step of each', rewrite({ regexp }, { transform: { template: '{{ .value }}' } }, { merge: {} })],
  ['a step that does nothing', rewrite({}), step, oneStep],
  ['a step that does two things', rewrite({ regexp, merge: {} }), step, oneStep],
  ['a step that does three things', rewrite({ regexp, merge: {}, transform: { template: 'a' } }), step, oneStep],
  ['transform and merge', rewrite({ merge: {}, transform: { template: 'a' } }), step, oneStep],
  ['the second of two steps', rewrite({ regexp }, {}), 'spec.dataFrom[0].rewrite[1]', oneStep],
  ['regexp without target', rewrite({ regexp: { source: 'a' } }), `${step}.regexp.target`],
  ['transform without template', rewrite({ transform: {} }), `${step}.transform.template`],
  [
    'merge in all its words',
    rewrite({
      merge: { into: 'a', priority: ['b'], priorityPolicy: 'IgnoreNotFound', conflictPolicy: 'Ignore', strategy: 'JSON' },
    }),
  ],
  ['an unknown strategy of merge', rewrite({ merge: { strategy: 'Deep' } }), `${step}.merge.strategy`],
];

/** `secretStoreRef`. */
export const storeRefCases: readonly Row[] = [
  ['a cluster store', { data, secretStoreRef: { name: 'a.b-c', kind: 'ClusterSecretStore' } }],
  ['a store reference without name', { data, secretStoreRef: {} }],
  ['an unknown kind of store', { data, secretStoreRef: { name: 'a', kind: 'Store' } }, 'spec.secretStoreRef.kind'],
  ['a store name with capitals', { data, secretStoreRef: { name: 'Vault' } }, 'spec.secretStoreRef.name'],
  ['a store name with a dot at its end', { data, secretStoreRef: { name: 'vault.' } }, 'spec.secretStoreRef.name'],
  ['an empty store name', { data, secretStoreRef: { name: '' } }, 'spec.secretStoreRef.name'],
  ['a store name too long', { data, secretStoreRef: { name: 'a'.repeat(254) } }, 'spec.secretStoreRef.name'],
];

/** When values are refreshed. */
export const scheduleCases: readonly Row[] = [
  ...['CreatedOnce', 'Periodic', 'OnChange'].map((refreshPolicy): Row => [
    `refreshPolicy ${refreshPolicy}`,
    { data, refreshPolicy },
  ]),
  ['an unknown refreshPolicy', { data, refreshPolicy: 'Never' }, 'spec.refreshPolicy'],
  ...['0', '+0', '1h', '1h30m', '1h0m0s', '15s', '-5m', '+1.5h', '1.h', '.5s', '1us', '1µs', '1μs', '1ns', '2562047h'].map(
    (refreshInterval): Row => [`refreshInterval ${refreshInterval}`, { data, refreshInterval }],
  ),
  ...[
    '',
    '1',
    '1y',
    '1d',
    '1h 30m',
    '1h30',
    'h',
    '.s',
    '1,5h',
    '--1h',
    '0x1h',
    '1H',
    'forever',
    '2562048h',
    '-2562048h',
    '9999999999999999999h',
  ].map((refreshInterval): Row => [
    `refreshInterval "${refreshInterval}"`,
    { data, refreshInterval },
    'spec.refreshInterval',
    'has to be a duration such as 1h30m',
  ]),
  ['refreshInterval that is a number', { data, refreshInterval: 60 }, 'spec.refreshInterval'],
  ['windows', { data, syncWindows: { kind: 'deny', windows: [{ schedule: '0 22 * * *', duration: '8h' }] } }],
  [
    'a schedule that cannot be read is never open',
    { data, syncWindows: { kind: 'allow', windows: [{ schedule: 'sometimes', duration: 'long' }] } },
  ],
  [
    'windows of an unknown kind',
    { data, syncWindows: { kind: 'maybe', windows: [{ schedule: '@daily', duration: '1h' }] } },
    'spec.syncWindows.kind',
  ],
  ['no windows', { data, syncWindows: { kind: 'deny', windows: [] } }, 'spec.syncWindows.windows'],
  ['windows without their list', { data, syncWindows: { kind: 'deny' } }, 'spec.syncWindows.windows'],
  [
    'a window without duration',
    { data, syncWindows: { kind: 'deny', windows: [{ schedule: '@daily' }] } },
    'spec.syncWindows.windows[0].duration',
  ],
];

import type { Row } from './admission-case.ts';

const fake = { fake: { data: [{ key: 'a', value: 'b' }] } };
const provider = fake;
const regexes = (...namespaceRegexes: readonly string[]): object => ({ provider, conditions: [{ namespaceRegexes }] });

/** SecretStore and ClusterSecretStore. */
export const storeCases: readonly Row[] = [
  ['a provider that we have', { provider }],
  ['a provider that we do not have', { provider: { onepassword: { connectHost: 'x', vaults: { a: 1 } } } }],
  ['a provider that nobody knows yet', { provider: { newcomer: { deep: [{ a: [1, { b: null }] }] } } }],
  ['a provider of v1beta1 only', { provider: { alibaba: { regionID: 'x' } } }],
  ['no provider', {}, 'spec.provider'],
  ['an empty provider', { provider: {} }, 'spec.provider'],
  ['two providers', { provider: { ...fake, vault: {} } }, 'spec.provider'],
  ['two providers, one unknown', { provider: { ...fake, newcomer: {} } }, 'spec.provider'],
  ['null for the other provider', { provider: { ...fake, vault: null } }],
  ['a provider that is text', { provider: { vault: 'https://vault' } }, 'spec.provider.vault'],
  ['retries', { provider, retrySettings: { maxRetries: 5, retryInterval: '10s' } }],
  ['retries that are no number', { provider, retrySettings: { maxRetries: '5' } }, 'spec.retrySettings.maxRetries'],
  ['more retries than 32 bits hold', { provider, retrySettings: { maxRetries: 2 ** 31 } }, 'spec.retrySettings.maxRetries'],
  [
    'an interval of retries that is none',
    { provider, retrySettings: { retryInterval: 'soon' } },
    'spec.retrySettings.retryInterval',
    'has to be a duration',
  ],
  ...[0, 300, '0', '5m', '1.5h'].map((refreshInterval): Row => [
    `refreshInterval ${refreshInterval} (${typeof refreshInterval})`,
    { provider, refreshInterval },
  ]),
  ...[-1, '-5m', '5', '', 'often', '2562048h'].map((refreshInterval): Row => [
    `refreshInterval "${refreshInterval}" (${typeof refreshInterval})`,
    { provider, refreshInterval },
    'spec.refreshInterval',
    'has to be seconds, or a duration',
  ]),
  ['refreshInterval that is neither', { provider, refreshInterval: true }, 'spec.refreshInterval'],
  ['a class', { provider, controller: 'blue' }],
  [
    'conditions',
    {
      provider,
      conditions: [
        { namespaceSelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'a', operator: 'Exists' }] } },
        { namespaces: ['web'] },
      ],
    },
  ],
  ['a namespace that cannot be', { provider, conditions: [{ namespaces: ['Web'] }] }, 'spec.conditions[0].namespaces[0]'],
  ['regular expressions', regexes('^team-', '.*', '(?i)A|b', '\\d+$', '')],
  ['an open parenthesis', regexes('a', '('), 'spec.conditions[0].namespaceRegexes[1]', 'has to be a regular expression (RE2)'],
  ['what RE2 does not have', regexes('a(?=b)'), 'spec.conditions[0].namespaceRegexes[0]', 'has to be a regular expression (RE2)'],
];

import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const suggestion = (hint: string | undefined): string => (hint === undefined ? '' : `; did you mean ${hint}?`);

const entries = {
  UNKNOWN_FIELD: {
    says: (c: { field: string; kind: string; hint: string | undefined }): string =>
      `${c.field} is no field of ${c.kind === 'ExternalSecret' ? 'an' : 'a'} ${c.kind}${suggestion(c.hint)}`,
    why: 'The API server drops fields that it does not know, or refuses the object; what the field was to do does not happen.',
    next: 'correct the name, or move the field to where it belongs',
  },
  KEY_TWICE: {
    says: (c: { key: string; first: string }): string => `secretKey ${JSON.stringify(c.key)} is that of ${c.first} too`,
    why: 'A Secret has one value for each key. With deletionPolicy Retain the API server refuses the object; with another the last item wins.',
    next: 'rename one of the two, or remove it',
  },
  REGEXP: {
    says: (c: { field: string }): string => `${c.field} is not a regular expression of RE2`,
    why: 'Regular expressions are those of RE2, as in Go: no look-around and no back references. With one that cannot be read nothing is fetched.',
    next: 'rewrite it without these',
  },
  SCHEDULE: {
    says: (c: { field: string }): string => `${c.field} is not a schedule: the window never opens`,
    why: 'A schedule has five fields (minute, hour, day of the month, month, day of the week; UTC), or is @hourly, @daily, ... or @every 6h. A window that never opens permits nothing with kind allow, and denies nothing with kind deny.',
    next: 'correct the schedule, such as "0 22 * * 1-5"',
  },
  TEMPLATE_VARIABLE: {
    says: (c: { field: string; variable: string; hint: string | undefined }): string =>
      `${c.field} reads .${c.variable}, which no item of spec.data gives${suggestion(c.hint)}`,
    why: 'A template that reads a key that is not there fails, and with it the whole Secret.',
    next: 'correct the name, or add an item with that secretKey',
  },
  TEMPLATE_SOURCE: {
    says: (c: { problem: string }): string => c.problem,
    why: 'templateFrom names objects and keys in the namespace of the ExternalSecret. Without one of them the Secret is not made.',
    next: 'correct the name or the key',
  },
  LITERAL_YAML: {
    says: (c: { key: string; becomes: string | undefined }): string =>
      c.becomes === undefined
        ? `the value of ${c.key} is read as YAML once it is rendered, and has no quotes`
        : `the value of ${c.key} is read as YAML and becomes ${c.becomes}`,
    why: 'A template that gives keys and values is read as YAML 1.1 after rendering: unquoted yes becomes true, 0x1f becomes 31, 1.10 becomes 1.1, and what follows " #" is lost. A password can look like any of them.',
    next: 'put the value in quotes; for an action: {{ .password | toJson }}',
  },
  REFRESH_NEVER: {
    says: (): string => 'refreshInterval of 0: fetched once, and never again',
    why: 'With refreshPolicy Periodic an interval of 0 ends all refreshes: neither a rotated value nor a changed spec is fetched.',
    next: 'if that is meant, say refreshPolicy: CreatedOnce; if changes of the spec are to count, OnChange; else give an interval such as 1h',
  },
  DELETION: {
    says: (c: { secret: string }): string =>
      `deletionPolicy Delete: Secret ${JSON.stringify(c.secret)} is deleted when the store has none of its values any more`,
    why: 'An emptied path or a store that was set up anew takes the Secret away from what runs with it.',
    next: 'deletionPolicy: Retain keeps it; if deletion is meant: --ignore deletion',
  },
  OPTIONAL_UNKNOWN: {
    says: (c: { name: string }): string => `the annotation signet.dev/optional names ${JSON.stringify(c.name)}, which is no item`,
    why: 'It takes keys of spec.data and dataFrom[0], with commas between. A name that is none makes nothing optional.',
    next: 'correct the name, or remove it',
  },
  STORE_REFERENCE: {
    says: (c: { field: string; kind: string; name: string; problem: string }): string =>
      `${c.field} names ${c.kind} ${JSON.stringify(c.name)}, ${c.problem}`,
    why: 'A SecretStore is looked up in the namespace of the ExternalSecret, a ClusterSecretStore by its name alone. Nothing is fetched until it is there.',
    next: 'correct kind, name or namespace; a store that comes from elsewhere: --ignore store-reference',
  },
  STORE_DENIED: {
    says: (c: { store: string; namespace: string }): string =>
      `ClusterSecretStore ${JSON.stringify(c.store)} is not for namespace ${JSON.stringify(c.namespace)}`,
    why: 'None of spec.conditions of the store fits the namespace, so the ExternalSecret gets nothing from it.',
    next: 'add the namespace to a condition of the store, or use another store',
  },
  PROVIDER: {
    says: (c: { field: string; problem: string }): string => `${c.field}: ${c.problem}`,
    why: 'The provider cannot work with this configuration: the store becomes InvalidProviderConfig, and what uses it fetches nothing.',
    next: 'correct the field',
  },
  PROVIDER_UNSUPPORTED: {
    says: (c: { provider: string; hint: string | undefined; supported: readonly string[] }): string =>
      `provider ${c.provider} is not one of Signet (${c.supported.join(', ')})${suggestion(c.hint)}`,
    why: 'The API server takes the store and keeps it as it is, but this controller fetches nothing from it.',
    next: 'use a provider that is supported; where another controller serves the store: --ignore provider-unsupported',
  },
  TARGET_TWICE: {
    says: (c: { secret: string; other: string }): string => `${c.other} makes Secret ${JSON.stringify(c.secret)} too`,
    why: 'A Secret has one owner. The second ExternalSecret fails, and which of them that is, is left to chance.',
    next: 'give one of them another target.name, or merge their data',
  },
};

/** What `signet check` and `signet external check` find in objects of `external-secrets.io`, one entry for each rule. */
export const externalCheckErrors: Catalogue<typeof entries> = catalogue('SIGNET_CHECK', entries);

import { RE2JS } from 're2js';
import { z } from 'zod';
import { ruled } from './admission.ts';
import { durationText, isDuration, observedGeneration, preserved, statusCondition, textMap } from './fields-schema.ts';
import { fieldsOf } from './raw-fields.ts';
import { readStoreInterval } from './read-secret-store.ts';

/** Keys below `spec.provider` of external-secrets v2.9 and, the last two, of v1beta1 only. */
const providers = [
  'akeyless',
  'aws',
  'azurekv',
  'barbican',
  'beyondtrust',
  'beyondtrustworkloadcredentials',
  'bitwardensecretsmanager',
  'chef',
  'cloudrusm',
  'conjur',
  'crd',
  'delinea',
  'doppler',
  'dvls',
  'fake',
  'fortanix',
  'gcpsm',
  'github',
  'gitlab',
  'ibm',
  'infisical',
  'keepersecurity',
  'kubernetes',
  'nebiusmysterybox',
  'ngrok',
  'onboardbase',
  'onepassword',
  'onepasswordSDK',
  'openBao',
  'oracle',
  'ovh',
  'passbolt',
  'passworddepot',
  'previder',
  'pulumi',
  'scaleway',
  'secretserver',
  'senhasegura',
  'vault',
  'volcengine',
  'webhook',
  'yandexcertificatemanager',
  'yandexlockbox',
  'alibaba',
  'device42',
] as const;

/** What a provider takes is judged by the provider: a manifest for one that we do not have is admitted, and kept as it is. */
const provider = z
  .looseObject(Object.fromEntries(providers.map((name) => [name, z.looseObject({}).optional().meta(preserved)])))
  // The API server counts even when one of them is wrong.
  .refine((value) => Object.keys(value).length === 1, {
    error: 'needs exactly one provider',
    when: ({ value }) => fieldsOf(value) !== undefined,
  })
  .meta({ ...preserved, minProperties: 1, maxProperties: 1, description: 'The backend, by one key that names it.' });

const namespaceRegex = ruled(z.string().max(200), {
  cel: "''.matches(self) ? true : true",
  message: 'has to be a regular expression (RE2)',
  keeps: isRegex,
});

const condition = z.looseObject({
  namespaceSelector: z
    .looseObject({
      matchLabels: textMap.optional(),
      matchExpressions: z
        .array(z.looseObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
        .optional(),
    })
    .optional()
    .meta({ 'x-kubernetes-map-type': 'atomic', description: 'Namespaces by their labels.' }),
  namespaces: z
    .array(
      z
        .string()
        .min(1)
        .max(63)
        .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
    )
    .optional()
    .meta({ description: 'Namespaces by name.' }),
  namespaceRegexes: z
    .array(namespaceRegex)
    .max(200)
    .optional()
    .meta({ description: 'Namespaces by regular expressions (RE2) that match anywhere in the name.' }),
});

const refreshInterval = ruled(z.union([z.int(), z.string().max(100)]), {
  cel: `type(self) == int ? int(self) >= 0 : ${isDuration('string(self)', '0s')}`,
  message: 'has to be seconds, or a duration such as 5m; not negative',
  keeps: (self) => (readStoreInterval(self) ?? -1) >= 0,
});

const spec = z.looseObject({
  controller: z.string().optional().meta({ description: 'Controller class; empty matches every controller.' }),
  provider,
  retrySettings: z
    .looseObject({
      maxRetries: z.int32().optional(),
      retryInterval: durationText.optional(),
    })
    .optional()
    .meta({ description: 'How often calls to the backend are tried again.' }),
  refreshInterval: refreshInterval.optional().meta({
    'x-kubernetes-int-or-string': true,
    description: 'Time between two validations of the store: seconds, or a duration.',
  }),
  conditions: z
    .array(condition)
    .max(200)
    .optional()
    .meta({ description: 'Which namespaces may use a ClusterSecretStore; one has to match.' }),
});

const status = z.looseObject({
  conditions: z.array(statusCondition).optional(),
  capabilities: z.string().optional().meta({ description: 'ReadOnly, WriteOnly or ReadWrite.' }),
  observedGeneration,
});

/** Schema of `spec` and `status` of a SecretStore or ClusterSecretStore, `v1` and `v1beta1` alike. */
export const secretStoreSchema: z.ZodType = z
  .looseObject({ spec, status: status.optional().meta({ description: 'What the controller last saw.' }) })
  .meta({ description: 'Where secrets are fetched from, and how to log in there.' });

function isRegex(source: string): boolean {
  try {
    RE2JS.compile(source);
    return true;
  } catch {
    return false;
  }
}

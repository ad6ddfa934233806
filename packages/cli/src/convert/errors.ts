import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  NOTHING: {
    says: (): string => 'there is no ExternalSecret of kubernetes-client.io in the input',
    why: 'Only ExternalSecrets of kubernetes-external-secrets are converted; everything else is left out.',
    next: 'name the files or folders that hold them, or export them: kubectl get externalsecrets.kubernetes-client.io -A -o yaml',
  },
  BACKEND: {
    says: (c: { backend: string }): string => `the backend ${c.backend} has no counterpart`,
    why: 'external-secrets has no provider for this backend.',
    next: 'move its secrets to another backend, and leave the object out until then',
  },
  NEEDS_STORE: {
    says: (c: { backend: string }): string => `the store for ${c.backend} cannot be made from this object`,
    why: 'Address and credentials of this backend stood in the environment of the old controller. A store has to name them.',
    next: 'write the store by hand and name it: --store SecretStore/NAME or --store ClusterSecretStore/NAME',
  },
  MISSING: {
    says: (c: { what: string; flag: string }): string => `${c.what} is not said: ${c.flag}`,
    why: 'It stood in the environment of the old controller. A store has to name it.',
    next: 'pass --aws-region, --vault-server or --vault-role: the value that AWS_REGION, VAULT_ADDR or DEFAULT_VAULT_ROLE had',
  },
  TEMPLATE: {
    says: (c: { field: string }): string => `${c.field} is a lodash template`,
    why: 'Templates of kubernetes-external-secrets are JavaScript. They are not run and not translated here.',
    next: 'take it out, convert, and write it anew as a Go template in spec.target.template; signet template render tries it offline',
  },
  FIELD: {
    says: (c: { field: string; because: string }): string => `${c.field} cannot be converted: ${c.because}`,
    why: 'The field has no counterpart, or its value has none. Nothing is left out silently.',
    next: 'change or remove the field, or write this one object by hand',
  },
};

/** Errors of `signet convert`. They name fields, never a value. */
export const convertErrors: Catalogue<typeof entries> = catalogue('SIGNET_CONVERT', entries);

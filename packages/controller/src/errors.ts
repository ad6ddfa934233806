import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  FLAG_INVALID: {
    says: (c: { flag: string; because: string }): string => `invalid value for ${c.flag}: ${c.because}`,
    why: 'The value of a flag, or of its environment variable SEALED_SECRETS_<FLAG>, cannot be read as what the flag means.',
    next: 'Correct the argument or the environment variable; signet-controller --help lists every flag with its default.',
    exit: 2,
  },
  FLAG_UNKNOWN: {
    says: (c: { message: string }): string => c.message,
    why: 'The command line has a flag or a word that this program does not know.',
    next: 'signet-controller --help lists every flag.',
    exit: 2,
  },
  KEY_SECRET_INCOMPLETE: {
    says: (c: { secret: string; field: string }): string => `Secret ${c.secret} has no ${c.field}`,
    why: 'A sealing key is a Secret of type kubernetes.io/tls with tls.key and tls.crt. One that lacks either is skipped; the other keys go on working.',
    next: 'Restore the Secret from a backup, or take the label sealedsecrets.bitnami.com/sealed-secrets-key off it.',
  },
  NO_KEY: {
    says: (): string => 'cannot get certificate',
    why: 'No sealing key is loaded yet, so there is no certificate to seal with.',
    next: 'Wait for the first key to be generated; if it does not come, look at the log of the leading replica.',
  },
  BODY: {
    says: (c: { because: string }): string => `cannot use the body of the request: ${c.because}`,
    why: '/v1/verify and /v1/rotate take one SealedSecret of bitnami.com/v1alpha1, as JSON or YAML.',
    next: 'Send one SealedSecret with its apiVersion and kind.',
  },
  CANNOT_RESEAL: {
    says: (c: { problem: string }): string => c.problem,
    why: 'An item can be sealed anew only after it was opened with the name, namespace and scope that the object itself has.',
    next: 'Check metadata.name, metadata.namespace and the scope annotations; seal the named items again if they belong to another cluster.',
  },
  REFUSED: {
    says: (c: { object: string; message: string }): string => `${c.object}: ${c.message}`,
    why: 'The SealedSecret was not turned into a Secret for the reason in the message, which is also in its status. The last good Secret stays as it is.',
    next: 'Do what the message asks; the change is noticed at once.',
  },
  LISTEN: {
    says: (c: { address: string; because: string }): string => `cannot listen on ${c.address}: ${c.because}`,
    why: 'The address of a server is taken, or not one of this machine.',
    next: 'Choose another address with --listen-addr or --listen-metrics-addr.',
  },
  SOURCE_INVALID: {
    says: (c: { because: string }): string => c.because,
    why: 'An item of the ExternalSecret does not say where its value comes from, or says it in a way that nothing here can follow.',
    next: 'Give the ExternalSecret a secretStoreRef, or the item a sourceRef.',
  },
  ITEMS_LIMIT: {
    says: (c: { limit: string }): string => `its items take more than ${c.limit}, which is the limit of one object`,
    why: 'Items come from tenants, and what one object takes to be read is taken from all others.',
    next: 'Name properties by their plain names instead of queries, take whole objects with dataFrom, or use several ExternalSecrets.',
  },
  REWRITE: {
    says: (c: { step: string; because: string }): string => `${c.step}: ${c.because}`,
    why: 'A step of rewrite could not be carried out on the keys that the store gave.',
    next: 'Mend the named step. Its expressions are RE2, its templates those of Go, its merges take JSON objects.',
  },
  KEYS_COLLIDE: {
    says: (c: { first: string; second: string; key: string }): string => `the keys ${c.first} and ${c.second} both become ${c.key}`,
    why: 'Characters that a Secret cannot have in a key are replaced, and after that two keys are the same: one value would be lost.',
    next: 'Choose conversionStrategy Unicode, or give the keys names of their own with rewrite.',
  },
  KEY_INVALID: {
    says: (c: { key: string; because: string }): string => `${c.key} is no key of a Secret: ${c.because}`,
    why: 'Keys have letters, digits, "-", "_" and ".", and 253 bytes at most. Where rewrite is used, it has to make them so: nothing is replaced by itself.',
    next: 'Rewrite the key, or leave rewrite out and let conversionStrategy replace the characters.',
  },
  CANNOT_DECODE: {
    says: (c: { what: string; strategy: string }): string => `${c.what} is not ${c.strategy}`,
    why: 'decodingStrategy asks for base64, and the value is something else: padding is required.',
    next: 'Store the value encoded, or choose another decodingStrategy. Auto takes what is not base64 as it is.',
  },
  NULL_BYTE: {
    says: (c: { what: string }): string => `${c.what} has a null byte`,
    why: 'nullBytePolicy is Fail, and the value has a byte 0x00 in it after decoding.',
    next: 'Take the byte out of the stored value, or set nullBytePolicy to Ignore.',
  },
  STORE_MISSING: {
    says: (c: { store: string }): string => `${c.store} does not exist`,
    why: 'The ExternalSecret names a store that is not there. A SecretStore is looked for in the namespace of the ExternalSecret.',
    next: 'Create the store, or mend its kind and name; the change is noticed at once.',
  },
  STORE_REFUSES: {
    says: (c: { because: string }): string => c.because,
    why: 'The store may not be used from here: its conditions leave this namespace out, or another controller class serves it.',
    next: 'Mend spec.conditions or spec.controller of the store, or use another store.',
  },
  STORE_NOT_READY: {
    says: (c: { store: string; because: string }): string => `${c.store} is not ready: ${c.because}`,
    why: 'The backend of the store fails, hangs, or asked to be left alone. It is asked by one call at a time until it answers again.',
    next: 'Nothing: everything that uses the store is tried again when it answers. Look at the status of the store.',
  },
  STORE_CLOSED: {
    says: (c: { store: string }): string => `${c.store} was closed`,
    why: 'The store or its credentials were changed while it was asked, or the controller is stopping.',
    next: 'Nothing: it is opened anew and asked again.',
  },
  TEMPLATE_ENGINE: {
    says: (c: { version: string }): string => `spec.target.template.engineVersion: there is no template engine "${c.version}"`,
    why: 'Templates of ExternalSecrets are rendered by engine v2; v1 was removed from external-secrets years ago.',
    next: 'Leave engineVersion out, or set it to v2.',
  },
  TEMPLATE_MISSING: {
    says: (c: { field: string; object: string; key?: string }): string =>
      c.key === undefined ? `${c.field}: ${c.object} does not exist` : `${c.field}: ${c.object} has no key "${c.key}"`,
    why: 'A template is taken from an object in the namespace of the ExternalSecret, and that object or its key is not there. The last good Secret stays as it is.',
    next: 'Create the object or the key, or mend the name; the change is noticed at once.',
  },
  TEMPLATES_LIMIT: {
    says: (c: { count: number; allowed: number }): string =>
      `spec.target.template.templateFrom: ${c.count} entries and items exceed the limit of ${c.allowed}`,
    why: 'Templates come from tenants, and each entry may be an object to read and a text to render.',
    next: 'Put several keys into one template with templateAs KeysAndValues.',
  },
  TEMPLATE_FAILED: {
    says: (c: { field: string; message: string }): string => `${c.field}: ${c.message}`,
    why: 'A template of the ExternalSecret could not be rendered with what was fetched. The last good Secret stays as it is.',
    next: 'Mend the template at the field and place that the message names.',
  },
  TEMPLATE_TARGET: {
    says: (c: { field: string; target: string }): string =>
      `${c.field}: a Secret has no template target "${c.target}"; it has Data, Labels and Annotations`,
    why: 'templateFrom[].target names the part of the Secret that the output is for. Paths and Spec are for other kinds than Secrets.',
    next: 'Use Data, Labels or Annotations.',
  },
  TARGET_KIND: {
    says: (c: { because: string }): string => `spec.target: ${c.because}`,
    why: 'The target is of another kind than a Secret, and what was fetched or rendered does not make one of that kind.',
    next: 'Mend spec.target.manifest or the template. Values that are no text belong into a Secret.',
  },
  TARGET_TYPE: {
    says: (c: { field: string; because: string }): string => `${c.field}: ${c.because}`,
    why: 'A Secret of this type is a credential of the cluster itself: whoever may write ExternalSecrets could make one.',
    next: 'Use another type, or make this Secret without an ExternalSecret.',
  },
  GENERATOR_MISSING: {
    says: (c: { generator: string }): string => `${c.generator} does not exist`,
    why: 'The ExternalSecret names a generator that is not there. Other than a ClusterGenerator it is looked for in the namespace of the ExternalSecret.',
    next: 'Create the generator, or mend kind and name of sourceRef.generatorRef.',
  },
  GENERATOR_UNSUPPORTED: {
    says: (c: { generator: string; supported: string }): string =>
      `${c.generator}: this kind is not supported; supported are ${c.supported}`,
    why: 'Signet has no generator of this kind.',
    next: 'Use one of the named kinds, or leave the ExternalSecret to a controller that has this one.',
  },
  GENERATOR_INVALID: {
    says: (c: { generator: string; field: string; because: string }): string => `${c.generator}: ${c.field}: ${c.because}`,
    why: 'The generator asks for something that cannot be made.',
    next: 'Mend the named field.',
  },
  GENERATOR_FOREIGN: {
    says: (c: { generator: string; controllerClass: string }): string =>
      `${c.generator} belongs to the controller class ${c.controllerClass}`,
    why: 'spec.controller of the generator names another controller than this one.',
    next: 'Take spec.controller out, or set it to the class of this controller.',
  },
} as const;

/** Errors of the controller. None carries a secret's value. */
export const controllerErrors: Catalogue<typeof entries> = catalogue('SIGNET_CONTROLLER', entries);

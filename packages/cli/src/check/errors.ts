import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const restore = 'restore the item from git or from the output of the sealer, or seal the value again';

const entries = {
  PLAINTEXT_SECRET: {
    says: (c: { name: string; keys: number }): string =>
      `Secret ${JSON.stringify(c.name)} holds ${c.keys} unsealed ${c.keys === 1 ? 'value' : 'values'}`,
    why: 'Values of a Secret are only encoded. Whoever reads the repository, now or in its history, reads them.',
    next: 'signet seal -i FILE, and change the values: they have been published with the commit',
  },
  LAST_APPLIED: {
    says: (c: { annotation: string }): string => `the annotation ${c.annotation} holds a Secret in plain text`,
    why: 'kubectl keeps a copy of what was applied in this annotation, values included. An export of the live object carries it along.',
    next: 'remove the annotation, and change the values',
  },
  STRAY_PLAINTEXT: {
    says: (c: { field: string }): string => `${c.field} of a SealedSecret is not sealed, and no controller reads it`,
    why: 'A SealedSecret has no such field; it is left over from the Secret and publishes its values.',
    next: 'remove the field; seal its values with: signet seal raw',
  },
  UNCLEAR_SECRET: {
    says: (c: { problem: string }): string => `this may be a Secret: ${c.problem}`,
    why: 'What carries data and does not say what it is, or says it in a way that only some readers understand, may be a Secret in plain text.',
    next: 'write apiVersion: v1 and kind: Secret (or the kind it is), then seal it',
  },
  UNREADABLE: {
    says: (c: { problem: string }): string => c.problem,
    why: 'A document that cannot be read cannot be checked. kubectl refuses it too, unless another program fills it in first.',
    next: 'mend the document; for templates of other programs: --exclude PATTERN, and check what they render with: ... | signet check -',
  },
  SCHEMA: {
    says: (c: { field: string; problem: string }): string => `${c.field}: ${c.problem}`,
    why: 'The API server refuses the object, or the controller cannot use it.',
    next: 'correct the field; YAML reads unquoted 5432, yes or 0777 as a number or a boolean, quotes make it text',
  },
  NO_ITEMS: {
    says: (): string => 'the SealedSecret has no items and no templates',
    why: 'It makes a Secret without a single key, which is nearly always a mistake.',
    next: 'add items with: signet seal raw, or remove the object',
  },
  LEGACY_DATA: {
    says: (c: { both: boolean }): string =>
      c.both
        ? 'spec.data and spec.encryptedData stand side by side: the controller refuses the object'
        : 'spec.data is the form from before sealed-secrets 0.7',
    why: 'One item holds the whole Secret. Controllers can be told not to accept it (--accept-deprecated-v1-data=false).',
    next: 'seal the Secret again: each key becomes an item of spec.encryptedData',
  },
  BAD_KEY: {
    says: (c: { key: string }): string => `${JSON.stringify(c.key)} cannot be a key of a Secret`,
    why: 'Keys consist of letters, digits, dash, underscore and dot, at most 253 of them. The API server refuses the Secret.',
    next: 'rename the key; the item stays valid, because key names are not part of what it is sealed to',
  },
  ITEM_BASE64: {
    says: (c: { key: string; problem: string }): string => `item ${c.key}: ${c.problem}`,
    why: 'An item is base64. Anything else was cut, was changed by an editor or a merge, or is a value that was never sealed.',
    next: `${restore}. If it is a plain value, change it: it has been published`,
  },
  ITEM_LENGTH: {
    says: (c: { key: string; problem: string }): string => `item ${c.key}: ${c.problem}`,
    why: 'An item is a length, a wrapped key and a ciphertext with its tag. This one is too short to hold them, so no key opens it.',
    next: `${restore}.`,
  },
  ITEM_KEY_SIZE: {
    says: (c: { key: string; bits: number; wanted: number }): string =>
      `item ${c.key} was sealed for a key of ${c.bits} bits; the certificate has ${c.wanted}`,
    why: 'It was sealed with another certificate than this one: an older key, or the key of another cluster.',
    next: 'signet reseal FILE where the cluster still has the old key; else seal the value again with this certificate',
  },
  ITEM_ODD_KEY_SIZE: {
    says: (c: { key: string; bits: number }): string => `item ${c.key} names a key of ${c.bits} bits, which no sealing key has`,
    why: 'The first two bytes of an item are the length of an RSA ciphertext: 256 bytes or more, in whole steps. Something else stands here.',
    next: `${restore}.`,
  },
  SCOPE_VALUE: {
    says: (c: { annotation: string; found: string }): string =>
      `the annotation ${c.annotation} is ${c.found} and counts for nothing`,
    why: 'A scope annotation counts only when its value is exactly the text "true", so the items must have been sealed for another scope than it seems.',
    next: 'write "true" in quotes, or remove the annotation',
  },
  SCOPE_BOTH: {
    says: (): string => 'both scope annotations are set: cluster-wide wins',
    why: 'One of the two misleads its readers.',
    next: 'remove the one that the items were not sealed for',
  },
  SCOPE_TEMPLATE: {
    says: (c: { object: string; template: string }): string =>
      `spec.template.metadata says the scope ${c.template}, the object itself ${c.object}: the object decides`,
    why: 'Only annotations of the SealedSecret itself count. When the one of the template was meant, no item opens.',
    next: 'put the annotation in metadata.annotations of the SealedSecret, or remove it from the template',
  },
  TEMPLATE_PLACE: {
    says: (c: { field: string; object: string; template: string }): string =>
      `metadata.${c.field} is ${JSON.stringify(c.object)}, spec.template.metadata.${c.field} is ${JSON.stringify(c.template)}`,
    why: 'Sealing writes the same in both places. Items are bound to the place they were sealed for, so after a rename or a move by hand they do not open.',
    next: 'put the old name or namespace back, or seal the values again for the new one',
  },
  NO_NAMESPACE: {
    says: (c: { scope: string }): string => `no metadata.namespace, and the items are ${c.scope}`,
    why: 'The items open only in the namespace they were sealed for; which one the object gets is left to kubectl or another program.',
    next: 'write metadata.namespace',
  },
  TEMPLATE_SYNTAX: {
    says: (c: { problem: string }): string => c.problem,
    why: 'A template that does not parse keeps the whole Secret from being made.',
    next: 'signet template render FILE --allow-missing shows what it gives',
  },
  TEMPLATE_UNUSED: {
    says: (c: { key: string }): string => `${c.key} is sealed as well: the sealed value wins, and the template is never rendered`,
    why: 'One of the two is left over.',
    next: 'remove the template, or the item',
  },
  DUPLICATE: {
    says: (c: { kind: string; name: string; other: string }): string => `${c.kind} ${c.name} stands in ${c.other} too`,
    why: 'Applied to one cluster, the one that comes last wins, and the values of the other are lost.',
    next: 'remove or rename one of them; where each goes to a cluster of its own: --ignore duplicate',
  },
  CERT_EXPIRED: {
    says: (c: { notAfter: string }): string => `the certificate expired on ${c.notAfter}`,
    why: 'Values cannot be sealed with it any more, and the controller may have retired its key.',
    next: 'signet cert fetch > pub.pem',
  },
  CERT_EXPIRES: {
    says: (c: { notAfter: string; days: number }): string => `the certificate expires in ${c.days} days, on ${c.notAfter}`,
    why: 'From then on nothing can be sealed with it.',
    next: 'signet cert fetch > pub.pem, if the cluster has a newer key already',
  },
  CERT_EARLY: {
    says: (c: { notBefore: string }): string => `the certificate is valid from ${c.notBefore} on`,
    why: 'Either a clock is wrong, or it is the certificate of another time.',
    next: 'check the clock, and where the certificate comes from',
  },
  CLUSTER_CANNOT_OPEN: {
    says: (): string => 'the controller cannot open the object: no key of the cluster fits, or its name, namespace or scope',
    why: 'The items were sealed for another cluster or place, or were changed. Which of these it is the controller does not tell anyone who asks.',
    next: 'kubectl describe the applied object: its status says more; or seal the values again',
  },
  CLUSTER_REFUSES: {
    says: (c: { problem: string }): string => `the controller refuses the object: ${c.problem}`,
    why: 'The controller could not read it, or something on the way to it did not work.',
    next: 'see the other findings on the object, and the log of the controller',
  },
};

/** What `signet check` finds, one entry for each rule; the name of a rule is its code in lower case: `plaintext-secret`. */
export const checkErrors: Catalogue<typeof entries> = catalogue('SIGNET_CHECK', entries);

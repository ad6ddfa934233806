import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  FLAG: {
    says: (c: { problem: string }): string => c.problem,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'kubeseal --help',
    exit: 2,
  },
  FORMAT: {
    says: (c: { format: string }): string => `unsupported output format: ${c.format}`,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'use -o json or -o yaml',
  },
  SECRET_FILE: {
    says: (): string => 'Could not read file specified with --secret-file',
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'check the path after -f',
  },
  OPEN: {
    says: (c: { file: string; problem: string }): string => `open ${c.file}: ${c.problem}`,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'check the path',
  },
  NO_SECRETS: {
    says: (): string => 'no secrets found. Ensure the input is valid and UTF-8 encoded',
    why: 'No document of the input could be read as a Secret.',
    next: 'signet seal names the line and the reason',
  },
  EMPTY_DATA: {
    says: (): string =>
      'secret.data is empty in input Secret, assuming this is an error and aborting. To work with empty data, --allow-empty-data can be used',
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'add data, or pass --allow-empty-data',
  },
  NO_NAME: {
    says: (): string => 'missing metadata.name in input Secret',
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'write metadata.name, or pass --name',
  },
  NO_NAMESPACE: {
    says: (): string => 'secret must declare a namespace',
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'write metadata.namespace, or pass -n',
  },
  NAMESPACE_MISMATCH: {
    says: (c: { found: string; given: string }): string =>
      `namespace mismatch: input secret is in namespace "${c.found}" but "${c.given}" was specified`,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'drop -n, or correct the manifest',
  },
  FROM_FILE_WITHOUT_RAW: {
    says: (): string => '--from-file requires --raw',
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'pass --raw, or use -f for manifests',
  },
  ONE_FROM_FILE: {
    says: (): string => 'must provide only one --from-file when encrypting a single item with --raw',
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'seal one value at a time',
  },
  RAW_NAME: {
    says: (c: { scope: string }): string => `must provide the --name flag with --raw and --scope ${c.scope}`,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'pass --name',
  },
  RAW_NAMESPACE: {
    says: (c: { scope: string }): string => `must provide the --namespace flag with --raw and --scope ${c.scope}`,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'pass --namespace',
  },
  NO_CONFIGURATION: {
    says: (): string =>
      'invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable',
    why: 'There is no kubeconfig to take a namespace or a cluster from.',
    next: 'pass --namespace and --cert, or point KUBECONFIG at a file',
  },
  CERT: {
    says: (c: { problem: string }): string => c.problem,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'pass --cert with a current PEM certificate of an RSA key',
  },
  CERT_FETCH: {
    says: (c: { url: string; status: string }): string => `cannot fetch "${c.url}": ${c.status}`,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'check the URL',
  },
  CERT_EXPIRED: {
    says: (c: { on: string }): string => `failed to encrypt using an expired certificate on ${c.on}`,
    why: 'The controller could have retired the key of an expired certificate.',
    next: 'kubeseal --fetch-cert > pub.pem',
  },
  NO_SERVICE: {
    says: (c: { problem: string }): string =>
      `cannot get sealed secret service: ${c.problem}.\nPlease, use the flag --controller-name and --controller-namespace to set up the name and namespace of the sealed secrets controller`,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'kubectl get services -A shows the names',
  },
  UNREADABLE: {
    says: (c: { found: string }): string =>
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${c.found} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    why: 'The input is not a Kubernetes object.',
    next: 'pass one SealedSecret as YAML or JSON',
  },
  FIELD_TYPE: {
    says: (c: { found: string; path: string }): string =>
      `json: cannot unmarshal ${c.found} into Go struct field ObjectMeta.${c.path} of type string`,
    why: 'YAML reads unquoted y, no or 5 as a boolean or a number, and a name is text.',
    next: 'put the value in quotes',
  },
  DEPRECATED_DATA: {
    says: (): string => "using deprecated 'data' field, use 'encryptedData' or flip the feature flag",
    why: 'Objects from before sealed-secrets 0.7 hold one encrypted Secret under spec.data.',
    next: 'let the controller that has the key unseal it, and seal the Secret again',
  },
  NO_TLS_KEY: {
    says: (): string => "secret must contain a 'tls.data' key",
    why: 'A key Secret holds the private key under data["tls.key"]; the text names it as kubeseal does.',
    next: 'export it with: kubectl get secret -n kube-system -l sealedsecrets.bitnami.com/sealed-secrets-key -o yaml',
  },
  CANNOT_UNSEAL: {
    says: (c: { problem: string }): string => c.problem,
    why: 'None of the keys opens these items under the name, namespace and scope of the object, or a template of the object could not be rendered.',
    next: 'pass every key of the backup with --recovery-private-key, and check metadata and scope annotations; a template: signet template render',
  },
  MERGE_SCOPE: {
    says: (c: { file: string; scope: string; wanted: string }): string =>
      `${c.file} is ${c.scope}: an item sealed ${c.wanted} would never open in it`,
    why: 'The scope belongs to the object, and all its items share it.',
    next: 'drop --scope, or seal all items again in the other scope',
  },
  CANNOT_DECRYPT: {
    says: (c: { name: string }): string => `unable to decrypt sealed secret: ${c.name}`,
    why: 'The controller has no key that opens every item of the object under its name, namespace and scope. It does not say which, so that nobody can learn from its answers.',
    next: 'kubectl describe sealedsecret shows the cause for an object of the cluster; seal the values again for this cluster',
  },
  CANNOT_VALIDATE: {
    says: (c: { problem: string }): string => `cannot validate sealed secret: ${c.problem}`,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'check that the input is a SealedSecret and that the controller answers',
  },
  CANNOT_RE_ENCRYPT: {
    says: (c: { problem: string }): string => `cannot re-encrypt secret: ${c.problem}`,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'check that every item of the input opens in the cluster: kubeseal --validate',
  },
  NO_CERT: {
    says: (c: { problem: string }): string => `cannot fetch certificate: ${c.problem}`,
    why: 'The wording is that of kubeseal v0.38, because scripts compare it.',
    next: 'pass --cert FILE',
  },
};

/** Errors of the kubeseal command line that scripts may know by their text. They are shown as `error: TEXT`, nothing more. */
export const kubesealErrors: Catalogue<typeof entries> = catalogue('SIGNET_KUBESEAL', entries);

/** True for an error whose text is part of the interface of kubeseal. */
export function isKubesealMessage(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SIGNET_KUBESEAL_');
}

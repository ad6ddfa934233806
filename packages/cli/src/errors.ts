import type { Catalogue, Place, SignetError } from '@signet/errors';
import { catalogue } from '@signet/errors';

/** Exit codes of `signet`. They are part of the interface: scripts may rely on them. */
export const exitCodes = {
  ok: 0,
  /** The input or the certificate was refused; nothing was written. */
  refused: 1,
  /** The command line was not understood. */
  usage: 2,
  /** A cluster, a controller, or a URL could not be reached or said no. */
  unreachable: 3,
  /** A defect in Signet itself. */
  internal: 70,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

const entries = {
  USAGE: {
    says: (c: { problem: string }): string => c.problem,
    why: 'The command line was not understood.',
    next: 'signet --help, or signet COMMAND --help',
    exit: 2,
  },
  FILE_UNREADABLE: {
    says: (c: { file: string; problem: string }): string => `${c.file} cannot be read: ${c.problem}`,
    why: 'A file or folder named on the command line is missing or not readable.',
    next: 'check the path and its permissions',
  },
  FILE_UNWRITABLE: {
    says: (c: { file: string; problem: string }): string => `${c.file} cannot be written: ${c.problem}`,
    why: 'The output is written to a temporary file beside the target and renamed; the old file is still there.',
    next: 'check that the folder exists and is writable',
  },
  OUTPUT_UNWRITABLE: {
    says: (c: { problem: string }): string => `stdout cannot be written: ${c.problem}`,
    why: 'Part of the output may have been written before; what stands in the target now is not whole.',
    next: 'make room, and write with --write FILE, which leaves either the old file or the whole new one',
  },
  INPUT_TOO_LARGE: {
    says: (c: { maxMiB: number }): string => `the input is larger than ${c.maxMiB} MiB`,
    why: 'A manifest stream of that size is a mistake far more often than a wish, and reading it would exhaust memory.',
    next: 'split the input into several files',
  },
  NOT_UTF8: {
    says: (): string => 'the input is not UTF-8 text',
    why: 'Kubernetes manifests are UTF-8. A file in UTF-16 or Latin-1, or a binary file, would be read wrongly.',
    next: 'convert the file, for example with iconv -t UTF-8',
  },
  YAML_SYNTAX: {
    says: (c: { problem: string }): string => `this is not valid YAML: ${c.problem}`,
    why: 'A document that cannot be read cannot be sealed, and passing it through could publish a secret.',
    next: 'mend the document; a value that starts with a special character needs quotes',
  },
  YAML_DUPLICATE_KEY: {
    says: (c: { key: string }): string => `the key ${JSON.stringify(c.key)} appears twice in one mapping`,
    why: 'Readers disagree about which of the two counts, so the wrong value could be sealed.',
    next: 'remove one of them; YAML 1.1 reads unquoted yes, on, true as one and the same key',
  },
  YAML_LIMIT: {
    says: (c: { limit: string }): string => `the document goes beyond a limit: ${c.limit}`,
    why: 'Deep nesting and repeated aliases can make a small file expand without end.',
    next: 'write the values out instead of repeating them through aliases',
  },
  YAML_SEPARATOR: {
    says: (): string => 'a document starts on its separator line, or without one',
    why: 'Only a line that is exactly --- separates documents, so that a text inside a value never does.',
    next: 'put --- on a line of its own, and a comment on the next line',
  },
  YAML_LINE_BREAK: {
    says: (): string => 'a character that ends the line for some readers of YAML and not for others',
    why: 'kubectl reads what follows a lone carriage return, NEL, LS or PS as a new line, even in a comment; a Secret could hide there.',
    next: 'end lines with LF or CRLF; inside a value write the character as an escape in double quotes ("\\u2028")',
  },
  SPLICE_SHARED: {
    says: (c: { what: string }): string => `${c.what} is shared: an anchor or alias ties it to another place of the document`,
    why: 'A change here would change the other place too, or break it.',
    next: 'write the value out at each place instead of repeating it through an anchor',
  },
  SPLICE_FORM: {
    says: (): string => 'the document is written in a form that cannot be changed without touching anything else',
    why: 'A change must leave every other byte as it is. The result was read again and would have meant something else, so nothing was written.',
    next: 'write spec.encryptedData as plain lines of KEY: VALUE, without << and without several entries on one line',
  },
  YAML_TAG: {
    says: (): string => 'a tag that Kubernetes does not know',
    why: 'Only plain YAML types exist in a manifest.',
    next: 'quote the value if it starts with an exclamation mark, otherwise remove the tag',
  },
  NOT_AN_OBJECT: {
    says: (): string => 'the document is not a Kubernetes object',
    why: 'An object is a mapping with apiVersion, kind and metadata. Anything else could be a secret about to pass through.',
    next: 'to seal one bare value use: signet seal raw',
  },
  KIND_MISSING: {
    says: (): string => 'the object carries data but does not say apiVersion: v1 and kind: Secret',
    why: 'An object with data and without its kind may be a Secret; passing it through could publish its values.',
    next: 'write apiVersion: v1 and kind: Secret (or the kind it is)',
  },
  NOTHING_TO_SEAL: {
    says: (): string => 'the input holds no document',
    why: 'An empty input is nearly always a mistake earlier in a pipe.',
    next: 'pass files, or pipe manifests into: signet seal -',
  },
  FIELD_TYPE: {
    says: (c: { field: string; wants: string; found: string }): string => `${c.field} must be ${c.wants}, not ${c.found}`,
    why: 'Kubernetes refuses the manifest too. YAML reads unquoted 5432, yes or 0777 as a number or a boolean.',
    next: 'put the value in quotes',
  },
  NOT_BASE64: {
    says: (c: { key: string }): string => `data.${c.key} is not base64`,
    why: 'Values under data are base64; plain text belongs under stringData.',
    next: 'move the value to stringData, or encode it with: base64 -w0',
  },
  BAD_KEY: {
    says: (c: { key: string }): string => `${JSON.stringify(c.key)} cannot be a key of a Secret`,
    why: 'Keys consist of letters, digits, dash, underscore and dot, at most 253 of them.',
    next: 'rename the key',
  },
  BAD_NAME: {
    says: (c: { field: string; name: string }): string => `${c.field} ${JSON.stringify(c.name)} is not a valid Kubernetes name`,
    why: 'The name becomes part of what the value is sealed to, so it must be one the API server accepts.',
    next: 'use lower-case letters, digits and dashes (dots are allowed in names of Secrets)',
  },
  NAME_MISSING: {
    says: (): string => 'the Secret has no metadata.name',
    why: 'A strict value is sealed to its namespace and name. generateName gives a name only the server knows.',
    next: 'write metadata.name, or pass --name',
  },
  NAMESPACE_MISSING: {
    says: (): string => 'the Secret has no namespace',
    why: 'Strict and namespace-wide values are sealed to their namespace, and there is no kubeconfig to take one from.',
    next: 'write metadata.namespace, pass --namespace, or seal with --scope cluster-wide',
  },
  NAMESPACE_MISMATCH: {
    says: (c: { found: string; given: string }): string =>
      `the Secret is in namespace "${c.found}" but --namespace says "${c.given}"`,
    why: 'The value would be sealed to one namespace and applied to the other.',
    next: 'drop --namespace, or correct the manifest',
  },
  NAME_FOR_MANY: {
    says: (c: { count: number }): string => `--name was given for ${c.count} Secrets`,
    why: 'One name cannot be given to several Secrets.',
    next: 'drop --name, or seal one Secret at a time',
  },
  EMPTY_SECRET: {
    says: (): string => 'the Secret has no data',
    why: 'A Secret without a single key is nearly always a mistake.',
    next: 'add data or stringData, or pass --allow-empty-data',
  },
  CERT_NONE: {
    says: (): string => 'no certificate to seal with: none is named, and no cluster is configured to fetch it from',
    why: 'Sealing needs the public key of the cluster that shall open the value.',
    next: 'pass --cert pub.pem or set SIGNET_CERT; where the cluster can be reached: signet cert fetch > pub.pem',
    exit: 3,
  },
  CERT_EXPIRED: {
    says: (c: { source: string; notAfter: string }): string => `${c.source} expired on ${c.notAfter}`,
    why: 'A value sealed with an expired certificate may not open: the controller could have retired its key.',
    next: 'signet cert fetch > pub.pem, or pass --cert with a current certificate',
  },
  CERT_UNREADABLE: {
    says: (c: { source: string; problem: string }): string => `no certificate could be read from ${c.source}: ${c.problem}`,
    why: 'Sealing needs the public certificate of the controller that will open the value: PEM, RSA.',
    next: 'signet cert fetch > pub.pem, then pass --cert pub.pem',
  },
  CERT_FETCH: {
    says: (c: { source: string; problem: string }): string => `cannot fetch "${c.source}": ${c.problem}`,
    why: 'The certificate was asked for at a URL and did not come.',
    next: 'check the URL, or pass --cert FILE',
    exit: 3,
  },
  CONTROLLER_NOT_FOUND: {
    says: (c: { tried: string }): string => `no sealed-secrets controller found (tried Service ${c.tried})`,
    why: 'The certificate is read through the API server from the Service of the controller, and its name depends on how it was installed.',
    next: 'pass --controller-namespace and --controller-name (kubectl get services -A shows them), or --cert FILE',
    exit: 3,
  },
  CLUSTER_UNREACHABLE: {
    says: (c: { problem: string }): string => `the cluster did not answer: ${c.problem}`,
    why: 'Without --cert the certificate is fetched through the API server named by the kubeconfig.',
    next: 'check the kubeconfig and --context, or work offline with --cert FILE',
    exit: 3,
  },
  NO_PROMPT: {
    says: (): string => 'the prompt was cancelled',
    why: 'No value was typed, so there is nothing to seal.',
    next: 'type the value, pipe it in, or pass --from-file',
    exit: 130,
  },
  COMMAND_FAILED: {
    says: (c: { command: string; problem: string }): string => `${c.command} could not be started: ${c.problem}`,
    why: 'The command after -- was not found or may not be run.',
    next: 'check its name and the PATH',
  },
  INTERNAL: {
    says: (c: { problem: string }): string => `unexpected: ${c.problem}`,
    why: 'This is a defect in Signet.',
    next: 'report it with the command line (never with the input); SIGNET_DEBUG=1 prints the stack',
    exit: 70,
  },
};

/** Errors of the command line. Messages name files, keys and fields, and never hold a value. */
export const cliErrors: Catalogue<typeof entries> = catalogue('SIGNET_CLI', entries);

// One page of documentation shows both catalogues of this package.
export { kubesealErrors } from './kubeseal/messages.ts';

/** Several refusals of one run, each with its own place. */
export class Refusals extends Error {
  override readonly name = 'Refusals';
  readonly errors: readonly SignetError[];

  constructor(errors: readonly SignetError[]) {
    super(`${errors.length} problems`);
    this.errors = errors;
  }
}

/** Runs `work`, collecting a coded error instead of throwing it; anything else is a defect and is thrown. */
export function collect<T>(problems: SignetError[], place: Place, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    for (const problem of refusalsOf(error)) problems.push(problem.within(place));
    return undefined;
  }
}

/** The coded errors inside whatever was thrown. @throws the error itself when there is none */
export function refusalsOf(error: unknown): readonly SignetError[] {
  if (error instanceof Refusals) return error.errors;
  if (error instanceof Error && error.name === 'SignetError') return [error as SignetError];
  throw error;
}

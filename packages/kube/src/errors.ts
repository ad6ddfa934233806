import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

interface Refusal {
  readonly verb: string;
  readonly path: string;
  readonly message: string;
}

const refused = (c: Refusal): string => `${c.verb} ${c.path}: ${c.message}`;

const entries = {
  // What the API server answered. The message is the server's own (values of Secrets redacted).
  API_BAD_REQUEST: {
    says: (c: Refusal): string => refused(c),
    why: 'The API server could not understand the request.',
    next: 'compare the kind and version of the object with what the cluster serves: kubectl api-resources',
  },
  API_UNAUTHORIZED: {
    says: (c: Refusal): string => refused(c),
    why: 'The API server does not know who is asking: no credentials, or credentials that are expired or for another cluster.',
    next: 'check with kubectl auth whoami, and log in again',
  },
  API_FORBIDDEN: {
    says: (c: Refusal): string => refused(c),
    why: 'The API server knows who is asking, and its rules do not allow this.',
    next: 'ask for the missing permission; kubectl auth can-i tells which verbs are allowed',
  },
  API_NOT_FOUND: {
    says: (c: Refusal): string => refused(c),
    why: 'The object, its namespace, or the whole kind is not there.',
    next: 'check the name and the namespace; for a custom resource, check that its definition is installed',
  },
  API_CONFLICT: {
    says: (c: Refusal): string => refused(c),
    why: 'The object changed since it was read, so the write was refused: nothing was overwritten.',
    next: 'read the object again and repeat the change',
  },
  API_ALREADY_EXISTS: {
    says: (c: Refusal): string => refused(c),
    why: 'An object of this name exists.',
    next: 'choose another name, or change the object that is there',
  },
  API_GONE: {
    says: (c: Refusal): string => refused(c),
    why: 'The resourceVersion or the continue token is older than what the API server remembers.',
    next: 'list again from the beginning',
  },
  API_INVALID: {
    says: (c: Refusal): string => refused(c),
    why: 'The object breaks a rule of its kind, or an admission webhook refused it.',
    next: 'mend the fields that the message names',
  },
  API_TOO_MANY_REQUESTS: {
    says: (c: Refusal): string => refused(c),
    why: 'The API server is protecting itself; the request was repeated as it asked, and still refused.',
    next: 'try again later, or lower the request rate (qps)',
  },
  API_UNAVAILABLE: {
    says: (c: Refusal): string => refused(c),
    why: 'The API server, or something between it and here, failed or is restarting.',
    next: 'try again; if it stays, look at the API server',
  },
  API_REFUSED: {
    says: (c: Refusal): string => refused(c),
    why: 'The API server answered with an error of no special kind.',
    next: 'read the message; it is the API server speaking',
  },
  // What happened before an answer came.
  UNREACHABLE: {
    says: (c: { server: string; problem: string }) => `cannot reach ${c.server} (${c.problem})`,
    why: 'No connection to the API server could be made, or it broke before the answer was complete.',
    next: 'check the server address of the current context, the network, and the proxy settings',
  },
  UNTRUSTED: {
    says: (c: { server: string; problem: string }) => `the certificate of ${c.server} is not trusted (${c.problem})`,
    why: 'The server showed a certificate that the configured certificate authority did not sign, or that is for another name.',
    next: 'correct certificate-authority, or tls-server-name if the server is reached under another name',
  },
  BAD_CERTIFICATES: {
    says: (c: { server: string; problem: string }) => `the certificates configured for ${c.server} cannot be used (${c.problem})`,
    why: 'The certificate authority, the client certificate or its key is not PEM, or the key does not belong to the certificate.',
    next: 'correct certificate-authority, client-certificate and client-key in the kubeconfig',
  },
  TIMEOUT: {
    says: (c: { verb: string; path: string; timeoutMs: number }) => `${c.verb} ${c.path} took longer than ${c.timeoutMs / 1000} s`,
    why: 'The API server did not answer in time, retries included.',
    next: 'try again, or allow more time with --request-timeout',
  },
  CLOSED: {
    says: () => 'the client is closed',
    why: 'The program is shutting down and has closed its connections.',
    next: 'nothing',
  },
  NOT_JSON: {
    says: (c: { verb: string; path: string }) => `${c.verb} ${c.path}: the answer is not a JSON object`,
    why: 'Something other than a Kubernetes API server answered, often a login page of a proxy.',
    next: 'check the server address and the proxy settings',
  },
  BAD_NAME: {
    says: (c: { what: string; name: string }): string =>
      c.name === '' ? `no ${c.what} given` : `${JSON.stringify(c.name)} is not a ${c.what}`,
    why: 'A path cannot be built from an empty name, from dots, or from a name with slashes.',
    next: 'give the name (and for a namespaced kind the namespace) of the object',
  },
  FILE_UNREADABLE: {
    says: (c: { file: string; what: string; problem: string }) => `cannot read the ${c.what} ${c.file} (${c.problem})`,
    why: 'The connection needs this file.',
    next: 'check that the file exists and may be read',
  },
  WATCH_MALFORMED: {
    says: (c: { path: string; bytes: number; problem: string }) => `watch of ${c.path}: ${c.problem} in a line of ${c.bytes} bytes`,
    why: 'A line of the watch was not a watch event. It is not skipped, because skipping it would lose a change.',
    next: 'nothing: the cache lists again. If it stays, look at what stands between here and the API server',
  },
  WATCH_LINE_TOO_LONG: {
    says: (c: { path: string; maxBytes: number }) => `watch of ${c.path}: a line is longer than ${c.maxBytes} bytes`,
    why: 'No Kubernetes object is that large; the limit keeps a broken server from filling the memory.',
    next: 'look at what stands between here and the API server',
  },
  WATCH_CUT: {
    says: (c: { path: string; problem: string }) => `watch of ${c.path} broke (${c.problem})`,
    why: 'The connection was cut while the watch stood.',
    next: 'nothing: the cache watches again from where it was',
  },
  // Finding the cluster.
  NO_CLUSTER: {
    says: (c: { files: readonly string[] }) =>
      `no cluster is configured (looked in ${[...c.files, "the pod's service account"].join(', ')})`,
    why: 'There is no kubeconfig with a current context, and this is not a pod with a service account.',
    next: 'set KUBECONFIG or --kubeconfig, or choose a context: kubectl config use-context NAME',
  },
  KUBECONFIG_MALFORMED: {
    says: (c: { file: string; at: string; problem: string }) => `${c.file}: ${c.at}: ${c.problem}`,
    why: 'The kubeconfig is not what kubectl would write.',
    next: 'correct the file; kubectl config view shows how kubectl reads it',
  },
  KUBECONFIG_NO_ENTRY: {
    says: (c: { kind: string; name: string; files: readonly string[] }) =>
      `there is no ${c.kind} ${JSON.stringify(c.name)}${c.files.length > 0 ? ` in ${c.files.join(', ')}` : ''}`,
    why: 'The current context, or a flag, names an entry that no kubeconfig holds.',
    next: 'kubectl config get-contexts lists what there is',
  },
  BAD_SERVER: {
    says: (c: { server: string }) => `${JSON.stringify(c.server)} is not the address of an API server`,
    why: 'An address is a URL that begins with https:// (or http://).',
    next: 'correct the server of the cluster in the kubeconfig, or --server',
  },
  BAD_DURATION: {
    says: (c: { text: string }) => `${JSON.stringify(c.text)} is not a duration`,
    why: 'A duration is a number with a unit, or whole seconds.',
    next: 'write 30s, 2m or 1h',
  },
  AUTH_UNSUPPORTED: {
    says: (c: { file: string; at: string; name: string }) => `${c.file}: ${c.at}: ${c.name} is not supported`,
    why: 'Kubernetes removed the built-in auth providers other than oidc; exec plugins took their place.',
    next: 'log in with the current tool of the provider, which writes an exec plugin into the kubeconfig',
  },
  KUBECONFIG_OUTSIDE: {
    says: (c: { file: string; at: string; field: string }) => `${c.file}: ${c.at}: ${c.field} is not allowed here`,
    why: 'A kubeconfig that is kept in the cluster may run no program and read no file of the one who uses it.',
    next: 'put the certificates and the token themselves into the kubeconfig (kubectl config view --flatten), or use a ServiceAccount',
  },
  AUTH_FAILED: {
    says: (c: { file: string; at: string; by: string; problem: string }) =>
      `${c.file}: ${c.at}: ${c.by} gave no credentials: ${c.problem}`,
    why: 'The program or the identity provider that the kubeconfig names for this user failed.',
    next: 'run kubectl with the same context; log in again if it fails too',
  },
  // The cache.
  CACHE_RUNNING: {
    says: (c: { resource: string }) => `the cache of ${c.resource} was started before`,
    why: 'A reflector runs once: two runs would fill one store from two watches.',
    next: 'make a new reflector',
  },
  CACHE_STOPPED: {
    says: (c: { resource: string }) => `the cache of ${c.resource} stopped before it was filled`,
    why: 'The program is shutting down, or the API server could not be listed in time.',
    next: 'look at earlier log lines for what the API server answered',
  },
  WATCH_SILENT: {
    says: (c: { resource: string; silentMs: number }) => `the watch of ${c.resource} was silent for ${c.silentMs / 1000} s`,
    why: 'API servers send a bookmark about once a minute. Longer silence means that the connection is dead though nobody closed it.',
    next: 'nothing: the cache watches again from where it was. If it happens often, look for a firewall that drops idle connections',
  },
  WATCH_TOO_SHORT: {
    says: (c: { resource: string }) => `the watch of ${c.resource} was closed within a second, without an event`,
    why: 'The server, or a proxy in between, closes watches at once.',
    next: 'look at what stands between here and the API server',
  },
  WATCH_LIST_UNFINISHED: {
    says: (c: { resource: string }) => `the initial events of ${c.resource} did not end with a mark`,
    why: 'The server does not offer streaming lists (WatchList).',
    next: 'nothing: the cache lists instead',
  },
};

/** Errors of this package. No message holds a token, a key, a request body, or a value of a Secret. */
export const kubeErrors: Catalogue<typeof entries> = catalogue('SIGNET_KUBE', entries);

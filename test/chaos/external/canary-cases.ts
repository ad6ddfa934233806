import type { Mood } from './backend.ts';

/** One way that a secret value takes through the controller, or gets stuck on. */
export interface Case {
  readonly name: string;
  /** What becomes of it in the end. */
  readonly ends: 'True' | 'False';
  /** What the backend keeps, made of the secret. Default: the secret itself. */
  readonly kept?: (secret: string) => string;
  /** Of the ExternalSecret, beyond store and interval; default: the value under the key `value`. `key` is where the backend keeps it. */
  readonly spec?: ((key: string) => object) | undefined;
  /** How the backend answers. */
  readonly mood?: (kept: string) => Mood;
  /** Name of the store. Default `backend`. */
  readonly store?: string;
}

const object = (secret: string): string => JSON.stringify({ user: secret, port: 5432, nested: { password: secret } });
const value = (key: string, more: object = {}): object => ({ data: [{ secretKey: 'value', remoteRef: { key, ...more } }] });
const extract = (key: string): object => ({ dataFrom: [{ extract: { key } }] });
const templated = (template: object) => (key: string) => ({ ...value(key), target: { template } });
const rendered = (text: string): Case['spec'] => templated({ data: { out: text } });
const literal = (text: string, target?: string): Case['spec'] =>
  templated({ templateFrom: [{ literal: text, ...(target !== undefined && { target }) }] });

const successes: readonly Case[] = [
  { name: 'plain', ends: 'True' },
  { name: 'extract', ends: 'True', kept: object, spec: extract },
  { name: 'property', ends: 'True', store: 'pathed', spec: (key) => value(key, { property: 'value' }) },
  { name: 'rendered', ends: 'True', spec: rendered('x={{ .value | b64enc }} {{ .value | quote }}') },
  { name: 'from-literal', ends: 'True', spec: literal('out: "{{ .value }}"') },
  {
    name: 'decoded',
    ends: 'True',
    kept: (secret) => Buffer.from(secret).toString('base64'),
    spec: (key) => value(key, { decodingStrategy: 'Base64' }),
  },
];

/** The value stands where a function, or the language, complains of it. */
const templates: Readonly<Record<string, Case['spec']>> = {
  fails: rendered('{{ fail .value }}'),
  'field-of-text': rendered('{{ .value.inner }}'),
  index: rendered('{{ index .value 100000 }}'),
  json: rendered('{{ .value | mustFromJson }}'),
  missing: rendered('{{ .value }}{{ .nothing }}'),
  pkcs12: rendered('{{ .value | pkcs12key }}'),
  jwk: rendered('{{ .value | jwkPublicKeyPem }}'),
  chain: rendered('{{ .value | certSANs }}'),
  regex: rendered('{{ mustRegexFind (print "(" .value) "x" }}'),
  date: rendered('{{ mustToDate "2006-01-02" .value }}'),
  url: rendered('{{ urlParse (print "http://[" .value) }}'),
  semver: rendered('{{ semver .value }}'),
  rsa: rendered('{{ rsaDecrypt "RSA-OAEP" "SHA1" .value .value }}'),
  aes: rendered('{{ decryptAES .value .value }}'),
  cert: rendered('{{ genSignedCert .value nil nil 1 (buildCustomCert .value .value) }}'),
  compare: rendered('{{ lt .value 1 }}'),
  'range-over': rendered('{{ range .value }}{{ . }}{{ end }}'),
  call: rendered('{{ call .value }}'),
  slice: rendered('{{ slice .value 5 2 }}'),
  yaml: literal('{{ .value }}: ['),
  'yaml-nested': literal('"{{ .value }}": {x: 1}'),
  'not-a-map': literal('{{ .value }}'),
  'bad-key': literal('"{{ .value }} !": "x"'),
  label: templated({ data: { out: 'x' }, metadata: { labels: { a: '{{ .value }} {{ .value }} not a label' } } }),
  'label-key': literal('"not a / {{ .value }} / label": x', 'Labels'),
  'annotation-key': literal('"not an / {{ .value }} / annotation": x', 'Annotations'),
  'base64-of-template': templated({ templateFrom: [{ literal: 'out: "{{ .value }}!"', valuesDecodingStrategy: 'Base64' }] }),
  docker: templated({ type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': '{{ .value }}' } }),
  tls: templated({ type: 'kubernetes.io/tls', data: { 'tls.crt': '{{ .value }}' } }),
};

const rewritten =
  (rewrite: object): Case['spec'] =>
  (key) => ({ dataFrom: [{ extract: { key }, rewrite: [rewrite] }] });
const spoiled: readonly Case[] = [
  ...Object.entries(templates).map(([name, spec]): Case => ({ name: `template-${name}`, ends: 'False', ...(spec && { spec }) })),
  { name: 'no-json', ends: 'False', spec: extract },
  { name: 'half-json', ends: 'False', kept: (secret) => `{"user": "${secret}`, spec: extract },
  { name: 'list', ends: 'False', kept: (secret) => JSON.stringify([secret]), spec: extract },
  { name: 'no-property', ends: 'False', store: 'pathed', kept: object, spec: (key) => value(key, { property: 'absent' }) },
  {
    name: 'property-of-text',
    ends: 'False',
    store: 'pathed-badly',
    mood: (kept) => ({ status: 200, body: kept }),
    spec: (key) => value(key, { property: 'absent' }),
  },
  { name: 'base64', ends: 'False', kept: (secret) => `${secret}!`, spec: (key) => value(key, { decodingStrategy: 'Base64' }) },
  {
    name: 'base64url',
    ends: 'False',
    kept: (secret) => `${secret}!`,
    spec: (key) => value(key, { decodingStrategy: 'Base64URL' }),
  },
  { name: 'null-byte', ends: 'False', kept: (secret) => `${secret}\0`, spec: (key) => value(key, { nullBytePolicy: 'Fail' }) },
  { name: 'merge', ends: 'False', kept: object, spec: rewritten({ merge: {} }) },
  { name: 'transform', ends: 'False', kept: object, spec: rewritten({ transform: { template: '{{ fail .value }}' } }) },
  { name: 'regexp', ends: 'False', kept: object, spec: rewritten({ regexp: { source: '(', target: 'x' } }) },
  { name: 'denied', ends: 'False', store: 'moody', mood: (kept) => ({ status: 403, body: `no, ${kept}` }) },
  {
    name: 'unauthorized',
    ends: 'False',
    store: 'moody',
    mood: (kept) => ({ status: 401, body: JSON.stringify({ errors: [kept] }) }),
  },
  { name: 'missing', ends: 'False', store: 'moody', mood: (kept) => ({ status: 404, body: kept }) },
  { name: 'teapot', ends: 'False', store: 'moody', mood: (kept) => ({ status: 418, body: kept }) },
  { name: 'broken', ends: 'False', store: 'broken', mood: (kept) => ({ status: 500, body: kept }) },
  { name: 'throttled', ends: 'False', store: 'throttling', mood: (kept) => ({ status: 429, body: kept, retryAfterS: 1 }) },
  { name: 'garbage', ends: 'False', store: 'garbled', mood: (kept) => ({ status: 200, body: `<${kept}>` }) },
  { name: 'cut', ends: 'False', store: 'cutting', mood: () => 'cut' },
];

/** Stores whose own credentials are secret values, in a Secret `login`: each fails in its own way. */
export const loginStores: Readonly<Record<string, { readonly url: string; readonly more?: object }>> = {
  'login-denied': { url: '{url}/v/denied?token={{ .auth.token }}' },
  'login-hangs': { url: '{url}/v/hang?token={{ .auth.token }}', more: { timeout: '300ms' } },
  'login-refused': { url: 'http://127.0.0.1:1/{{ .auth.token }}' },
  'login-host': { url: 'http://{{ .auth.token }}.invalid/x' },
  'login-port': { url: 'http://127.0.0.1:{{ .auth.token }}/x' },
  'login-no-url': { url: '{{ .auth.token }}' },
  'login-scheme': { url: '{{ .auth.token }}://127.0.0.1/x' },
  'login-user': { url: 'http://{{ .auth.token }}:{{ .auth.token }}@127.0.0.1:1/x' },
  'login-header': { url: '{url}/v/denied', more: { headers: { authorization: 'Bearer {{ .auth.token }}\n{{ .auth.token }}' } } },
  'login-body': { url: '{url}/v/denied', more: { method: 'POST', body: '{{ .auth.token }}{{ .auth.none }}' } },
  'login-fails': { url: '{url}/v/{{ fail .auth.token }}' },
  'login-path': { url: '{url}/v/x', more: { result: { jsonPath: '$[?({{ .auth.token }}' } } },
};

/** Every way; `store` exists for each. */
export const cases: readonly Case[] = [
  ...successes,
  ...spoiled,
  ...Object.keys(loginStores).map((store): Case => ({ name: store, ends: 'False', store })),
  { name: 'frozen', ends: 'True' },
  { name: 'immutable', ends: 'True', spec: (key) => ({ ...value(key), target: { immutable: true } }) },
  { name: 'echoed', ends: 'True' },
];

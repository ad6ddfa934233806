import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  VALUES_MISSING: {
    says: (c: { keys: readonly string[] }): string => `no sample value for ${c.keys.map((key) => JSON.stringify(key)).join(', ')}`,
    why: 'The templates are rendered over sample values, one for each key that the object seals or fetches; nothing is opened or fetched here.',
    next: '--values FILE, --set KEY=VALUE or --from-file KEY=PATH; --allow-missing puts <KEY> in their place',
  },
  VALUES_FORM: {
    says: (c: { key: string; problem: string }): string => `the sample value of ${JSON.stringify(c.key)} ${c.problem}`,
    why: 'Sample values are text; bytes that are not text are written as {base64: ...} or read with {file: PATH}.',
    next: 'put a number or a boolean in quotes; wrap base64 as {base64: ...}',
  },
  NO_TEMPLATE: {
    says: (): string => 'there is no SealedSecret or ExternalSecret in the input',
    why: 'Files that end in .yaml, .yml or .json, and stdin, are read as manifests; only these two kinds hold templates.',
    next: 'name the file that holds one; to render the file itself as a template: --functions sealed-secrets',
  },
  ENGINE: {
    says: (): string => 'spec.target.template.engineVersion is not v2',
    why: 'external-secrets has no other engine any more, and the templates of the old one are written in another way.',
    next: 'rewrite the template for v2, and drop engineVersion or set it to v2',
  },
  SOURCE: {
    says: (c: { kind: string; name: string }): string =>
      `the template is in ${c.kind} ${JSON.stringify(c.name)}, which is not in the input`,
    why: 'spec.target.template.templateFrom names an object of the cluster, and rendering here asks no cluster.',
    next: 'pass its manifest too: signet template render external-secret.yaml config-map.yaml',
  },
  SOURCE_KEY: {
    says: (c: { kind: string; name: string; key: string }): string =>
      `${c.kind} ${JSON.stringify(c.name)} has no key ${JSON.stringify(c.key)}`,
    why: 'spec.target.template.templateFrom names a key that is not there; the controller refuses it too.',
    next: 'correct the key, or add it to the object',
  },
  TARGET: {
    says: (c: { target: string }): string =>
      `templateFrom has the target ${JSON.stringify(c.target)}, which a Secret does not have`,
    why: 'In a Secret templates can fill Data, Annotations and Labels; external-secrets refuses every other target.',
    next: 'write Data, Annotations or Labels',
  },
  TEST_FILE: {
    says: (c: { problem: string }): string => c.problem,
    why: 'A test file that is not understood tests nothing, so it counts neither as passed nor as failed.',
    next: 'correct the file; its fields are listed by: signet template test --help',
    exit: 2,
  },
  NO_TESTS: {
    says: (): string => 'there is nothing to test',
    why: 'In a folder only files that end in .template-test.yaml are taken; --manifests also checks manifests.',
    next: 'name test files, or folders that hold some',
    exit: 2,
  },
};

/** Errors of `signet template`. They name files, keys and fields; templates' own errors come from @signet/template. */
export const templateCommandErrors: Catalogue<typeof entries> = catalogue('SIGNET_CLI_TEMPLATE', entries);

import type { SignetError } from '@signet/errors';
import { parseScope, scopeOf } from '@signet/sealing';
import type { Scope } from '@signet/sealing';
import type { Io } from '../console/io.ts';
import { readBytes } from '../console/read-inputs.ts';
import { readDocument } from '../document/read-document.ts';
import { placeAt, sourceOf } from '../document/source.ts';
import { splitStream } from '../document/split.ts';
import { child } from '../document/tree.ts';
import type { Json, Tree } from '../document/tree.ts';
import { cliErrors, collect, Refusals, refusalsOf } from '../errors.ts';
import { withScope } from '../secret/bind.ts';
import type { PlainSecret } from '../secret/plain-secret.ts';
import { readSecret } from '../secret/read-secret.ts';
import { sealedManifest } from '../secret/sealed-manifest.ts';
import { currentCertificate } from './certificate.ts';
import type { KubesealFlags } from './flags.ts';
import { kubesealErrors } from './messages.ts';
import { configuredNamespace } from './namespace.ts';
import { objectsText, outputFormat, writeOutput } from './output.ts';

/** `kubeseal`: seals every document of the input, whatever its kind says. */
export async function sealMode(flags: KubesealFlags, io: Io): Promise<void> {
  const format = outputFormat(flags);
  const bytes = await secretBytes(flags, io);
  const certificate = await currentCertificate(flags, io);
  const manifests: Json[] = [];
  for (const secret of readSecrets(bytes)) {
    const bound = await bind(secret, flags, io);
    manifests.push(await sealedManifest(bound.secret, bound.scope, certificate));
  }
  await writeOutput(objectsText(manifests, format), flags, io);
}

/** The bytes of `-f`, else of stdin. */
export async function secretBytes(flags: KubesealFlags, io: Io): Promise<Uint8Array> {
  const file = flags.text('secret-file');
  if (file === '') {
    if (io.stdinIsTty) io.say('(tty detected: expecting json/yaml k8s resource in stdin)\n');
    return io.readStdin();
  }
  return readBytes(file).catch((error: unknown) => {
    throw kubesealErrors.SECRET_FILE({}, { cause: error });
  });
}

/**
 * Reads the Secrets of a stream.
 *
 * @throws SIGNET_KUBESEAL_NO_SECRETS when no document can be read. When only some cannot, their own errors: leaving a document
 * out without a word, as kubeseal does, would lose a Secret.
 */
export function readSecrets(bytes: Uint8Array): PlainSecret[] {
  const problems: SignetError[] = [];
  const secrets: PlainSecret[] = [];
  try {
    const source = sourceOf('<input>', bytes);
    let document = 0;
    for (const piece of splitStream(source.text)) {
      if (piece.kind === 'separator' || piece.kind === 'blank') continue;
      document += 1;
      const secret = collect(problems, { ...placeAt(source, piece.start), document }, () => {
        const { tree } = readDocument(source, piece);
        if (tree.kind === 'scalar' && tree.value === null) return undefined;
        if (!hasSecretField(tree)) throw cliErrors.NOT_AN_OBJECT({});
        return readSecret(source, tree, { rules: 'kubeseal' });
      });
      if (secret) secrets.push(secret);
    }
  } catch (error) {
    problems.push(...refusalsOf(error));
  }
  if (secrets.length === 0) throw kubesealErrors.NO_SECRETS({}, { cause: problems[0] });
  if (problems.length > 0) throw new Refusals(problems);
  return secrets;
}

/** A document with no field of a Secret at all is taken for one that could not be read. */
function hasSecretField(tree: Tree): boolean {
  return ['apiVersion', 'kind', 'metadata', 'data', 'stringData', 'type'].some((field) => child(tree, field) !== undefined);
}

async function bind(read: PlainSecret, flags: KubesealFlags, io: Io): Promise<{ secret: PlainSecret; scope: Scope }> {
  if (read.values.size === 0 && !flags.on('allow-empty-data')) throw kubesealErrors.EMPTY_DATA({});
  const name = flags.text('name') || read.name;
  if (name === '') throw kubesealErrors.NO_NAME({});
  const wanted = parseScope(flags.text('scope'));
  // The default, strict, leaves the annotations of the input decisive.
  const annotations = wanted === 'strict' ? read.annotations : withScope(read.annotations, wanted);
  const scope = scopeOf(Object.fromEntries(annotations));
  let namespace = read.namespace;
  if (scope !== 'cluster-wide') {
    const given = flags.given('namespace') ? await configuredNamespace(flags, io) : undefined;
    if (given !== undefined && namespace !== '' && given !== namespace)
      throw kubesealErrors.NAMESPACE_MISMATCH({ found: namespace, given });
    if (namespace === '') namespace = (await configuredNamespace(flags, io)) ?? '';
    if (namespace === '') throw kubesealErrors.NO_NAMESPACE({});
  }
  return { secret: { ...read, name, namespace, annotations }, scope };
}

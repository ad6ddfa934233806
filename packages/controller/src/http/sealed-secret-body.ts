import { sealedSecretKind } from '@signet/api';
import { controllerErrors } from '../errors.ts';

/** One SealedSecret as it was sent: raw, so that everything it holds can be sent back. */
export type SentObject = Readonly<Record<string, unknown>>;

/**
 * Reads one SealedSecret out of a request's body, JSON or YAML.
 *
 * @throws SIGNET_CONTROLLER_BODY, which says what is wrong and quotes nothing
 */
export async function readSent(body: Buffer): Promise<SentObject> {
  const object = await parsed(body.toString('utf8'));
  if (typeof object !== 'object' || object === null || Array.isArray(object)) throw unusable('it is not an object');
  const { apiVersion, kind } = object as SentObject;
  const { group, version } = sealedSecretKind;
  if (apiVersion !== `${group}/${version}` || kind !== sealedSecretKind.kind)
    throw unusable(`it is not a ${sealedSecretKind.kind} of ${group}/${version}`);
  return object as SentObject;
}

async function parsed(text: string): Promise<unknown> {
  if (/^\s*\{/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      // flow style YAML begins like this too
    }
  }
  const { parseAllDocuments } = await import('yaml'); // kubeseal sends JSON
  const documents = parseAllDocuments(text, { version: '1.1', uniqueKeys: false, logLevel: 'error', prettyErrors: false });
  const [document, ...more] = documents;
  if (!document || document.contents === null) throw unusable('it is empty');
  if (more.length > 0) throw unusable('it has more than one document');
  if (document.errors.length > 0) throw unusable('it is neither JSON nor YAML');
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw unusable('it repeats itself too often by aliases');
  }
}

function unusable(because: string): Error {
  return controllerErrors.BODY({ because });
}

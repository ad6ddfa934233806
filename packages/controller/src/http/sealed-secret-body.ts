import { sealedSecretKind } from '@signet/api';
import { controllerErrors } from '../errors.ts';
import { yamlToJson } from './yaml-body.ts';

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
  const read = await yamlToJson(text);
  if ('problem' in read) throw unusable(read.problem);
  return JSON.parse(read.json);
}

function unusable(because: string): Error {
  return controllerErrors.BODY({ because });
}

import { kubeErrors } from '../errors.ts';

/**
 * Parses an answer that must be a JSON object.
 *
 * @throws SIGNET_KUBE_NOT_JSON; says nothing of the content
 */
export function jsonObject(body: Uint8Array, verb: string, path: string): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Falls through: the parser's message would quote the text.
  }
  throw kubeErrors.NOT_JSON({ verb, path });
}

import { providerErrors } from '../errors.ts';
import type { Answer } from './client.ts';

/**
 * The body of an answer as JSON.
 *
 * @throws BAD_ANSWER when it is none; says nothing about the text
 */
export function jsonOf({ status, body }: Pick<Answer, 'status' | 'body'>): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw providerErrors.BAD_ANSWER({ because: `HTTP ${status} whose body is not JSON` });
  }
}

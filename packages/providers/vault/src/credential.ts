import type { Credentials, SecretKeySelector } from '@signet/provider';
import { providerErrors } from '@signet/provider';

/**
 * A credential as text, without the newlines at its end, which files and editors add.
 *
 * @throws CREDENTIALS_MISSING, INVALID_CONFIG
 */
export async function credentialText(credentials: Credentials, selector: SecretKeySelector, signal: AbortSignal): Promise<string> {
  const text = Buffer.from(await credentials.secretKey(selector, signal))
    .toString('utf8')
    .replace(/[\r\n]+$/, '');
  if (text !== '') return text;
  const what = `key ${selector.key ?? ''} of Secret ${selector.name}`;
  throw providerErrors.CREDENTIALS_MISSING({ what, because: 'it is empty' });
}

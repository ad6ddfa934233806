import { isSignetError } from '@signet/errors';
import { readCertificate } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import { fileURLToPath } from 'node:url';
import type { Io } from '../console/io.ts';
import { readBytes } from '../console/read-inputs.ts';
import { cliErrors } from '../errors.ts';

/** Largest certificate that is read from a URL, and how long one may take. */
const maxBytes = 1024 * 1024;
const timeoutMs = 30_000;

/**
 * Loads the certificate a person named: a file, or a file, http or https URL.
 *
 * @throws SIGNET_CLI_FILE_UNREADABLE, SIGNET_CLI_CERT_FETCH, SIGNET_CLI_CERT_UNREADABLE
 */
export async function loadCertificate(source: string, io: Pick<Io, 'signal'>): Promise<SealingCertificate> {
  return parseCertificate(await certificateBytes(source, io), withoutCredentials(source));
}

/** The bytes behind a file name or URL. A one-letter scheme is a Windows drive. */
async function certificateBytes(source: string, io: Pick<Io, 'signal'>): Promise<Uint8Array> {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(source)?.[1]?.toLowerCase();
  if (scheme === undefined) return readBytes(source);
  if (scheme === 'file') return readBytes(filePath(source));
  if (scheme === 'http' || scheme === 'https') return download(source, io);
  throw cliErrors.CERT_FETCH({ source, problem: `the scheme ${scheme} is not known (file, http and https are)` });
}

function filePath(source: string): string {
  try {
    return fileURLToPath(source);
  } catch (error) {
    throw cliErrors.CERT_FETCH({ source, problem: 'not the URL of a local file (write file:///path)' }, { cause: error });
  }
}

async function download(source: string, io: Pick<Io, 'signal'>): Promise<Uint8Array> {
  const shown = withoutCredentials(source);
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs)]);
  const failed = (error: unknown): never => {
    io.signal.throwIfAborted();
    throw cliErrors.CERT_FETCH({ source: shown, problem: networkProblem(error) }, { cause: error });
  };
  if (!URL.canParse(source)) throw cliErrors.CERT_FETCH({ source: shown, problem: 'not a URL' });
  const response = await fetch(...requestOf(source, signal)).catch(failed);
  if (!response.ok) throw cliErrors.CERT_FETCH({ source: shown, problem: `${response.status} ${response.statusText}`.trim() });
  const bytes = await firstBytes(response).catch(failed);
  if (bytes.length > maxBytes) throw cliErrors.CERT_FETCH({ source: shown, problem: 'the answer is too long to be a certificate' });
  return bytes;
}

/** The body, or a little more than a certificate may have of it. */
async function firstBytes(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBytes) break;
  }
  return Buffer.concat(chunks);
}

/** `fetch` refuses a URL with a name and password in it; they go into a header, as curl and Go send them. */
function requestOf(source: string, signal: AbortSignal): [URL, RequestInit] {
  const url = new URL(source);
  const { username, password } = url;
  if (username === '' && password === '') return [url, { signal }];
  url.username = '';
  url.password = '';
  const pair = Buffer.from(`${decoded(username)}:${decoded(password)}`, 'utf8');
  return [url, { signal, headers: { authorization: `Basic ${pair.toString('base64')}` } }];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A URL without the user name and password it may carry, for messages; rather too little than a part of them. */
export function withoutCredentials(source: string): string {
  return source.replace(/^([a-z][a-z0-9+.-]+:\/\/).*@/is, '$1');
}

function networkProblem(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'the connection failed';
}

/** Reads a certificate and names its source when that fails. @throws SIGNET_CLI_CERT_UNREADABLE */
export function parseCertificate(bytes: Uint8Array, source: string): SealingCertificate {
  try {
    return readCertificate(bytes);
  } catch (error) {
    if (!isSignetError(error)) throw error;
    throw cliErrors.CERT_UNREADABLE({ source, problem: error.message }, { cause: error });
  }
}

/** Refuses to seal with a certificate whose time is over. @throws SIGNET_CLI_CERT_EXPIRED */
export function requireCurrent(certificate: SealingCertificate, source: string, now: Date): void {
  if (certificate.notAfter.getTime() >= now.getTime()) return;
  throw cliErrors.CERT_EXPIRED({ source, notAfter: certificate.notAfter.toISOString().slice(0, 10) });
}

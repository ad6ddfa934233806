import { createHash, createHmac } from 'node:crypto';

/** Keys of an AWS identity. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** A POST to sign. Headers by lower-case name; all of them are signed. */
export interface Signable {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly service: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const algorithm = 'AWS4-HMAC-SHA256';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * The headers of a POST, with those that sign it: AWS Signature Version 4, for a URL without query.
 *
 * The signed text is the method, path, (empty) query, headers in order of their names, their names, and the hash of the body; the key is the
 * secret key hashed with day, region and service. Source: AWS Identity and Access Management user guide, "Create a signed AWS API request".
 */
export function signed(keys: AwsKeys, { url, headers, body, service, region, now }: Signable): Readonly<Record<string, string>> {
  const { host, pathname } = new URL(url);
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const all: Record<string, string> = {
    ...headers,
    host,
    'x-amz-date': time,
    ...(keys.sessionToken !== undefined && { 'x-amz-security-token': keys.sessionToken }),
  };
  const names = Object.keys(all).toSorted();
  const lines = names.map((name) => `${name}:${(all[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  const signedHeaders = names.join(';');
  const request = ['POST', pathname, '', lines.join(''), signedHeaders, sha256(body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [day, region, service, 'aws4_request'].reduce<string | Uint8Array>(hmac, `AWS4${keys.secretAccessKey}`);
  const signature = hmac(key, [algorithm, time, scope, sha256(request)].join('\n')).toString('hex');
  const authorization = `${algorithm} Credential=${keys.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return { ...all, authorization };
}

import { createSign } from 'node:crypto';
import type { Client } from '@signet/kube/client';

/** Whose token, and for whom. */
export interface TokenOptions {
  readonly namespace: string;
  /** The service account. It must exist. */
  readonly name: string;
  /** Default: the API server's own. */
  readonly audiences?: readonly string[];
  /** At least 600. Default 3600. */
  readonly expirationSeconds?: number;
}

/** Whose token, until when, and what it is signed with. */
export interface SignedTokenOptions {
  /** The API server's service-account key, PEM. */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  /** Of the service account. */
  readonly uid: string;
  readonly notAfter: Date;
}

const issuer = 'https://kubernetes.default.svc.cluster.local';

/** A service-account token as TokenRequest makes it (RS256; the claims of Kubernetes' bound tokens), of any life. */
export function signedToken({ key, namespace, name, uid, notAfter }: SignedTokenOptions): string {
  const seconds = (time: number): number => Math.floor(time / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
  const issuedAt = seconds(notAfter.getTime() - 600_000);
  const claims = {
    iss: issuer,
    sub: `system:serviceaccount:${namespace}:${name}`,
    aud: [issuer],
    iat: issuedAt,
    nbf: issuedAt,
    exp: seconds(notAfter.getTime()),
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
  };
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${text}.${createSign('sha256').update(text).sign(key, 'base64url')}`;
}

/** Asks for a token (TokenRequest). */
export async function requestToken(
  admin: Client,
  { namespace, name, audiences, expirationSeconds = 3600 }: TokenOptions,
): Promise<string> {
  const { body } = await admin.request({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds, ...(audiences ? { audiences } : {}) },
    }),
  });
  const answer = JSON.parse(Buffer.from(body).toString('utf8')) as { status: { token: string } };
  return answer.status.token;
}

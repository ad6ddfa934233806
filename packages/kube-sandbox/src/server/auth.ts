import { createHash, createPrivateKey, createPublicKey, createSign, createVerify, timingSafeEqual } from 'node:crypto';
import type { KubeObject } from '../kinds/object.ts';
import type { Cluster } from './cluster.ts';

/** Who asks. */
export interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Claims of a service-account token. */
export interface TokenClaims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly nbf: number;
  readonly sub: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
  };
}

/** Issuer of service-account tokens, and the audience of the API server itself. */
export const issuer = 'https://kubernetes.default.svc.cluster.local';

const administrator: User = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** The user a bearer token stands for; undefined for none and for a bad one. */
export function authenticate(cluster: Cluster, authorization: string | undefined): User | undefined {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  return token === undefined ? undefined : userOfToken(cluster, token, [issuer]);
}

/** @param audiences the token must be for one of them */
export function userOfToken(cluster: Cluster, token: string, audiences: readonly string[]): User | undefined {
  if (sameText(token, cluster.identity.token)) return administrator;
  const claims = verify(cluster, token);
  if (!claims || !claims.aud.some((audience) => audiences.includes(audience))) return undefined;
  const { namespace, serviceaccount } = claims['kubernetes.io'];
  const account = cluster.store.get('/serviceaccounts', `${namespace}/${serviceaccount.name}`);
  if (account?.metadata.uid !== serviceaccount.uid) return undefined;
  return {
    username: claims.sub,
    uid: serviceaccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`] },
  };
}

/** A signed token of a service account (RFC 7519, RS256). */
export function issueToken(cluster: Cluster, account: KubeObject, audiences: readonly string[], seconds: number): string {
  const now = Math.floor(cluster.now().getTime() / 1000);
  const namespace = account.metadata.namespace ?? '';
  const name = account.metadata.name ?? '';
  const claims: TokenClaims = {
    aud: audiences,
    exp: now + seconds,
    iat: now,
    iss: issuer,
    jti: cluster.uid(),
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${name}`,
    'kubernetes.io': { namespace, serviceaccount: { name, uid: account.metadata.uid ?? '' } },
  };
  const signed = `${encode({ alg: 'RS256', kid: keyId(cluster) })}.${encode(claims)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(cluster.identity.serviceAccountKey, 'base64url')}`;
}

function verify(cluster: Cluster, token: string): TokenClaims | undefined {
  const [header, payload, signature, more] = token.split('.');
  if (!header || !payload || !signature || more !== undefined) return undefined;
  const key = createPublicKey(createPrivateKey(cluster.identity.serviceAccountKey));
  if (!createVerify('RSA-SHA256').update(`${header}.${payload}`).verify(key, signature, 'base64url')) return undefined;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as TokenClaims;
  return claims.exp > cluster.now().getTime() / 1000 ? claims : undefined;
}

function keyId(cluster: Cluster): string {
  const der = createPublicKey(createPrivateKey(cluster.identity.serviceAccountKey)).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64url');
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

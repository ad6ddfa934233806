import type { KindDefinition } from '../../kinds/definition.ts';
import type { KubeObject } from '../../kinds/object.ts';
import type { Answer } from '../answer.ts';
import { issuer, issueToken, userOfToken } from '../auth.ts';
import { decodeObject } from '../body.ts';
import { find, timestamp } from '../cluster.ts';
import type { Cluster, Place } from '../cluster.ts';
import { writeOptions } from '../options.ts';
import type { ResourceRequest } from '../resources.ts';
import { invalid, methodNotAllowed, notFound } from '../status-error.ts';
import { ownership, tracked } from './field-ownership.ts';
import { fieldError } from '../../schema/index.ts';

/** Answers the questions about who may what. The sandbox enforces no authorization: everybody may everything. */
export function answerReview(cluster: Cluster, kind: KindDefinition, body: KubeObject, request: ResourceRequest): KubeObject {
  const options = writeOptions(request.query, request.userAgent);
  const { status: _status, ...question } = body;
  const asked = tracked(undefined, question, ownership(cluster, kind, options));
  const { metadata } = asked;
  switch (kind.kind) {
    case 'SelfSubjectReview':
      return {
        ...asked,
        metadata: { ...metadata, creationTimestamp: timestamp(cluster.now()) },
        status: { userInfo: request.user },
      };
    case 'SelfSubjectRulesReview':
      return {
        ...asked,
        status: {
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
          nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
          incomplete: false,
        },
      };
    case 'TokenReview':
      return { ...asked, status: reviewToken(cluster, body) };
    default:
      checkQuestion(kind, body);
      return { ...asked, status: { allowed: true } };
  }
}

/** @throws a 422 Status for an access review that asks about nothing, or about two things */
function checkQuestion(kind: KindDefinition, body: KubeObject): void {
  const spec = (body['spec'] ?? {}) as { resourceAttributes?: object; nonResourceAttributes?: object };
  if ((spec.resourceAttributes === undefined) !== (spec.nonResourceAttributes === undefined)) return;
  const words = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
  throw invalid(kind, '', [fieldError.invalid('spec.resourceAttributes', spec.resourceAttributes ?? null, words)]);
}

function reviewToken(cluster: Cluster, body: KubeObject): Record<string, unknown> {
  const spec = (body['spec'] ?? {}) as { token?: string; audiences?: string[] };
  const audiences = spec.audiences && spec.audiences.length > 0 ? spec.audiences : [issuer];
  const user = userOfToken(cluster, spec.token ?? '', audiences);
  if (!user) return { user: {}, error: 'invalid bearer token' };
  return { authenticated: true, user, audiences };
}

/** The `token` subresource of a ServiceAccount (authentication.k8s.io/v1 TokenRequest). */
export function requestToken(cluster: Cluster, request: ResourceRequest, place: Place): Answer {
  if (request.method !== 'POST') throw methodNotAllowed();
  const account = find(cluster, place);
  if (!account) throw notFound(place.kind, place.name);
  const body = decodeObject(request.body, request.contentType, 'TokenRequest');
  const spec = (body['spec'] ?? {}) as { audiences?: string[]; expirationSeconds?: number; boundObjectRef?: unknown };
  const seconds = spec.expirationSeconds ?? 3600;
  const problems = [];
  if (seconds < 600)
    problems.push(fieldError.invalid('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2 ** 32)
    problems.push(fieldError.invalid('spec.expirationSeconds', seconds, 'may not specify a duration larger than 2^32 seconds'));
  if (problems.length > 0) throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', problems);
  const audiences = spec.audiences && spec.audiences.length > 0 ? spec.audiences : [issuer];
  const expires = new Date(cluster.now().getTime() + seconds * 1000);
  return {
    status: 201,
    body: {
      kind: 'TokenRequest',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { name: place.name, namespace: place.namespace, uid: cluster.uid(), creationTimestamp: timestamp(cluster.now()) },
      spec: { audiences, expirationSeconds: seconds, boundObjectRef: spec.boundObjectRef ?? null },
      status: { token: issueToken(cluster, account, audiences, seconds), expirationTimestamp: timestamp(expires) },
    },
  };
}

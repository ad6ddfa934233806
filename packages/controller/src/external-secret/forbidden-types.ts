import type { ExternalSecret } from '@signet/api';
import type { SignetError } from '@signet/errors';
import type { Secret } from '@signet/kube/client';
import { typeOf } from '../cluster/secret-parts.ts';
import { controllerErrors } from '../errors.ts';
import { partOf } from './templates.ts';

const bootstrapToken = 'bootstrap.kubernetes.io/token';
const serviceAccountToken = 'kubernetes.io/service-account-token';
const serviceAccountName = 'kubernetes.io/service-account.name';

/**
 * Refuses credentials of the cluster itself, as admission does, for objects that passed by it: bootstrap tokens, and Secrets that the
 * cluster would fill with the token of a ServiceAccount (external-secrets v2.9 behaviour, section "template" of its validation).
 */
export function refuseTemplate({ spec }: ExternalSecret): SignetError | undefined {
  const { template } = spec.target;
  const field = 'spec.target.template.type';
  if (template?.type === bootstrapToken) {
    return controllerErrors.TARGET_TYPE({ field, because: `Secrets of type ${bootstrapToken} are not made` });
  }
  if (template?.type !== serviceAccountToken) return undefined;
  const because = Object.hasOwn(template.metadata.annotations, serviceAccountName)
    ? `a Secret of type ${serviceAccountToken} may not have the annotation ${serviceAccountName}`
    : `a Secret of type ${serviceAccountToken} may not take annotations from templateFrom`;
  const takesAnnotations = template.templateFrom.some(({ target }) => partOf(target) === 'annotations');
  const names = Object.hasOwn(template.metadata.annotations, serviceAccountName) || takesAnnotations;
  return names ? controllerErrors.TARGET_TYPE({ field, because }) : undefined;
}

/** The same for the Secret that came out: whatever way the annotation got there, it may not be given to a token, nor another value. */
export function refuseSecret(live: Secret | undefined, wanted: Secret): SignetError | undefined {
  const named = wanted.metadata.annotations?.[serviceAccountName];
  if (typeOf(wanted) !== serviceAccountToken || named === undefined) return undefined;
  const isAsItWas =
    live !== undefined && typeOf(live) === typeOf(wanted) && live.metadata.annotations?.[serviceAccountName] === named;
  const because = `a Secret of type ${serviceAccountToken} may not have the annotation ${serviceAccountName}`;
  return isAsItWas ? undefined : controllerErrors.TARGET_TYPE({ field: 'spec.target', because });
}

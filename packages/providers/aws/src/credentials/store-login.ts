import { providerErrors } from '@signet/provider';
import type { SecretKeySelector, StoreRoom } from '@signet/provider';
import type { Auth, AwsConfig } from '../config.ts';
import { roleSteps } from '../config.ts';
import { Keys } from './keys.ts';
import { Login } from './login.ts';
import { roleAssumer, webIdentityAssumer } from './sts.ts';
import type { StsOptions } from './sts.ts';
import { surroundingKeys } from './surrounding-keys.ts';

const roleAnnotation = 'eks.amazonaws.com/role-arn';
const audienceAnnotation = 'eks.amazonaws.com/audience';
const defaultAudience = 'sts.amazonaws.com';

/** What a store's login needs. */
export interface StoreLoginOptions {
  readonly config: AwsConfig;
  readonly room: StoreRoom;
  readonly sts: StsOptions;
  /** Aborted when the store is closed. */
  readonly closed: AbortSignal;
}

/** The login of a store: its first keys, then role after role. Each link keeps its own keys for as long as they live. */
export function storeLogin({ config, room, sts, closed }: StoreLoginOptions): Login {
  const { clock, random } = room;
  const loginOf = (obtain: (signal: AbortSignal) => Promise<Keys>): Login => new Login({ obtain, clock, random, closed });
  const first = loginOf(firstKeys(config.auth, room, sts));
  const steps = roleSteps(config, room.store, room.namespace);
  return steps.reduce((login, step) => loginOf(roleAssumer(step, login, sts)), first);
}

function firstKeys(auth: Auth, room: StoreRoom, sts: StsOptions): (signal: AbortSignal) => Promise<Keys> {
  if (auth.by === 'service account') return serviceAccountKeys(auth, room, sts);
  if (auth.by === 'access key') return (signal) => accessKeys(auth, room, signal);
  return surroundingKeys(room, sts);
}

async function accessKeys(
  auth: Extract<Auth, { readonly by: 'access key' }>,
  { credentials }: StoreRoom,
  signal: AbortSignal,
): Promise<Keys> {
  // No part of a key has spaces; a newline at the end is an editor's.
  const textOf = async (selector: SecretKeySelector): Promise<string> =>
    new TextDecoder().decode(await credentials.secretKey(selector, signal)).trim();
  const [accessKeyId, secretAccessKey, sessionToken] = await Promise.all([
    textOf(auth.accessKeyId),
    textOf(auth.secretAccessKey),
    auth.sessionToken && textOf(auth.sessionToken),
  ]);
  return new Keys({ accessKeyId, secretAccessKey, sessionToken });
}

/** IAM roles for service accounts: the annotation names the role, a token of the ServiceAccount proves who asks. */
function serviceAccountKeys(
  { serviceAccount }: Extract<Auth, { readonly by: 'service account' }>,
  { credentials }: StoreRoom,
  sts: StsOptions,
): (signal: AbortSignal) => Promise<Keys> {
  const assume = webIdentityAssumer(sts);
  return async (signal) => {
    const { namespace, annotations } = await credentials.serviceAccount(serviceAccount, signal);
    const role = annotations[roleAnnotation];
    if (!role) {
      const what = `ServiceAccount "${serviceAccount.name}" in namespace ${namespace}`;
      throw providerErrors.CREDENTIALS_MISSING({ what, because: `it has no annotation ${roleAnnotation} with an IAM role` });
    }
    const audiences = [annotations[audienceAnnotation] || defaultAudience, ...(serviceAccount.audiences ?? [])];
    const { token } = await credentials.serviceAccountToken({ ...serviceAccount, audiences }, signal);
    return assume({ role, token }, signal);
  };
}

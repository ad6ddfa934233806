import { providerErrors } from '@signet/provider';
import type { GcpAuth } from '../auth-config.ts';
import { metadata } from './metadata.ts';
import { textField } from './outside.ts';
import type { LoginTools } from './request.ts';

type WorkloadIdentity = NonNullable<GcpAuth['workloadIdentity']>;

const cloudScope = 'https://www.googleapis.com/auth/cloud-platform';
const emailAnnotation = 'iam.gke.io/gcp-service-account';

/**
 * A token that a Google service account signs for a Kubernetes ServiceAccount of GKE (Workload Identity): its token is exchanged for one of
 * Google's, which may have the account sign.
 *
 * @param claimsOf what is signed, by the account's email
 */
export async function workloadIdentityJwt(
  identity: WorkloadIdentity,
  projectID: string | undefined,
  claimsOf: (email: string) => Readonly<Record<string, unknown>>,
  tools: LoginTools,
): Promise<string> {
  const { room, outside, signal } = tools;
  const { serviceAccountRef: account } = identity;
  const { annotations } = await room.credentials.serviceAccount(account, signal);
  const email = annotations[emailAnnotation];
  if (!email) {
    const because = `it has no annotation ${emailAnnotation}`;
    throw providerErrors.CREDENTIALS_MISSING({ what: `ServiceAccount ${account.name}`, because });
  }
  const project = identity.clusterProjectID ?? projectID ?? (await metadata('project/project-id', {}, tools));
  const location = identity.clusterLocation ?? (await metadata('instance/attributes/cluster-location', {}, tools));
  const cluster = identity.clusterName ?? (await metadata('instance/attributes/cluster-name', {}, tools));
  const pool = `${project}.svc.id.goog`;
  const { token } = await room.credentials.serviceAccountToken({ ...account, audiences: [...account.audiences, pool] }, signal);

  const google = async (url: string, who: string, field: string, body: object, bearer?: string): Promise<string> => {
    const headers = { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) };
    return textField(await outside({ method: 'POST', url, who, headers, body: JSON.stringify(body), signal }), field, who);
  };
  const member = `https://container.googleapis.com/v1/projects/${project}/locations/${location}/clusters/${cluster}`;
  const federated = await google('https://securetoken.googleapis.com/v1/identitybindingtoken', 'Google', 'access_token', {
    audience: `identitynamespace:${pool}:${member}`,
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    scope: cloudScope,
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
  });
  const signer = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${encodeURIComponent(email)}`;
  return google(`${signer}:signJwt`, 'Google IAM', 'signedJwt', { payload: JSON.stringify(claimsOf(email)) }, federated);
}

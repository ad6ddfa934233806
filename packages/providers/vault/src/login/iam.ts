import type { IamAuth } from '../auth-config.ts';
import { escapedPath } from '../path.ts';
import { awsKeys, stsUrl } from './aws-keys.ts';
import { signed } from './aws-signature.ts';
import type { LoginRequest, LoginTools } from './request.ts';

/**
 * The `iam` login of the AWS auth method: a signed request to STS, `GetCallerIdentity`, which Vault sends in our stead to learn who we are.
 * The environment is not touched: several stores log in at once with different identities.
 */
export async function iamLogin(auth: IamAuth, tools: LoginTools): Promise<LoginRequest> {
  const { path, region, vaultRole, vaultAwsIamServerID: serverId } = auth;
  const keys = await awsKeys(auth, tools);
  const url = stsUrl(region);
  const body = 'Action=GetCallerIdentity&Version=2011-06-15';
  const headers = {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    // Vault refuses a request that was signed for another server.
    ...(serverId !== undefined && { 'x-vault-aws-iam-server-id': serverId }),
  };
  const all = signed(keys, { url, headers, body, service: 'sts', region, now: tools.room.clock.now() });
  const lists = Object.fromEntries(Object.entries(all).map(([name, value]) => [headerName(name), [value]]));
  const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
  return {
    path: `auth/${escapedPath(path)}/login`,
    body: {
      role: vaultRole,
      iam_http_request_method: 'POST',
      iam_request_url: base64(url),
      iam_request_body: base64(body),
      iam_request_headers: base64(JSON.stringify(lists)),
    },
  };
}

/** `X-Amz-Date`: older Vaults look headers up by this spelling. */
function headerName(name: string): string {
  return name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

import { z } from 'zod';
import type { Account, Selector } from './selectors.ts';
import { name, selector, selectorWithDefault, serviceAccount, text } from './selectors.ts';

/** The mount of an auth method: `path` without slashes around it. */
const mount = (usual: string): z.ZodType<string> =>
  z
    .string()
    .optional()
    .transform((value) => value?.replace(/^\/+|\/+$/g, '') || usual);

const appRole = z
  .object({ path: mount('approle'), roleId: text, roleRef: selector.optional(), secretRef: selector })
  .refine(({ roleId, roleRef }) => roleId !== undefined || roleRef !== undefined, {
    path: ['roleId'],
    error: 'either roleId or roleRef has to be given',
  });

const kubernetes = z.object({
  mountPath: mount('kubernetes'),
  role: name,
  serviceAccountRef: serviceAccount.optional(),
  secretRef: selectorWithDefault('token').optional(),
});

const userPass = (path: string) => z.object({ path: mount(path), username: name, secretRef: selector });

const jwt = z
  .object({
    path: mount('jwt'),
    role: text,
    secretRef: selector.optional(),
    kubernetesServiceAccountToken: z
      .object({
        serviceAccountRef: serviceAccount,
        audiences: z.array(z.string()).optional(),
        expirationSeconds: z.number().int().min(600, 'the API server issues no token for less than 600 seconds').default(600),
      })
      .optional(),
  })
  .refine(({ secretRef, kubernetesServiceAccountToken }) => secretRef ?? kubernetesServiceAccountToken, {
    path: ['secretRef'],
    error: 'either secretRef or kubernetesServiceAccountToken has to be given',
  });

const cert = z.object({ path: mount('cert'), vaultRole: text, clientCert: selector, secretRef: selector });

const iam = z
  .object({
    path: mount('aws'),
    region: text.transform((region) => region ?? 'us-east-1'),
    role: text,
    vaultRole: name,
    externalID: text,
    vaultAwsIamServerID: text,
    jwt: z.object({ serviceAccountRef: serviceAccount }).optional(),
    secretRef: z
      .object({
        accessKeyIDSecretRef: selector,
        secretAccessKeySecretRef: selector,
        sessionTokenSecretRef: selector.optional(),
      })
      .optional(),
  })
  .refine(({ region }) => /^[a-z0-9-]+$/.test(region), { path: ['region'], error: 'it is no name of an AWS region' });

const gcp = z.object({
  path: mount('gcp'),
  role: name,
  projectID: text,
  secretRef: z.object({ secretAccessKeySecretRef: selector }).optional(),
  workloadIdentity: z
    .object({ serviceAccountRef: serviceAccount, clusterLocation: text, clusterName: text, clusterProjectID: text })
    .optional(),
});

/** `appRole`. One of `roleId` and `roleRef` is there. */
export interface AppRoleAuth {
  readonly path: string;
  readonly roleId?: string | undefined;
  readonly roleRef?: Selector | undefined;
  readonly secretRef: Selector;
}

/** `kubernetes`. Neither ServiceAccount nor Secret: the controller's own token. */
export interface KubernetesAuth {
  readonly mountPath: string;
  readonly role: string;
  readonly serviceAccountRef?: Account | undefined;
  readonly secretRef?: Selector | undefined;
}

/** `userPass` and `ldap`. */
export interface UserPassAuth {
  readonly path: string;
  readonly username: string;
  readonly secretRef: Selector;
}

/** `jwt`. One of the two sources is there; the Secret counts first. */
export interface JwtAuth {
  readonly path: string;
  readonly role?: string | undefined;
  readonly secretRef?: Selector | undefined;
  readonly kubernetesServiceAccountToken?:
    | {
        readonly serviceAccountRef: Account;
        readonly audiences?: readonly string[] | undefined;
        readonly expirationSeconds: number;
      }
    | undefined;
}

/** `cert`: `secretRef` is the private key. */
export interface CertAuth {
  readonly path: string;
  readonly vaultRole?: string | undefined;
  readonly clientCert: Selector;
  readonly secretRef: Selector;
}

/** `iam`. `role` is the AWS role to assume first. Neither `jwt` nor `secretRef`: the controller's own AWS identity. */
export interface IamAuth {
  readonly path: string;
  readonly region: string;
  readonly role?: string | undefined;
  readonly vaultRole: string;
  readonly externalID?: string | undefined;
  readonly vaultAwsIamServerID?: string | undefined;
  readonly jwt?: { readonly serviceAccountRef: Account } | undefined;
  readonly secretRef?:
    | {
        readonly accessKeyIDSecretRef: Selector;
        readonly secretAccessKeySecretRef: Selector;
        readonly sessionTokenSecretRef?: Selector | undefined;
      }
    | undefined;
}

/** `gcp`. Neither key nor workload identity: the identity of the machine. */
export interface GcpAuth {
  readonly path: string;
  readonly role: string;
  readonly projectID?: string | undefined;
  readonly secretRef?: { readonly secretAccessKeySecretRef: Selector } | undefined;
  readonly workloadIdentity?:
    | {
        readonly serviceAccountRef: Account;
        readonly clusterLocation?: string | undefined;
        readonly clusterName?: string | undefined;
        readonly clusterProjectID?: string | undefined;
      }
    | undefined;
}

/** `auth` as it is written, defaults filled in. */
export interface AuthFields {
  readonly namespace?: string | undefined;
  readonly tokenSecretRef?: Selector | undefined;
  readonly appRole?: AppRoleAuth | undefined;
  readonly kubernetes?: KubernetesAuth | undefined;
  readonly ldap?: UserPassAuth | undefined;
  readonly userPass?: UserPassAuth | undefined;
  readonly jwt?: JwtAuth | undefined;
  readonly cert?: CertAuth | undefined;
  readonly iam?: IamAuth | undefined;
  readonly gcp?: GcpAuth | undefined;
}

/** `auth` of an `openBao` store: fewer methods. */
export const openBaoAuthShape: z.ZodType<AuthFields> = z.object({
  namespace: text,
  tokenSecretRef: selector.optional(),
  appRole: appRole.optional(),
  userPass: userPass('userpass').optional(),
});

/** `auth` of a `vault` store. */
export const authShape: z.ZodType<AuthFields> = z.object({
  namespace: text,
  tokenSecretRef: selector.optional(),
  appRole: appRole.optional(),
  kubernetes: kubernetes.optional(),
  ldap: userPass('ldap').optional(),
  userPass: userPass('userpass').optional(),
  jwt: jwt.optional(),
  cert: cert.optional(),
  iam: iam.optional(),
  gcp: gcp.optional(),
});

/** How a store logs in: one of the methods. `none`: calls carry no token; an agent in between adds one. */
export type Auth =
  | { readonly method: 'none' }
  | { readonly method: 'token'; readonly with: Selector }
  | { readonly method: 'appRole'; readonly with: AppRoleAuth }
  | { readonly method: 'kubernetes'; readonly with: KubernetesAuth }
  | { readonly method: 'ldap'; readonly with: UserPassAuth }
  | { readonly method: 'userPass'; readonly with: UserPassAuth }
  | { readonly method: 'jwt'; readonly with: JwtAuth }
  | { readonly method: 'cert'; readonly with: CertAuth }
  | { readonly method: 'iam'; readonly with: IamAuth }
  | { readonly method: 'gcp'; readonly with: GcpAuth };

/** The method that counts: the first that is set, in the order of external-secrets v2.9. */
export function chosenAuth(given: AuthFields | undefined): Auth {
  if (given?.tokenSecretRef) return { method: 'token', with: given.tokenSecretRef };
  if (given?.appRole) return { method: 'appRole', with: given.appRole };
  if (given?.kubernetes) return { method: 'kubernetes', with: given.kubernetes };
  if (given?.ldap) return { method: 'ldap', with: given.ldap };
  if (given?.userPass) return { method: 'userPass', with: given.userPass };
  if (given?.jwt) return { method: 'jwt', with: given.jwt };
  if (given?.cert) return { method: 'cert', with: given.cert };
  if (given?.iam) return { method: 'iam', with: given.iam };
  if (given?.gcp) return { method: 'gcp', with: given.gcp };
  return { method: 'none' };
}

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOwnedDirectory } from '../../control-plane/data-directory.ts';

/** One request to the API server, as its audit log tells it. */
export interface Audited {
  readonly user: string;
  readonly verb: string;
  /** `resource` or `resource/subresource`. */
  readonly resource: string;
  readonly group: string;
  readonly namespace: string;
  readonly name: string;
  readonly code: number;
  /** False when RBAC said no. A 403 can have other causes, a terminating namespace for one. */
  readonly allowed: boolean;
  readonly uri: string;
}

/** The audit log of one API server: who asked for what, and what was answered. */
export interface AuditLog {
  /** For the API server's command line. */
  readonly flags: readonly string[];
  /** Requests of service accounts that were answered, in order; a watch counts once it was accepted or refused. */
  read(): Promise<Audited[]>;
  remove(): Promise<void>;
}

interface AuditEvent {
  readonly stage: string;
  readonly verb: string;
  readonly requestURI: string;
  readonly user: { readonly username: string };
  readonly responseStatus?: { readonly code?: number };
  readonly annotations?: Readonly<Record<string, string>>;
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly apiGroup?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
}

const policy = `
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
    userGroups: [system:serviceaccounts]
  - level: None
`;

/** Prepares the audit log of an API server that is to be started with its flags. */
export async function auditLog(): Promise<AuditLog> {
  const directory = await makeOwnedDirectory('signet-audit-');
  const [policyFile, logFile] = [join(directory, 'policy.yaml'), join(directory, 'audit.log')];
  await writeFile(policyFile, policy);
  await writeFile(logFile, '');
  return {
    // Written before the answer is given: what was answered can be read.
    flags: [`--audit-policy-file=${policyFile}`, `--audit-log-path=${logFile}`, '--audit-log-mode=blocking-strict'],
    read: async () => (await readFile(logFile, 'utf8')).split('\n').flatMap(audited),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

function audited(line: string): Audited[] {
  if (line === '') return [];
  const { stage, verb, requestURI, user, responseStatus, annotations, objectRef = {} } = JSON.parse(line) as AuditEvent;
  // A watch is told when it begins; everything else, refused watches included, when it is answered.
  if (verb === 'watch' && stage === 'ResponseComplete' && responseStatus?.code === 200) return [];
  const { resource = '', subresource, apiGroup = '', namespace = '', name = '' } = objectRef;
  return [
    {
      user: user.username,
      verb,
      resource: subresource === undefined ? resource : `${resource}/${subresource}`,
      group: apiGroup,
      namespace,
      name,
      code: responseStatus?.code ?? 0,
      allowed: annotations?.['authorization.k8s.io/decision'] !== 'forbid',
      uri: requestURI,
    },
  ];
}

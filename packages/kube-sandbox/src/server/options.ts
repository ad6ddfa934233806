import { badRequest, invalid, StatusError, unsignedFault } from './status-error.ts';
import type { FieldError } from '../schema/index.ts';

/** `fieldValidation` of a write. */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

/** Query options of create, update, patch and apply. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: FieldValidation;
  readonly force: boolean;
}

/** Query options of list and watch. */
export interface ListOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly limit: number;
  readonly continue: string;
  /** undefined when not given; `0` means "any". */
  readonly resourceVersion: number | undefined;
  readonly resourceVersionMatch: 'Exact' | 'NotOlderThan' | undefined;
  readonly watch: boolean;
  readonly timeoutSeconds: number | undefined;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
}

/** Options of delete and deletecollection: from the query and from a DeleteOptions body. */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly uid: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly propagation: 'Background' | 'Foreground' | 'Orphan' | undefined;
  readonly gracePeriodSeconds: number | undefined;
}

/**
 * @param userAgent names the field manager when the query does not: the part before the first `/`
 * @throws a 400 Status for values the API does not know
 */
export function writeOptions(query: URLSearchParams, userAgent: string): WriteOptions {
  const fieldManager = query.get('fieldManager') ?? '';
  if (fieldManager.length > 128) throw optionsInvalid('CreateOptions', ['fieldManager: Too long: may not be more than 128 bytes']);
  const validation = query.get('fieldValidation') || 'Warn';
  if (validation !== 'Strict' && validation !== 'Warn' && validation !== 'Ignore') {
    const words = `Unsupported value: "${validation}": supported values: "", "Ignore", "Strict", "Warn"`;
    throw optionsInvalid('CreateOptions', [`fieldValidation: ${words}`]);
  }
  return {
    dryRun: dryRun(query.getAll('dryRun')),
    fieldManager: fieldManager || (userAgent.split('/')[0] as string).slice(0, 128) || 'unknown',
    fieldValidation: validation,
    force: truth(query.get('force')),
  };
}

/** @throws a 400 or 422 Status for combinations the API refuses */
export function listOptions(query: URLSearchParams): ListOptions {
  const resourceVersion = query.get('resourceVersion') ?? '';
  if (!/^\d*$/.test(resourceVersion)) {
    const words = `resourceVersion: Invalid value: "${resourceVersion}": ${unsignedFault(resourceVersion)}`;
    // A watch finds out where nobody turns errors into client errors any more.
    if (truth(query.get('watch'))) throw new StatusError(500, '', words);
    throw badRequest(`invalid resource version: ${words}`);
  }
  const match = query.get('resourceVersionMatch') ?? '';
  if (match !== '' && match !== 'Exact' && match !== 'NotOlderThan') {
    const words = `Unsupported value: "${match}": supported values: "Exact", "NotOlderThan", ""`;
    throw optionsInvalid('ListOptions', [`resourceVersionMatch: ${words}`]);
  }
  const sendInitialEvents = query.has('sendInitialEvents') ? truth(query.get('sendInitialEvents')) : undefined;
  const options: ListOptions = {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    limit: count(query, 'limit') ?? 0,
    continue: query.get('continue') ?? '',
    resourceVersion: resourceVersion === '' ? undefined : Number(resourceVersion),
    resourceVersionMatch: match === '' ? undefined : match,
    watch: truth(query.get('watch')),
    timeoutSeconds: count(query, 'timeoutSeconds'),
    allowWatchBookmarks: truth(query.get('allowWatchBookmarks')),
    sendInitialEvents,
  };
  refuseCombinations(options);
  return options;
}

function refuseCombinations(o: ListOptions): void {
  const problems = o.watch ? watchProblems(o) : listProblems(o);
  if (problems.length > 0) throw optionsInvalid('ListOptions', problems);
  if (!o.watch && o.continue !== '' && o.resourceVersion !== undefined && o.resourceVersion !== 0) {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
}

function watchProblems(o: ListOptions): string[] {
  const match = 'resourceVersionMatch';
  if (o.sendInitialEvents === undefined) {
    const unless = `${match} is forbidden for watch unless sendInitialEvents is provided`;
    return o.resourceVersionMatch === undefined ? [] : [`${match}: Forbidden: ${unless}`];
  }
  const requires = `${match}: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan`;
  if (o.resourceVersionMatch === undefined) return [requires];
  return o.resourceVersionMatch === 'NotOlderThan'
    ? []
    : [requires, `${match}: Unsupported value: "${o.resourceVersionMatch}": supported values: "NotOlderThan"`];
}

function listProblems(o: ListOptions): string[] {
  if (o.sendInitialEvents !== undefined) return ['sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'];
  if (o.resourceVersionMatch === undefined) return [];
  const match = 'resourceVersionMatch';
  const problems: string[] = [];
  if (o.resourceVersion === undefined)
    problems.push(`${match}: Forbidden: ${match} is forbidden unless resourceVersion is provided`);
  if (o.continue !== '') problems.push(`${match}: Forbidden: ${match} is forbidden when continue is provided`);
  if (o.resourceVersionMatch === 'Exact' && o.resourceVersion === 0) {
    problems.push(`${match}: Forbidden: ${match} "exact" is forbidden for resourceVersion "0"`);
  }
  return problems;
}

/** @param body the decoded DeleteOptions, if the request had one */
export function deleteOptions(query: URLSearchParams, body: Readonly<Record<string, unknown>> | undefined): DeleteOptions {
  const preconditions = (body?.['preconditions'] ?? {}) as { uid?: string; resourceVersion?: string };
  const orphan = body?.['orphanDependents'] ?? (query.has('orphanDependents') ? truth(query.get('orphanDependents')) : undefined);
  const named = (body?.['propagationPolicy'] as string | undefined) ?? query.get('propagationPolicy') ?? undefined;
  if (named !== undefined && named !== 'Background' && named !== 'Foreground' && named !== 'Orphan') {
    const words = `Unsupported value: "${named}": supported values: "Foreground", "Background", "Orphan", "nil"`;
    throw optionsInvalid('DeleteOptions', [`propagationPolicy: ${words}`]);
  }
  if (named !== undefined && orphan !== undefined) {
    const words = `Invalid value: "${named}": orphanDependents and deletionPropagation cannot be both set`;
    throw optionsInvalid('DeleteOptions', [`propagationPolicy: ${words}`]);
  }
  const grace = (body?.['gracePeriodSeconds'] as number | undefined) ?? count(query, 'gracePeriodSeconds');
  return {
    dryRun: dryRun([...query.getAll('dryRun'), ...((body?.['dryRun'] ?? []) as string[])]),
    uid: preconditions.uid,
    resourceVersion: preconditions.resourceVersion,
    propagation: named ?? (orphan === undefined ? undefined : orphan === true ? 'Orphan' : 'Background'),
    gracePeriodSeconds: grace,
  };
}

const reasons: readonly (readonly [prefix: string, reason: FieldError['reason']])[] = [
  ['Forbidden', 'FieldValueForbidden'],
  ['Unsupported value', 'FieldValueNotSupported'],
  ['Too long', 'FieldValueTooLong'],
];

/** The API names the options object as if it were the invalid one. Problems are `field: message`. */
function optionsInvalid(kind: string, problems: readonly string[]): StatusError {
  const causes = problems.map((text): FieldError => {
    const [field = '', message = ''] = text.split(/: (.*)/s);
    const reason = reasons.find(([prefix]) => message.startsWith(prefix))?.[1] ?? 'FieldValueInvalid';
    return { reason, field, message };
  });
  return invalid({ group: 'meta.k8s.io', kind }, '', causes);
}

function dryRun(values: readonly string[]): boolean {
  for (const value of values) {
    if (value !== 'All' && value !== '') {
      throw optionsInvalid('CreateOptions', [`dryRun: Unsupported value: ["${value}"]: supported values: "All"`]);
    }
  }
  return values.includes('All');
}

/** Query booleans of the API: everything but absence, "", "0" and "false" is true. */
function truth(value: string | null): boolean {
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

function count(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^-?\d+$/.test(value)) throw badRequest(`strconv.ParseInt: parsing "${value}": invalid syntax`);
  return Number(value);
}

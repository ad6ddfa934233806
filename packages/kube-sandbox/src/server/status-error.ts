import type { KindDefinition } from '../kinds/definition.ts';
import type { FieldError } from '../schema/index.ts';

/** One cause of a Status. */
export interface Cause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

/** `details` of a Status. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** A failure the API reports: becomes a `Status` body with its HTTP code. */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  /** `metadata` of the Status: `continue` of an expired list. */
  readonly metadata: Readonly<Record<string, unknown>>;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    metadata: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
    this.metadata = metadata;
  }

  /** The body. */
  status(): Record<string, unknown> {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.metadata,
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details ? { details: this.details } : {}),
      code: this.code,
    };
  }
}

type Named = Pick<KindDefinition, 'group' | 'plural'>;

/** `secrets`, or `widgets.example.com`. */
function resourceText(kind: Named): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

function detailsOf(kind: Named, name: string): StatusDetails {
  return { ...(name === '' ? {} : { name }), ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural };
}

/** 404 of an object. */
export function notFound(kind: Named, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${resourceText(kind)} "${name}" not found`, detailsOf(kind, name));
}

/** 404 of a path nobody serves. */
export function unknownPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409 of a create. */
export function alreadyExists(kind: Named, name: string, existing: { readonly terminating: boolean }): StatusError {
  const text = `${resourceText(kind)} "${name}" already exists`;
  const message = existing.terminating ? `object is being deleted: ${text}` : text;
  return new StatusError(409, 'AlreadyExists', message, detailsOf(kind, name));
}

/** The words of an optimistic lock that failed. */
const modified = 'the object has been modified; please apply your changes to the latest version and try again';

/** 409 of an update, patch or delete. */
export function conflict(kind: Named, name: string, message: string = modified): StatusError {
  const text = `Operation cannot be fulfilled on ${resourceText(kind)} "${name}": ${message}`;
  return new StatusError(409, 'Conflict', text, detailsOf(kind, name));
}

/** 403. */
export function forbidden(kind: Named, name: string, message: string, causes?: readonly Cause[]): StatusError {
  const text =
    name === '' ? `${resourceText(kind)} is forbidden: ${message}` : `${resourceText(kind)} "${name}" is forbidden: ${message}`;
  return new StatusError(403, 'Forbidden', text, { ...detailsOf(kind, name), ...(causes ? { causes } : {}) });
}

/** 400. */
export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

/** What Go says of a text that is no unsigned number. */
export function unsignedFault(text: string): string {
  return `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
}

/** @throws a 400 Status when an object does not carry the name it is addressed by */
export function checkName(found: string | undefined, wanted: string): void {
  if (found === wanted) return;
  throw badRequest(
    found
      ? `the name of the object (${found}) does not match the name on the URL (${wanted})`
      : `the name of the object (${wanted} based on URL) was undeterminable: name must be provided`,
  );
}

/** 422 with one cause per field. */
export function invalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  problems: readonly FieldError[],
): StatusError {
  const words = [...new Set(problems.map((p) => (p.field === '' ? p.message : `${p.field}: ${p.message}`)))];
  const subject = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const list = words.length === 1 ? String(words[0]) : `[${words.join(', ')}]`;
  return new StatusError(422, 'Invalid', `${subject} "${name}" is invalid: ${list}`, {
    ...(name === '' ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.kind,
    causes: problems.map((p) => ({ reason: p.reason, message: p.message, field: p.field })),
  });
}

/** 405. */
export function methodNotAllowed(message = 'the server does not allow this method on the requested resource'): StatusError {
  return new StatusError(405, 'MethodNotAllowed', message, {});
}

/** 410 of a watch or list at a revision that was compacted away. */
export function tooOld(requested: number, oldest: number): StatusError {
  return new StatusError(410, 'Expired', `too old resource version: ${requested} (${oldest})`);
}

/** 504 of a read at a revision that does not exist yet. */
export function tooLarge(requested: number, current: number): StatusError {
  return new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${requested}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/** The Status of a success without an object. */
export function success(details?: StatusDetails): Record<string, unknown> {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', ...(details ? { details } : {}) };
}

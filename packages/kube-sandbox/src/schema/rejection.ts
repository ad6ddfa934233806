/** One entry of a Status' `details.causes`. */
export interface Cause {
  /** `FieldValueRequired`, `FieldManagerConflict`, ... */
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** What an API server answers instead of an object: the parts of a `Status` that these pure modules can know. */
export interface RejectionParts {
  /** HTTP status. */
  readonly status: 400 | 409 | 413 | 415 | 422 | 500;
  /** `metav1.StatusReason`: BadRequest, Conflict, Invalid, RequestEntityTooLarge, ...; empty when unknown. */
  readonly reason: string;
  readonly message: string;
  readonly causes?: readonly Cause[];
}

/** A request the API server refuses. The server half adds `details.kind`, `group` and `name`. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly status: RejectionParts['status'];
  readonly reason: string;
  readonly causes: readonly Cause[];

  constructor(parts: RejectionParts) {
    super(parts.message);
    this.status = parts.status;
    this.reason = parts.reason;
    this.causes = parts.causes ?? [];
  }
}

/** 400 BadRequest. */
export function badRequest(message: string): Rejection {
  return new Rejection({ status: 400, reason: 'BadRequest', message });
}

/** 413 RequestEntityTooLarge. */
export function tooLarge(message: string): Rejection {
  return new Rejection({ status: 413, reason: 'RequestEntityTooLarge', message });
}

/** 422 Invalid for a request that is well formed but cannot be carried out. */
export function unprocessable(message: string): Rejection {
  return new Rejection({ status: 422, reason: 'Invalid', message });
}

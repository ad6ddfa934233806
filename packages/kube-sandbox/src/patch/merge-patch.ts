import { goType } from './go-text.ts';
import { clone, isObject, type JsonObject, own, put } from '../schema/json.ts';
import { badRequest, type Rejection } from '../schema/rejection.ts';

/**
 * Applies an RFC 7386 merge patch to a copy of `document`. Like the API server, and beyond the RFC, members that are null are
 * also dropped from objects inside a list the patch brings in.
 *
 * @throws Rejection 400 when the patch is no object
 */
export function applyMergePatch<T>(document: T, patch: unknown): T {
  if (!isObject(patch)) throw noObject(patch);
  return merge(document, patch) as T;
}

/** The refusal of a patch that should be an object. */
export function noObject(patch: unknown): Rejection {
  if (patch === null) return badRequest('Invalid JSON Patch');
  return badRequest(`error decoding patch: json: cannot unmarshal ${goType(patch)} into Go value of type map[string]interface {}`);
}

function merge(current: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return isObject(current) ? clone(patch) : withoutNulls(patch);
  if (!isObject(current)) return withoutNulls(patch);
  const result: JsonObject = { ...current };
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete result[key];
    else put(result, key, merge(own(current, key) ?? null, change));
  }
  return result;
}

/** A copy without the members that are null, at every depth. Nulls that are elements of a list stay. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== null) put(result, key, withoutNulls(member));
  }
  return result;
}

import { compareText, isObject } from '../schema/json.ts';
import { Rejection } from '../schema/rejection.ts';

/** A value as Go's `%v` prints it: the API server's messages about patches quote them so. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (typeof value === 'string') return value;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .toSorted(compareText)
    .map((key) => `${key}:${goText(value[key])}`);
  return `map[${members.join(' ')}]`;
}

/** What Go's JSON decoder calls the type of a value. */
export function goType(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** A strategic merge patch that contradicts itself: the API server answers 500 without a reason. */
export function unmergeable(message: string): Rejection {
  return new Rejection({ status: 500, reason: '', message });
}

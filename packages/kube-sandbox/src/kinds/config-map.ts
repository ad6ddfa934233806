import { equal, fieldError } from '../schema/index.ts';
import type { FieldError } from '../schema/index.ts';
import { canonicalBytes, dataKeyProblems, maxDataBytes } from './secret.ts';
import type { Strategy } from './strategy.ts';

type Values = Readonly<Record<string, string>>;

/** `core/v1` ConfigMap: text and binary values under distinct keys; an immutable one changes only its metadata. */
export const configMapStrategy: Strategy = {
  defaults: (object) => canonicalBytes(object, 'binaryData'),
  validate(object) {
    const data = (object['data'] ?? {}) as Values;
    const binary = (object['binaryData'] ?? {}) as Values;
    const problems = [...dataKeyProblems('data', Object.keys(data)), ...dataKeyProblems('binaryData', Object.keys(binary))];
    for (const key of Object.keys(data)) {
      if (key in binary) problems.push(fieldError.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
    const size =
      Object.values(data).reduce((sum, value) => sum + Buffer.byteLength(value), 0) +
      Object.values(binary).reduce((sum, value) => sum + Buffer.from(value, 'base64').length, 0);
    if (size > maxDataBytes) problems.push(fieldError.tooLong('', maxDataBytes));
    return problems;
  },
  validateUpdate(object, old) {
    const problems: FieldError[] = [];
    if (old['immutable'] !== true) return problems;
    const words = 'field is immutable when `immutable` is set';
    if (object['immutable'] !== true) problems.push(fieldError.forbidden('immutable', words));
    for (const field of ['data', 'binaryData']) {
      if (!equal(object[field] ?? {}, old[field] ?? {})) problems.push(fieldError.forbidden(field, words));
    }
    return problems;
  },
};

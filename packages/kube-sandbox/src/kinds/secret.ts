import { equal, fieldError } from '../schema/index.ts';
import type { FieldError } from '../schema/index.ts';
import type { KubeObject } from './object.ts';
import type { Strategy } from './strategy.ts';

/** Most bytes all values of a Secret or ConfigMap may have together. */
export const maxDataBytes: number = 1024 * 1024;

type Values = Readonly<Record<string, string>>;

/** `core/v1` Secret: `stringData` is folded into `data`, the type never changes, an immutable one only its metadata. */
export const secretStrategy: Strategy = {
  defaults(object, old) {
    // An update without a type keeps the old one.
    object['type'] ||= old?.['type'];
    canonicalBytes(object, 'data');
    foldStringData(object);
  },
  validate: secretProblems,
  validateUpdate(object, old) {
    const problems: FieldError[] = [];
    if (object['type'] !== old['type']) problems.push(fieldError.invalid('type', object['type'], 'field is immutable'));
    if (old['immutable'] === true) {
      const words = 'field is immutable when `immutable` is set';
      if (object['immutable'] !== true) problems.push(fieldError.forbidden('immutable', words));
      if (!equal(object['data'] ?? {}, old['data'] ?? {})) problems.push(fieldError.forbidden('data', words));
    }
    return problems;
  },
};

/** Bytes are stored as they were decoded: without the line breaks the text may have had. */
export function canonicalBytes(object: KubeObject, field: string): void {
  const values = object[field] as Values | undefined;
  if (!values) return;
  object[field] = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.replaceAll(/[\r\n]/g, '')]));
}

function foldStringData(object: KubeObject): void {
  const text = object['stringData'] as Values | undefined;
  if (text && Object.keys(text).length > 0) {
    const data: Record<string, string> = { ...(object['data'] as Values | undefined) };
    for (const [key, value] of Object.entries(text)) data[key] = Buffer.from(value, 'utf8').toString('base64');
    object['data'] = data;
  }
  delete object['stringData'];
  if (object['type'] === undefined || object['type'] === '') object['type'] = 'Opaque';
}

/** Keys of `data` in Secrets and ConfigMaps. */
export function dataKeyProblems(path: string, keys: Iterable<string>): FieldError[] {
  const problems: FieldError[] = [];
  for (const key of keys) {
    const field = `${path}[${key}]`;
    if (key.length > 253) problems.push(fieldError.invalid(field, key, 'must be no more than 253 characters'));
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
      const words =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
      problems.push(fieldError.invalid(field, key, words));
    } else if (key === '.') problems.push(fieldError.invalid(field, key, "must not be '.'"));
    else if (key === '..') problems.push(fieldError.invalid(field, key, "must not be '..'"));
    else if (key.startsWith('..')) problems.push(fieldError.invalid(field, key, "must not start with '..'"));
  }
  return problems;
}

function secretProblems(object: KubeObject): FieldError[] {
  const data = (object['data'] ?? {}) as Values;
  const problems = dataKeyProblems('data', Object.keys(data));
  const size = Object.values(data).reduce((sum, value) => sum + Buffer.from(value, 'base64').length, 0);
  if (size > maxDataBytes) problems.push(fieldError.tooLong('data', maxDataBytes));
  problems.push(...typeProblems(object, data));
  return problems;
}

function typeProblems(object: KubeObject, data: Values): FieldError[] {
  const need = (key: string): FieldError[] => (key in data ? [] : [fieldError.required(`data[${key}]`)]);
  switch (object['type']) {
    case 'kubernetes.io/service-account-token': {
      const account = object.metadata.annotations?.['kubernetes.io/service-account.name'];
      return account ? [] : [fieldError.required('metadata.annotations[kubernetes.io/service-account.name]')];
    }
    case 'kubernetes.io/dockercfg':
      return jsonProblems('.dockercfg', data);
    case 'kubernetes.io/dockerconfigjson':
      return jsonProblems('.dockerconfigjson', data);
    case 'kubernetes.io/basic-auth':
      return 'username' in data || 'password' in data
        ? []
        : [fieldError.required('data[username]'), fieldError.required('data[password]')];
    case 'kubernetes.io/ssh-auth':
      return (data['ssh-privatekey'] ?? '') === '' ? [fieldError.required('data[ssh-privatekey]')] : [];
    case 'kubernetes.io/tls':
      return [...need('tls.crt'), ...need('tls.key')];
    default:
      return [];
  }
}

function jsonProblems(key: string, data: Values): FieldError[] {
  const value = data[key];
  if (value === undefined) return [fieldError.required(`data[${key}]`)];
  try {
    JSON.parse(Buffer.from(value, 'base64').toString('utf8'));
    return [];
  } catch {
    // The real server prints the parser's words, never the value.
    return [
      { reason: 'FieldValueInvalid', field: `data[${key}]`, message: 'Invalid value: "<secret contents redacted>": invalid JSON' },
    ];
  }
}

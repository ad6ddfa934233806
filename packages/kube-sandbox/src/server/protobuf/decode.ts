import { badRequest } from '../status-error.ts';
import { messageFields } from './fields.ts';
import type { FieldRule } from './fields.ts';

/** Media type of Kubernetes protobuf bodies. */
export const protobufType = 'application/vnd.kubernetes.protobuf';

const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

type Wire = { readonly number: number; readonly value: bigint | Buffer };

/**
 * Decodes a Kubernetes protobuf body into the JSON form of its object: the four bytes `k8s\0`, then a `runtime.Unknown` message
 * with the type (1), and the object's own message (2).
 *
 * @throws a 400 Status for malformed bytes and for kinds outside the table
 */
export function decodeProtobuf(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, 4).equals(magic))
    throw badRequest('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const envelope = fieldsOf(body.subarray(4));
  const type = fieldsOf(bytesOf(envelope, 1));
  const apiVersion = bytesOf(type, 1).toString('utf8');
  const kind = bytesOf(type, 2).toString('utf8');
  const rules = messageFields[kind];
  if (!rules) throw badRequest(`the sandbox reads ${kind} as JSON or YAML only`);
  return { apiVersion, kind, ...message(rules, bytesOf(envelope, 2)) };
}

function bytesOf(fields: readonly Wire[], number: number): Buffer {
  const found = fields.find((field) => field.number === number)?.value;
  return Buffer.isBuffer(found) ? found : Buffer.alloc(0);
}

function message(rules: Readonly<Record<string, FieldRule>>, bytes: Buffer): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  const byNumber = new Map(Object.entries(rules).map(([name, [number, shape]]) => [number, { name, shape }]));
  for (const { number, value } of fieldsOf(bytes)) {
    const rule = byNumber.get(number);
    if (!rule) continue;
    if (rule.shape.startsWith('map ')) {
      const entry = fieldsOf(value as Buffer);
      const map = (object[rule.name] ??= {}) as Record<string, unknown>;
      const shape = rule.shape.slice(4);
      const member = entry.find((field) => field.number === 2)?.value ?? Buffer.alloc(0);
      map[bytesOf(entry, 1).toString('utf8')] = scalar(shape, member);
    } else if (rule.shape.endsWith('[]')) {
      const list = (object[rule.name] ??= []) as unknown[];
      list.push(scalar(rule.shape.slice(0, -2), value));
    } else {
      const decoded = scalar(rule.shape, value);
      if (!isUnset(rule.shape, decoded)) object[rule.name] = decoded;
    }
  }
  return object;
}

/** Fields without presence are always on the wire: their zero means that nobody set them. */
function isUnset(shape: string, value: unknown): boolean {
  if (value === undefined) return true;
  return (shape === 'text' && value === '') || (shape === 'count' && value === 0) || (shape === 'flag' && value === false);
}

function scalar(shape: string, value: bigint | Buffer): unknown {
  if (typeof value === 'bigint') {
    if (shape === 'bool' || shape === 'flag') return value !== 0n;
    return Number(BigInt.asIntN(64, value));
  }
  switch (shape) {
    case 'text':
      return value.toString('utf8');
    case 'bytes':
      return value.toString('base64');
    case 'Time':
      return time(value, 0);
    case 'MicroTime':
      return time(value, 6);
    case 'IntOrString': {
      const fields = fieldsOf(value);
      const kind = fields.find((field) => field.number === 1)?.value;
      return kind === 1n
        ? bytesOf(fields, 3).toString('utf8')
        : Number(BigInt.asIntN(32, (fields.find((field) => field.number === 2)?.value ?? 0n) as bigint));
    }
    case 'FieldsV1':
      return JSON.parse(bytesOf(fieldsOf(value), 1).toString('utf8') || '{}') as unknown;
    case 'ExtraValue':
      return fieldsOf(value).map((field) => String(field.value));
    default: {
      const rules = messageFields[shape];
      return rules ? message(rules, value) : undefined;
    }
  }
}

function time(bytes: Buffer, digits: 0 | 6): string | undefined {
  const fields = fieldsOf(bytes);
  if (fields.length === 0) return undefined;
  const seconds = Number(BigInt.asIntN(64, (fields.find((field) => field.number === 1)?.value ?? 0n) as bigint));
  const nanos = Number(fields.find((field) => field.number === 2)?.value ?? 0n);
  const fraction = digits === 0 ? '' : `.${String(Math.floor(nanos / 1000)).padStart(6, '0')}`;
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction}Z`;
}

/** The fields of a message in wire order. */
function fieldsOf(bytes: Buffer): Wire[] {
  const fields: Wire[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw badRequest('unexpected EOF');
  };
  const take = (length: number): Buffer => {
    if (length > bytes.length - at) throw badRequest('unexpected EOF');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const wireType = Number(tag & 7n);
    if (wireType === 0) fields.push({ number, value: varint() });
    else if (wireType === 2) fields.push({ number, value: take(Number(varint())) });
    else if (wireType === 1) take(8);
    else if (wireType === 5) take(4);
    else throw badRequest(`proto: illegal wireType ${wireType}`);
  }
  return fields;
}

import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { isObject } from '../schema/index.ts';
import { decodeProtobuf, protobufType } from './protobuf/decode.ts';
import { badRequest, StatusError } from './status-error.ts';

/** The API server's limit of a request body. */
const maxBodyBytes = 3 * 1024 * 1024;

/** Reads a whole body. @throws a 413 Status when it is larger than 3 MiB */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    // The rest is read and dropped: the client is still sending and would not see the answer.
    if (size <= maxBodyBytes) chunks.push(chunk);
  }
  if (size > maxBodyBytes) {
    throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${maxBodyBytes}`);
  }
  return Buffer.concat(chunks);
}

/**
 * Decodes a JSON, YAML or protobuf body that must be an object; JSON `null` is an empty one.
 *
 * @param wanted kind the API expects, for the message
 * @throws a 400 Status otherwise, 415 for other media types
 */
export function decodeObject(body: Buffer, contentType: string, wanted: string): Record<string, unknown> {
  if (contentType.startsWith(protobufType)) return decodeProtobuf(body);
  const value = decodeValue(body, contentType, wanted);
  if (value === null) return {};
  if (!isObject(value)) {
    const found = Array.isArray(value) ? 'array' : typeof value;
    throw unrecognized(body, wanted, `json: cannot unmarshal ${found} into Go value of type ${typeMeta}`);
  }
  return value;
}

const typeMeta = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Decodes a JSON or YAML body. @throws a 400 Status for text that cannot be parsed, 415 for other media types */
export function decodeValue(body: Buffer, contentType: string, wanted: string): unknown {
  const text = body.toString('utf8');
  const type = (contentType.split(';')[0] as string).trim().toLowerCase();
  try {
    if (type === '' || type.endsWith('json')) return JSON.parse(text) as unknown;
    if (type.endsWith('yaml')) return parse(text, { version: '1.1', maxAliasCount: 100 }) as unknown;
  } catch {
    // Only the common case has the words of Go's parser; the bytes themselves stay out of the message.
    throw unrecognized(body, wanted, 'unexpected end of JSON input');
  }
  throw unsupportedMediaType(['application/json', 'application/yaml', protobufType]);
}

function unrecognized(body: Buffer, wanted: string, words: string): StatusError {
  const shown = body.length === 0 ? ' (<empty>)' : '';
  return badRequest(
    `the object provided is unrecognized (must be of type ${wanted}): couldn't get version/kind; json parse error: ${words}${shown}`,
  );
}

/** 415 with the list of what is supported. */
export function unsupportedMediaType(supported: readonly string[]): StatusError {
  const words = `the body of the request was in an unknown format - accepted media types include: ${supported.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', words);
}

import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { isObject } from '../schema/index.ts';
import { decodeProtobuf, protobufType } from './protobuf/decode.ts';
import { badRequest, StatusError } from './status-error.ts';

/** The API server's limit of a request body. */
export const maxBodyBytes = 3 * 1024 * 1024;

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

/** Decodes a JSON or YAML body that must be an object. @throws a 400 Status otherwise, 415 for other media types */
export function decodeObject(body: Buffer, contentType: string): Record<string, unknown> {
  if (contentType.startsWith(protobufType)) return decodeProtobuf(body);
  const value = decodeValue(body, contentType);
  if (!isObject(value)) {
    throw badRequest(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  return value;
}

/** Decodes a JSON or YAML body. @throws a 400 Status for text that cannot be parsed, 415 for other media types */
export function decodeValue(body: Buffer, contentType: string): unknown {
  const text = body.toString('utf8');
  const type = (contentType.split(';')[0] as string).trim().toLowerCase();
  try {
    if (type === '' || type.endsWith('json')) return JSON.parse(text) as unknown;
    if (type.endsWith('yaml')) return parse(text, { version: '1.1', maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${type.endsWith('yaml') ? 'YAML' : 'JSON'}): ${(error as Error).name}`,
    );
  }
  throw unsupportedMediaType(['application/json', 'application/yaml']);
}

/** 415 with the list of what is supported. */
export function unsupportedMediaType(supported: readonly string[]): StatusError {
  const words = `the body of the request was in an unknown format - accepted media types include: ${supported.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', words);
}

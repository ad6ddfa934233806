import type { ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import { Rejection } from '../schema/index.ts';
import type { Accepted } from './negotiate.ts';
import { StatusError } from './status-error.ts';

/** What a handler answers. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly warnings?: readonly string[];
}

/** Writes an answer as JSON or YAML. */
export function writeAnswer(response: ServerResponse, answer: Answer, format: Accepted['format'] = 'json'): void {
  const text = format === 'yaml' ? stringify(answer.body) : `${JSON.stringify(answer.body)}\n`;
  const body = Buffer.from(text);
  response.setHeader('Content-Type', format === 'yaml' ? 'application/yaml' : 'application/json');
  response.setHeader('Content-Length', body.length);
  response.setHeader('Cache-Control', 'no-cache, private');
  if (answer.warnings && answer.warnings.length > 0) {
    // RFC 7234 section 5.5 as client-go reads it: code, agent, quoted text.
    response.setHeader(
      'Warning',
      answer.warnings.map((words) => `299 - ${JSON.stringify(printable(words))}`),
    );
  }
  response.writeHead(answer.status);
  response.end(body);
}

/** Header values are Latin-1 without control characters. */
function printable(words: string): string {
  return words.replaceAll(/[^\x20-\x7e]/g, '?');
}

/** The Status an error becomes; anything unexpected is a 500 InternalError. */
export function statusOf(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof Rejection) {
    return new StatusError(
      error.status,
      error.reason,
      error.message,
      error.causes.length > 0 ? { causes: error.causes } : error.status === 422 ? {} : undefined,
    );
  }
  const words = error instanceof Error ? error.message : 'unknown';
  return new StatusError(500, 'InternalError', `Internal error occurred: ${words}`, { causes: [{ message: words }] });
}

/** Writes an error as a Status. */
export function writeError(response: ServerResponse, error: unknown): void {
  const status = statusOf(error);
  const retry = status.details?.retryAfterSeconds;
  if (retry !== undefined) response.setHeader('Retry-After', String(retry));
  writeAnswer(response, { status: status.code, body: status.status() });
}

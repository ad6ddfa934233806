import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call as it reached AWS. */
export interface GateCall {
  /** `GetSecretValue`, `AssumeRole`. */
  readonly action: string;
  /** Who signed it; empty: nobody. */
  readonly accessKeyId: string;
  /** JSON of the service, or the form of STS, as an object. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** An error of AWS. */
interface Refusal {
  readonly code: string;
  readonly message: string;
}

/**
 * Stands before moto and does what AWS does and moto does not: knows whose credentials are good, denies actions and single secrets in AWS's
 * JSON shape, holds batches to their size. It records every call.
 */
export class Gate {
  readonly calls: GateCall[] = [];
  /** Access key ids that are accepted. Those of roles are added as they are assumed. Undefined: all. */
  accepted: Set<string> | undefined;
  /** Access key ids that have ended. */
  readonly expired = new Set<string>();
  /** Actions that nobody may take. */
  readonly deniedActions = new Set<string>();
  /** Secrets and parameters that nobody may read. */
  readonly deniedKeys = new Set<string>();
  readonly #target: string;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  private constructor(target: string) {
    this.#target = target;
  }

  /** @param target moto's address */
  static async start(target: string): Promise<Gate> {
    const gate = new Gate(target);
    await new Promise<void>((resolve) => {
      gate.#server.listen(0, '127.0.0.1', resolve);
    });
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How often each action was called: `{ GetSecretValue: 2 }`. */
  get counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { action } of this.calls) counts[action] = (counts[action] ?? 0) + 1;
    return counts;
  }

  /** Every session that was made so far ends now. */
  expireSessions(): void {
    for (const id of this.#issued) this.expired.add(id);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  readonly #issued = new Set<string>();

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const call = callOf(request, body.toString('utf8'));
      this.calls.push(call);
      const refusal = this.#refusalOf(call);
      if (refusal) refuse(response, refusal, request.headers['x-amz-target'] === undefined);
      else await this.#passOn(call, request, body, response);
    } catch {
      response.destroy();
    }
  }

  #refusalOf({ action, accessKeyId, body }: GateCall): Refusal | undefined {
    const isSigned = action !== 'AssumeRoleWithWebIdentity';
    if (isSigned && this.expired.has(accessKeyId)) {
      return { code: 'ExpiredTokenException', message: 'The security token included in the request is expired' };
    }
    if (isSigned && this.accepted && !this.accepted.has(accessKeyId)) {
      return { code: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' };
    }
    const names = [body['SecretId'], body['Name'], ...listOf(body['Names'])];
    if (this.deniedActions.has(action) || names.some((name) => this.deniedKeys.has(String(name)))) {
      return {
        code: 'AccessDeniedException',
        message: `User: arn:aws:iam::123456789012:user/app is not authorized to perform: ${action}`,
      };
    }
    if (listOf(body['SecretIdList']).length > 20) return { code: 'InvalidParameterException', message: 'too many secrets' };
    if (listOf(body['Names']).length > 10) return { code: 'ValidationException', message: 'too many names' };
    return undefined;
  }

  async #passOn(call: GateCall, request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const ids = listOf(call.body['SecretIdList']).map(String);
    const denied = ids.filter((id) => this.deniedKeys.has(id));
    const onward = denied.length === 0 ? body : JSON.stringify({ SecretIdList: ids.filter((id) => !denied.includes(id)) });
    const { 'content-length': _, host: __, connection: ___, ...headers } = request.headers;
    const answer = await fetch(`${this.#target}${request.url ?? '/'}`, {
      method: request.method ?? 'POST',
      headers: headers as Record<string, string>,
      body: onward,
    });
    let text = await answer.text();
    const issued = /<AccessKeyId>([^<]+)<\/AccessKeyId>/.exec(text)?.[1];
    if (issued !== undefined) {
      this.#issued.add(issued);
      this.accepted?.add(issued);
    }
    if (denied.length > 0) {
      const read = JSON.parse(text) as { Errors?: unknown[] };
      const errors = denied.map((id) => ({ SecretId: id, ErrorCode: 'AccessDeniedException', Message: 'not authorized' }));
      text = JSON.stringify({ ...read, Errors: [...(read.Errors ?? []), ...errors] });
    }
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' }).end(text);
  }
}

function callOf({ headers }: IncomingMessage, text: string): GateCall {
  const target = String(headers['x-amz-target'] ?? '');
  const form = target === '';
  const body: Record<string, unknown> = form
    ? Object.fromEntries(new URLSearchParams(text))
    : (JSON.parse(text) as Record<string, unknown>);
  return {
    action: form ? String(body['Action']) : target.replace(/^.*\./, ''),
    accessKeyId: /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '',
    body,
    headers: headers as Readonly<Record<string, string | undefined>>,
  };
}

/** STS speaks XML, and its codes are other words. */
function refuse(response: ServerResponse, { code, message }: Refusal, asXml: boolean): void {
  if (!asXml) {
    const body = JSON.stringify({ __type: code, Message: message, message });
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(body);
    return;
  }
  const word = code === 'UnrecognizedClientException' ? 'InvalidClientTokenId' : code.replace(/Exception$/, '');
  const error = `<Error><Type>Sender</Type><Code>${word}</Code><Message>${message}</Message></Error>`;
  response.writeHead(403, { 'content-type': 'text/xml' }).end(`<ErrorResponse>${error}<RequestId>1</RequestId></ErrorResponse>`);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

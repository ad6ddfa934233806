import { ApiError, isApiError } from '@signet/kube/client';

/** As much of a value as may not be in a message. Shorter values are taken out only as a whole. */
const shortest = 8;
/** Values below this are no secrets, and stand in every message: `a`, `80`. */
const shortestWhole = 4;
const redacted = '[redacted]';

/**
 * Makes a write. If the API server refuses it, the error holds no value that was sent, nor a part of one of eight characters: admission webhooks
 * may quote what they deny in any form of words (promise 9: no secret leaves by the side door).
 *
 * @param values what was sent
 * @param clean takes further quotations out of the server's words
 */
export async function unquoted<T>(
  values: () => Iterable<Uint8Array>,
  write: () => Promise<T>,
  clean: (message: string) => string = (message) => message,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isApiError(error)) throw error;
    throw cleaned(error, (message) => withoutValues(clean(message), [...values()]));
  }
}

/** A text without values, plain, as base64, or as they stand between quotes. */
export function withoutValues(text: string, values: readonly Uint8Array[]): string {
  const forms = new Set(values.flatMap(formsOf));
  const grams = gramsOf(text);
  const hidden = new Uint8Array(text.length);
  for (const form of forms) {
    if (form.length >= shortestWhole && form.length < shortest)
      for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) hidden.fill(1, at, at + form.length);
    if (grams.size === 0) continue;
    for (let start = 0; start + shortest <= form.length; start++)
      for (const at of grams.get(form.slice(start, start + shortest)) ?? []) hidden.fill(1, at, at + shortest);
  }
  return [...hidden].some((one) => one === 1) ? cover(text, hidden) : text;
}

/** Every piece of the text of the length that matters, and where it stands. */
function gramsOf(text: string): ReadonlyMap<string, readonly number[]> {
  const grams = new Map<string, number[]>();
  for (let at = 0; at + shortest <= text.length; at++) {
    const gram = text.slice(at, at + shortest);
    const known = grams.get(gram);
    if (known) known.push(at);
    else grams.set(gram, [at]);
  }
  return grams;
}

function cover(text: string, hidden: Uint8Array): string {
  let covered = '';
  for (let at = 0; at < text.length; at++)
    if (!hidden[at]) covered += text[at];
    else if (!hidden[at - 1]) covered += redacted;
  return covered;
}

function formsOf(value: Uint8Array): string[] {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const text = bytes.toString('utf8');
  const quoted = JSON.stringify(text).slice(1, -1);
  const forms = [text, bytes.toString('base64'), bytes.toString('base64url')];
  return quoted === text ? forms : [...forms, quoted];
}

/** The same error in other words. The first one is no cause of it: loggers print causes. */
function cleaned(error: ApiError, clean: (message: string) => string): ApiError {
  const { status, reason, serverMessage, details, retryAfterMs } = error;
  const [, verb, path] = /^(\S+) (\S+): /.exec(error.message.slice(0, error.message.length - serverMessage.length)) ?? [];
  const causes = details?.causes?.map((cause) =>
    cause.message === undefined ? cause : { ...cause, message: clean(cause.message) },
  );
  return new ApiError({
    status,
    reason,
    retryAfterMs,
    verb,
    path,
    message: clean(serverMessage),
    details: details && { ...details, ...(causes && { causes }) },
  });
}

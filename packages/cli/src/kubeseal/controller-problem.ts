import type { ControllerAnswer } from '../cluster/controller-service.ts';

const longest = 500;

/** What the controller, or the API server in front of it, says of a request that it did not carry out; one printable line. */
export function problemOf({ status, body }: ControllerAnswer): string {
  const text = new TextDecoder().decode(body);
  const said = messageOf(text)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return said === '' ? `the controller answers with status ${status}` : said.slice(0, longest);
}

/** The API server answers with a Status object, the controller with a line. */
function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}

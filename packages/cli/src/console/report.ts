import type { Place, SignetError } from '@signet/errors';
import { styleText } from 'node:util';
import { cliErrors, exitCodes, refusalsOf } from '../errors.ts';
import type { Io } from './io.ts';

/** Width an error is laid out for when no terminal says otherwise. */
const defaultColumns = 96;

/**
 * Shows what went wrong and returns the exit code for it. Everything goes to stderr; colour only on a terminal that wants it.
 *
 * @param options.format `json` prints one object per line, for programs
 */
export function report(error: unknown, io: Io, options: { readonly format?: 'text' | 'json' } = {}): number {
  const errors = codedErrors(error, io);
  if (options.format === 'json') {
    for (const one of errors)
      io.say(`${JSON.stringify({ code: one.code, message: one.message, at: one.at, why: one.why, next: one.next })}\n`);
  } else {
    io.say(errorText(errors, { color: io.stderrIsTty && !io.env['NO_COLOR'], columns: io.columns || defaultColumns }));
  }
  return Math.max(...errors.map(exitOf));
}

function codedErrors(error: unknown, io: Io): readonly SignetError[] {
  try {
    return refusalsOf(error);
  } catch {
    if (io.env['SIGNET_DEBUG'] && error instanceof Error) io.say(`${error.stack}\n`);
    // A foreign error may quote what it stumbled over, so only its kind is shown.
    const problem = error instanceof Error ? `${error.name}${'code' in error ? ` ${String(error.code)}` : ''}` : typeof error;
    return [cliErrors.INTERNAL({ problem }, { cause: error })];
  }
}

/** Errors of the cluster end with the code that says so, whatever package they come from. */
function exitOf(error: SignetError): number {
  return error.code.startsWith('SIGNET_KUBE_') ? exitCodes.unreachable : error.exit;
}

/** The errors as a person sees them: message and code, place, reason (once for each code), and what to do next. */
export function errorText(errors: readonly SignetError[], look: { readonly color: boolean; readonly columns: number }): string {
  const explained = new Set<string>();
  const blocks = errors.map((error) => {
    const first = !explained.has(error.code);
    explained.add(error.code);
    return block(error, first, look);
  });
  const summary = errors.length > 1 ? `${errors.length} problems; nothing was written\n` : '';
  return blocks.join('') + summary;
}

function block(
  error: SignetError,
  explain: boolean,
  { color, columns }: { readonly color: boolean; readonly columns: number },
): string {
  const paint = (format: 'red' | 'dim' | 'cyan', text: string): string =>
    color ? styleText(format, text, { validateStream: false }) : text;
  const message = oneLine(error.message);
  const gap = Math.max(2, columns - 1 - 'error: '.length - message.length - error.code.length);
  const lines = [`${paint('red', 'error:')} ${message}${' '.repeat(gap)}${paint('dim', error.code)}`];
  const place = placeText(error.at);
  if (place) lines.push(`  ${paint('dim', 'at ')} ${place}`);
  if (explain) {
    lines.push(`  ${paint('dim', 'why')} ${error.why}`);
    lines.push(`  ${paint('cyan', 'fix')} ${error.next}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Control characters of a file name or a server's answer must not reach the terminal. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

/** `deploy/db.yaml:14:stringData.port (document 2, Secret "db")`. */
export function placeText(place: Place | undefined): string {
  if (!place) return '';
  const where = [place.file, place.line === undefined ? undefined : String(place.line), place.key]
    .filter((part) => part !== undefined)
    .join(':');
  const what = [place.document === undefined ? undefined : `document ${place.document}`, place.object]
    .filter((part) => part !== undefined)
    .join(', ');
  return oneLine(where && what ? `${where} (${what})` : where || what);
}

import type { Logger } from '@signet/kube/client';
import type { Config } from './config.ts';

/** Somewhere text goes. */
export interface Sink {
  write(text: string): unknown;
}

const names: Readonly<Record<number, string>> = { 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR' };

/**
 * The program's log: one line per entry, text (`key=value`) or JSON. INFO and below go to stdout, WARN and above to stderr,
 * unless everything is wanted on stderr. pino is loaded only here.
 */
export async function createLogger(
  { logLevel, logFormat, logInfoStdout }: Pick<Config, 'logLevel' | 'logFormat' | 'logInfoStdout'>,
  { stdout, stderr }: { readonly stdout: Sink; readonly stderr: Sink },
): Promise<Logger> {
  // The default export, because a bundle offers a CommonJS module under no other name.
  const { default: pino } = await import('pino');
  const form = (sink: Sink): Sink => (logFormat === 'json' ? sink : { write: (line: string) => sink.write(asText(line)) });
  const streams = [
    { level: 'debug' as const, stream: form(logInfoStdout ? stdout : stderr) },
    { level: 'warn' as const, stream: form(stderr) },
  ];
  const options = { level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const logger: Logger = pino(options, pino.multistream(streams as Parameters<typeof pino.multistream>[0], { dedupe: true }));
  return logger;
}

/** `time=... level=INFO msg="..." key=value`, as Go's slog writes text. */
function asText(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const words = [`time=${String(time)}`, `level=${names[Number(level)] ?? String(level)}`, `msg=${quoted(msg)}`];
  for (const [key, value] of Object.entries(fields)) words.push(`${key}=${quoted(isError(value) ? value.message : value)}`);
  return `${words.join(' ')}\n`;
}

function isError(value: unknown): value is { message: string } {
  return typeof value === 'object' && value !== null && 'stack' in value && 'message' in value;
}

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text);
}

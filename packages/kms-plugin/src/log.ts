import type { Logger } from '@signet/provider';

/** The program's log: JSON, one line per entry, to stderr. pino is loaded only here. */
export async function createLogger(level: string, stderr: { write(text: string): unknown }): Promise<Logger> {
  // The default export, because a bundle offers a CommonJS module under no other name.
  const { default: pino } = await import('pino');
  const stream = { write: (line: string): void => void stderr.write(line) };
  const logger: Logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  return logger;
}

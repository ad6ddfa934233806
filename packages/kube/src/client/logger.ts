/** What this package needs of a logger. A pino logger satisfies it as it is. Fields and messages never hold a secret's value. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

function nothing(): void {}

/** Says nothing: the default wherever a logger is optional. */
export const silentLogger: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

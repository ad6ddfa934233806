import { describe, expect, test } from 'vitest';
import { createLogger } from './log.ts';

async function logged(options: {
  logLevel?: 'debug' | 'info';
  logFormat?: 'text' | 'json';
  logInfoStdout?: boolean;
}): Promise<[string[], string[]]> {
  const [out, err]: [string[], string[]] = [[], []];
  const config = { logLevel: 'info', logFormat: 'text', logInfoStdout: true, ...options } as const;
  const logger = await createLogger(config, {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
  });
  logger.debug({}, 'd');
  logger.info({ key: 'web/db', n: 2 }, 'an info');
  logger.warn({ err: new Error('oh no') }, 'a warning');
  logger.error({}, 'an error');
  const words = (lines: string[]): string[] => lines.map((line) => line.replace(/time=\S+ |"time":"[^"]+",/, '').trimEnd());
  return [words(out), words(err)];
}

// Source: --log-info-stdout, --log-level and --log-format of sealed-secrets v0.38.
describe('the log', () => {
  test('text: INFO to stdout, WARN and ERROR to stderr, each line once', async () => {
    expect(await logged({})).toEqual([
      ['level=INFO msg="an info" key=web/db n=2'],
      ['level=WARN msg="a warning" err="oh no"', 'level=ERROR msg="an error"'],
    ]);
  });

  test('all to stderr', async () => {
    const [out, err] = await logged({ logInfoStdout: false });
    expect([out, err.length]).toEqual([[], 3]);
  });

  test('debug and JSON', async () => {
    const [out] = await logged({ logLevel: 'debug', logFormat: 'json' });
    expect(out).toEqual(['{"level":20,"msg":"d"}', '{"level":30,"key":"web/db","n":2,"msg":"an info"}']);
  });
});

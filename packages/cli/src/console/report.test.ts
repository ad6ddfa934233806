import { describe, expect, test } from 'vitest';
import { cliErrors, exitCodes, Refusals } from '../errors.ts';
import type { Io } from './io.ts';
import { errorText, placeText, report } from './report.ts';

const wide = { color: false, columns: 96 };

function fakeIo(env: Record<string, string> = {}, stderrIsTty = false): Io & { readonly said: string[] } {
  const said: string[] = [];
  return {
    said,
    env,
    signal: new AbortController().signal,
    stdinIsTty: false,
    stderrIsTty,
    columns: 0,
    readStdin: async () => new Uint8Array(),
    out: async () => {},
    say: (text) => void said.push(text),
    now: () => new Date(0),
  };
}

describe('an error as a person sees it', () => {
  test('message, code at the right, place, reason, next step', () => {
    const at = { file: 'deploy/db.yaml', line: 14, document: 2, object: 'Secret "db"' };
    expect(errorText([cliErrors.CERT_EXPIRED({ source: 'pub.pem', notAfter: '2026-03-01' }, { at })], wide)).toBe(
      `error: pub.pem expired on 2026-03-01${' '.repeat(36)}SIGNET_CLI_CERT_EXPIRED\n` +
        '  at  deploy/db.yaml:14 (document 2, Secret "db")\n' +
        '  why A value sealed with an expired certificate may not open: the controller could have retired its key.\n' +
        '  fix signet cert fetch > pub.pem, or pass --cert with a current certificate\n',
    );
  });

  test('several: each with its place, the reason once, the count at the end', () => {
    const errors = ['a', 'b'].map((key, at) =>
      cliErrors.NOT_BASE64({ key }, { at: { file: 'x.yaml', line: at + 1, key: `data.${key}` } }),
    );
    const text = errorText(errors, wide);
    expect(text.match(/ {2}why /g)).toHaveLength(1);
    expect(text).toContain('at  x.yaml:2:data.b\n');
    expect(text).toMatch(/2 problems; nothing was written\n$/);
  });

  test.each([
    [{ stderrIsTty: true, env: {} }, true],
    [{ stderrIsTty: true, env: { NO_COLOR: '1' } }, false],
    [{ stderrIsTty: false, env: {} }, false],
  ])('%j: colour %s', ({ stderrIsTty, env }, colored) => {
    const io = fakeIo(env, stderrIsTty);
    report(cliErrors.NOTHING_TO_SEAL({}), io);
    expect(io.said.join('').includes('\u001B[')).toBe(colored);
  });

  test('control characters of names do not reach the terminal', () => {
    expect(placeText({ file: 'a\u001B[2Jb\n', line: 1 })).toBe('a [2Jb :1');
  });
});

describe('exit codes', () => {
  test('that of the error; the highest of several; unreachable for the cluster; internal for anything unknown', () => {
    expect(report(cliErrors.USAGE({ problem: 'x' }), fakeIo())).toBe(exitCodes.usage);
    expect(report(new Refusals([cliErrors.NOT_AN_OBJECT({}), cliErrors.CLUSTER_UNREACHABLE({ problem: 'x' })]), fakeIo())).toBe(
      exitCodes.unreachable,
    );
    expect(report(new Error('hunter2'), fakeIo())).toBe(exitCodes.internal);
  });

  test('an unknown error shows its kind and not its text, which may quote the input', () => {
    const io = fakeIo();
    report(new TypeError('cannot read hunter2'), io);
    expect(io.said.join('')).toContain('TypeError');
    expect(io.said.join('')).not.toContain('hunter2');
  });

  test('as JSON for programs', () => {
    const io = fakeIo();
    report(cliErrors.NOT_BASE64({ key: 'k' }, { at: { file: 'x', line: 3 } }), io, { format: 'json' });
    expect(JSON.parse(io.said.join(''))).toMatchObject({
      code: 'SIGNET_CLI_NOT_BASE64',
      message: 'data.k is not base64',
      at: { file: 'x', line: 3 },
    });
  });
});

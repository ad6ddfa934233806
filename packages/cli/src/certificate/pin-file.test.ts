import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { changePins, findPins, newPinsPath } from './pin-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-pins-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [one, two, three] = ['1', '2', '3'].map((digit) => `SHA256:${digit.repeat(43)}`) as [string, string, string];
const path = (...parts: string[]): string => join(folder, ...parts);

describe('which file counts', () => {
  mkdirSync(path('repo', '.git'), { recursive: true });
  mkdirSync(path('repo', 'deploy', 'web'), { recursive: true });
  mkdirSync(path('elsewhere'));
  writeFileSync(path('repo', '.signet-pins.yaml'), `pins:\n- ${one}\n`);
  writeFileSync(path('named.yaml'), `pins:\n- ${two}\n`);
  const fingerprints = async (...args: Parameters<typeof findPins>): Promise<string[] | undefined> =>
    (await findPins(...args))?.pins.map(({ fingerprint }) => fingerprint);

  test('the nearest one upwards; --pins before SIGNET_PINS before that', async () => {
    expect(await fingerprints({}, {}, path('repo', 'deploy', 'web'))).toEqual([one]);
    expect(await fingerprints({}, { SIGNET_PINS: path('named.yaml') }, path('repo'))).toEqual([two]);
    expect(await fingerprints({ pins: path('named.yaml') }, { SIGNET_PINS: path('absent') }, path('repo'))).toEqual([two]);
    expect(await fingerprints({}, { SIGNET_PINS: '' }, path('repo'))).toEqual([one]);
    expect(await fingerprints({}, {}, path('elsewhere'))).toBeUndefined();
  });

  test.each([
    ['absent.yaml', undefined, 'no such file or directory'],
    ['broken.yaml', 'pins: [', 'it is not valid YAML'],
    ['other.yaml', 'kind: Secret\n', 'it has no list named pins'],
    ['twice.yaml', `pins: []\npins: [${one}]\n`, 'it is not valid YAML'],
  ])('%s that was named is an error, never no pins', async (name, text, problem) => {
    if (text !== undefined) writeFileSync(path(name), text);
    await expect(findPins({ pins: path(name) }, {})).rejects.toMatchObject({
      code: 'SIGNET_PIN_UNREADABLE',
      message: `${path(name)} cannot be used: ${problem}`,
    });
  });

  test('a new one belongs to the top of the work tree, else to the folder', async () => {
    expect(await newPinsPath({}, {}, path('repo', 'deploy'))).toBe(path('repo', '.signet-pins.yaml'));
    expect(await newPinsPath({}, {}, path('elsewhere'))).toBe(path('elsewhere', '.signet-pins.yaml'));
  });
});

describe('changing a file of pins', () => {
  test('what people wrote stays: comments, order, the pins of others', async () => {
    const file = path('kept.yaml');
    writeFileSync(file, `# ours\npins:\n# production\n- ${one} # January\n- fingerprint: ${two}\n  context: prod\n`);
    const before = await findPins({ pins: file }, {});
    await changePins(file, before, { add: [{ fingerprint: three, controller: 'a/b' }], remove: before?.pins.slice(1) ?? [] });
    expect(readFileSync(file, 'utf8')).toBe(
      `# ours\npins:\n# production\n- ${one} # January\n- fingerprint: ${three}\n  controller: a/b\n`,
    );
  });

  test('a new file is read again as what was written', async () => {
    const file = path('new.yaml');
    const pins = [{ fingerprint: one, validUntil: '2036-01-01' }, { fingerprint: two }];
    await changePins(file, undefined, { add: pins, remove: [] });
    expect((await findPins({ pins: file }, {}))?.pins).toEqual(pins);
    expect(readFileSync(file, 'utf8')).toMatch(/^# .*\npins:\n- fingerprint: /);
  });
});

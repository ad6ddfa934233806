import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSealingKey } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Refusals } from '../../packages/cli/src/errors.ts';
import { planSource, sealPlan } from '../../packages/cli/src/seal/seal-source.ts';
import { hasGo } from './go-oracle.ts';
import { needing } from './needing.ts';

/** What Kubernetes' own reader finds in a text. */
interface Read {
  readonly values: readonly string[];
  readonly error?: string;
}

/** A failure names the seed: `SIGNET_TEST_SEED=...` repeats it. */
const seed = Number(process.env['SIGNET_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const count = 3000;

// A value is long enough to be nowhere by chance, and has no letter that an encoding would write otherwise.
const secretText = 'correcthorsebattery';
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const secretBase64 = base64(secretText);

/** The value of one document of a stream, so that a leak has a place. */
const valueOf = (index: number): string => `${secretText}${'abc'[index]}`;

/** The plain way, or now and then an odd one. */
const mostly = (plain: string, odd: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(plain) }, { weight: 2, arbitrary: fc.constantFrom(...odd) });

/** Ways to write one word; not every one is that word to every reader. */
const spelled = (word: string): fc.Arbitrary<string> =>
  mostly(word, [
    `"${word}"`,
    `'${word}'`,
    `!!str ${word}`,
    `!Secret ${word}`,
    `&a ${word}`,
    `${word} # note`,
    `${word} `,
    word.toLowerCase(),
    `"${word.slice(0, 1)}\\u${word.charCodeAt(1).toString(16).padStart(4, '0')}${word.slice(2)}"`,
    `|-\n    ${word}`,
    `>-\n    ${word}`,
  ]);
const keyed = (word: string): fc.Arbitrary<string> =>
  mostly(word, [`"${word}"`, `'${word}'`, `? ${word}\n`, `!!str ${word}`, `${word} `, word.toUpperCase()]);
const field = (key: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(keyed(key), value).map(([name, text]) => `${name}: ${text}`);

const values = fc.constantFrom(
  `{k: ${secretText}}`,
  `{"k": "${secretText}"}`,
  `{k: ${secretText}, n: null}`,
  `\n  k: ${secretText}`,
  `\n  k: |\n    ${secretText}`,
  `\n  k: >-\n    ${secretText}`,
  `\n  k: &v ${secretText}\n  l: *v`,
  `\n  "k": '${secretText}' # note`,
  `\n  # ${secretText}\n  k: ${secretText}`,
  `&d {k: ${secretText}}`,
);
const data = values.map((text) => text.replaceAll(secretText, secretBase64));
const kind = field('kind', spelled('Secret'));
const others = fc.constantFrom(
  'kind: ConfigMap',
  'kind: Secret',
  'kind: SecretList',
  'kind: List',
  'type: Opaque',
  '<<: *d',
  '# note',
  '',
);
const body = fc
  .tuple(
    fc.option(field('apiVersion', spelled('v1')), { freq: 30, nil: '' }),
    fc.option(kind, { freq: 30, nil: '' }),
    fc.constantFrom(
      'metadata: {name: a, namespace: b}',
      'metadata:\n  name: a\n  namespace: b',
      '"metadata": {"name": "a", "namespace": "b"}',
    ),
    fc.oneof(field('stringData', values), field('data', data)),
    fc.oneof({ weight: 4, arbitrary: fc.constant('') }, others),
  )
  .chain((fields) => fc.shuffledSubarray(fields, { minLength: fields.length, maxLength: fields.length }))
  .map((fields) => fields.filter((text) => text !== '').join('\n'));
const inJson = fc
  .tuple(
    fc.constantFrom('"kind":"Secret"', '"kind": "S\\u0065cret"', '"kind":"ConfigMap","kind":"Secret"'),
    fc.constantFrom('', ' ', '\n'),
  )
  .map(
    ([words, space]) =>
      `{${space}"apiVersion":"v1",${words},"metadata":{"name":"a","namespace":"b"},"stringData":{"k":"${secretText}"}${space}}`,
  );
const listed = fc.tuple(body, fc.constantFrom('List', 'SecretList')).map(([text, list]) => {
  const item = text.split('\n').map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
  return ['apiVersion: v1', `kind: ${list}`, 'items:', ...item].join('\n');
});
const indented = body.map((text) =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n'),
);
const document = fc.oneof({ weight: 6, arbitrary: body }, inJson, listed, indented);
const own = (text: string, index: number): string =>
  text.replaceAll(secretText, valueOf(index)).replaceAll(secretBase64, base64(valueOf(index)));
const separator = fc.constantFrom(
  '\n---\n',
  '\n---\n',
  '\n--- \n',
  '\n---\t\n',
  '\n--- # note\n',
  '\n...\n',
  '\n...\n---\n',
  '\n---',
  '\n',
  '\n--- !!map\n',
  '\n--- |\n',
);
const stream = fc
  .tuple(
    fc.constantFrom('', '', '', '\uFEFF', '---\n', '# note\n', '%YAML 1.1\n---\n', '\n\n', '--- # note\n'),
    fc.array(fc.tuple(document, separator), { minLength: 1, maxLength: 3 }),
    fc.constantFrom('\n', '', '\r\n'),
    fc.boolean(),
  )
  .map(([start, parts, end, hasCr]) => {
    const text =
      start + parts.map(([one, after], index) => own(one, index) + (index < parts.length - 1 ? after : '')).join('') + end;
    return hasCr ? text.replaceAll(/\r?\n/g, '\r\n') : text;
  });

needing('Go', hasGo(), () => {
  const folder = mkdtempSync(join(tmpdir(), 'signet-yaml-oracle-'));
  const program = join(folder, 'yaml-oracle');
  let certificate: SealingCertificate;
  beforeAll(async () => {
    const env = { ...process.env, GOWORK: 'off', GOFLAGS: '-mod=readonly', CGO_ENABLED: '0' };
    execFileSync('go', ['build', '-buildvcs=false', '-o', program, '.'], { cwd: join(import.meta.dirname, 'yaml-oracle'), env });
    ({ certificate } = await generateSealingKey({ bits: 2048 }));
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** The texts as Kubernetes reads them. */
  function readByGo(texts: readonly string[]): Read[] {
    const input = texts.map((text) => `${JSON.stringify(text)}\n`).join('');
    const output = execFileSync(program, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
    return output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Read);
  }

  /** What `signet seal` prints; undefined when it refuses, and prints nothing. */
  async function sealed(text: string): Promise<string | undefined> {
    const wishes = {
      reading: { rules: 'kubernetes' },
      scope: undefined,
      namespace: undefined,
      name: undefined,
      fallbackNamespace: undefined,
      allowEmptyData: false,
    } as const;
    try {
      return await sealPlan(planSource({ name: 'in.yaml', text }, wishes), certificate, 'input');
    } catch (error) {
      if (error instanceof Refusals) return undefined;
      throw error;
    }
  }

  test(`what kubectl would read as a Secret never passes signet seal in the clear: ${count} odd manifests, SIGNET_TEST_SEED=${seed}`, async () => {
    const inputs = fc.sample(stream, { numRuns: count, seed });
    const outputs: (string | undefined)[] = [];
    for (const text of inputs) outputs.push(await sealed(text));
    const before = readByGo(inputs);
    const after = readByGo(outputs.map((text) => text ?? ''));
    const leaks = inputs.filter((_, index) => {
      const output = outputs[index] ?? '';
      const isLeft = after[index]?.values.some((value) => value.includes(secretText)) === true;
      // What is no Secret for kubectl may pass as it is, beside one that is.
      const secrets = [0, 1, 2].map(valueOf).filter((value) => before[index]?.values.some((found) => found.trimEnd() === value));
      return isLeft || secrets.some((value) => output.includes(value) || output.includes(base64(value)));
    });
    expect(
      leaks.slice(0, 3).map((text) => JSON.stringify(text)),
      `${leaks.length} of ${count} leak`,
    ).toEqual([]);

    // The manifests are odd, and not so odd that nothing is tried.
    const secrets = before.filter(({ values: found }) => found.some((value) => value.includes(secretText))).length;
    const done = outputs.filter((output) => output?.includes('encryptedData')).length;
    console.log(
      `${secrets} of ${count} hold a Secret for kubectl; ${done} were sealed, ${outputs.filter((one) => one === undefined).length} refused`,
    );
    expect(secrets).toBeGreaterThan(count / 4);
    expect(done).toBeGreaterThan(count / 5);
  });
});

// How long commands take from their start to their end, beside a bare Node that does nothing, and how fast many documents are sealed.
// All variants run in turn, many rounds, so that a busy moment of the machine hits them alike.
import { generateSealingKey } from '@signet/sealing';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, programs } from '../../scripts/bundle.ts';

const aims = { ofBare: 1.6, valuesPerSecond: 3000 } as const;
const documents = 1000;

/** A command line, and how many values it seals. */
interface Variant {
  readonly name: string;
  readonly args: readonly string[];
  readonly values: number;
}

/** What was seen of it. */
interface Row extends Variant {
  readonly minMs: number;
  readonly medianMs: number;
  /** Median to median. */
  readonly ofBare: number;
  /** Of the whole command, its start included. */
  readonly valuesPerSecond: number;
}

/** `npm run bench -- cli [--rounds 30]` */
export const bench = {
  name: 'cli',
  target: `a start, and sealing one document, <= ${aims.ofBare}x of node -e 0 (median); ${documents} documents at >= ${aims.valuesPerSecond} values per second, start included`,
  async run(options: Readonly<Record<string, string>>): Promise<{ table: string; figures: object; met: boolean }> {
    const rounds = Number(options['rounds'] ?? 30);
    const folder = mkdtempSync(join(tmpdir(), 'signet-bench-'));
    try {
      const { certificatePem } = await generateSealingKey({ bits: 4096 });
      const certificate = write(folder, 'pub.pem', certificatePem);
      // As they are shipped: bundled, and compiled once into the cache of the user.
      const cli = programs.find(({ packageName }) => packageName === 'cli');
      if (!cli) throw new Error('there is no command line among the programs');
      await bundle(cli, join(folder, 'cli'));
      const bin = (name: string): string => join(folder, 'cli', 'bin', `${name}.js`);
      const signet = (file: string): readonly string[] => [bin('signet'), 'seal', '--cert', certificate, file];
      const kubeseal = (file: string): readonly string[] => [bin('kubeseal'), '-o', 'yaml', '--cert', certificate, '-f', file];
      const one = write(folder, 'one.yaml', secret(0, 1));
      const many = write(folder, 'many.yaml', stream(1));
      const manyOfFour = write(folder, 'many-of-four.yaml', stream(4));
      const variants: Variant[] = [
        { name: 'node -e 0', args: ['-e', '0'], values: 0 },
        { name: 'signet --version', args: [bin('signet'), '--version'], values: 0 },
        { name: 'signet seal, 1 document', args: signet(one), values: 1 },
        { name: 'kubeseal, 1 document', args: kubeseal(one), values: 1 },
        { name: `signet seal, ${documents} documents`, args: signet(many), values: documents },
        { name: `kubeseal, ${documents} documents`, args: kubeseal(many), values: documents },
        { name: `signet seal, ${documents} of 4 values`, args: signet(manyOfFour), values: 4 * documents },
        { name: `kubeseal, ${documents} of 4 values`, args: kubeseal(manyOfFour), values: 4 * documents },
      ];
      return report(measure(variants, rounds, { ...process.env, XDG_CACHE_HOME: folder }));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function write(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function secret(index: number, values: number): string {
  const lines = Array.from({ length: values }, (_, value) => `  password-${value}: fake-${index}-${value}\n`);
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: db-${index}\n  namespace: web\nstringData:\n${lines.join('')}`;
}

function stream(values: number): string {
  return Array.from({ length: documents }, (_, index) => secret(index, values)).join('---\n');
}

/** The first two rounds fill the caches and do not count. Those that take long run in each fourth round only. */
function measure(variants: readonly Variant[], rounds: number, env: NodeJS.ProcessEnv): Row[] {
  const times = new Map<Variant, number[]>(variants.map((variant) => [variant, []]));
  for (let round = -2; round < rounds; round += 1) {
    for (const [variant, taken] of times) {
      if (variant.values > 1 && round > 0 && round % 4 !== 0) continue;
      const start = process.hrtime.bigint();
      const { status, stderr } = spawnSync(process.execPath, [...variant.args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      const tookMs = Number(process.hrtime.bigint() - start) / 1e6;
      if (status !== 0) throw new Error(`${variant.name} failed: ${String(stderr)}`);
      if (round >= 0) taken.push(tookMs);
    }
  }
  const summary = [...times].map(([variant, taken]) => {
    const sorted = taken.toSorted((one, other) => one - other);
    return { ...variant, minMs: sorted[0] ?? 0, medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0 };
  });
  const bare = summary[0]?.medianMs ?? 1;
  return summary.map((row) => ({ ...row, ofBare: row.medianMs / bare, valuesPerSecond: (1000 * row.values) / row.medianMs }));
}

function report(rows: readonly Row[]): { table: string; figures: object; met: boolean } {
  const cell = (text: string, width = 12): string => text.padStart(width);
  const lines = rows.map(
    ({ name, minMs, medianMs, ofBare, values, valuesPerSecond }) =>
      name.padEnd(36) +
      cell(minMs.toFixed(1)) +
      cell(medianMs.toFixed(1)) +
      cell(`${ofBare.toFixed(2)}x`) +
      cell(values > 1 ? valuesPerSecond.toFixed(0) : ''),
  );
  const heading = `${''.padEnd(36)}${cell('min ms')}${cell('median ms')}${cell('of bare')}${cell('values/s')}`;
  const verdicts = Object.fromEntries(
    rows
      .slice(1)
      .map(({ name, values, ofBare, valuesPerSecond }) =>
        values > 1
          ? [`${name}: at least ${aims.valuesPerSecond} values per second`, valuesPerSecond >= aims.valuesPerSecond]
          : [`${name}: at most ${aims.ofBare}x of node -e 0`, ofBare <= aims.ofBare],
      ),
  );
  const verdictLines = Object.entries(verdicts).map(([aim, isMet]) => `  ${isMet ? 'yes' : 'NO '}  ${aim}`);
  const table = [`RSA-4096, ${availableParallelism()} cores`, '', heading, ...lines, '', ...verdictLines].join('\n');
  const figures = { rows: rows.map((row) => ({ ...row, args: undefined })), verdicts };
  return { table, figures, met: Object.values(verdicts).every(Boolean) };
}

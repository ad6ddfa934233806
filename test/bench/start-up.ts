// How long a command takes from its start to its end, beside a bare Node that does nothing. All variants run in turn, many
// rounds, so that a busy moment of the machine hits them alike.
import { generateSealingKey } from '@signet/sealing';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ratio = 1.6;

/** `npm run bench -- start-up [--rounds 40]` */
export const bench = {
  name: 'start-up',
  target: `signet --version <= ${ratio}x of node -e 0 (median)`,
  async run(options: Readonly<Record<string, string>>): Promise<{ table: string; figures: object; met: boolean }> {
    const rounds = Number(options['rounds'] ?? 40);
    const folder = mkdtempSync(join(tmpdir(), 'signet-bench-'));
    try {
      const { certificatePem } = await generateSealingKey({ bits: 4096 });
      const certificate = join(folder, 'pub.pem');
      writeFileSync(certificate, certificatePem);
      const secret = join(folder, 'secret.yaml');
      writeFileSync(secret, 'apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: web}\nstringData: {password: fake}\n');
      const bin = (name: string): string => join(import.meta.dirname, `../../packages/cli/bin/${name}.js`);
      const variants: Record<string, readonly string[]> = {
        'node -e 0': ['-e', '0'],
        'signet --version': [bin('signet'), '--version'],
        'signet seal (1 document)': [bin('signet'), 'seal', '--cert', certificate, secret],
        'kubeseal (1 document)': [bin('kubeseal'), '--cert', certificate, '-f', secret],
      };
      const times = measure(variants, rounds, { ...process.env, XDG_CACHE_HOME: folder });
      return evaluate(times);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Milliseconds of every run by variant. The first two rounds fill the caches and do not count. */
function measure(variants: Record<string, readonly string[]>, rounds: number, env: NodeJS.ProcessEnv): Map<string, number[]> {
  const times = new Map<string, number[]>(Object.keys(variants).map((name) => [name, []]));
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, args] of Object.entries(variants)) {
      const start = process.hrtime.bigint();
      const { status, stderr } = spawnSync(process.execPath, [...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
      const tookMs = Number(process.hrtime.bigint() - start) / 1e6;
      if (status !== 0) throw new Error(`${name} failed: ${String(stderr)}`);
      if (round >= 0) times.get(name)?.push(tookMs);
    }
  }
  return times;
}

function evaluate(times: ReadonlyMap<string, number[]>): { table: string; figures: object; met: boolean } {
  const rows = [...times].map(([name, all]) => {
    const sorted = all.toSorted((a, b) => a - b);
    return { name, minMs: sorted[0] ?? 0, medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0 };
  });
  const base = rows[0] ?? { minMs: 1, medianMs: 1 };
  const figures = rows.map((row) => ({ ...row, medianRatio: row.medianMs / base.medianMs, minRatio: row.minMs / base.minMs }));
  const lines = figures.map(
    (row) =>
      `${row.name.padEnd(28)}${row.minMs.toFixed(1).padStart(9)}${row.medianMs.toFixed(1).padStart(12)}${row.medianRatio.toFixed(2).padStart(10)}x`,
  );
  const table = [`${''.padEnd(28)}${'min ms'.padStart(9)}${'median ms'.padStart(12)}${'of bare'.padStart(11)}`, ...lines].join(
    '\n',
  );
  const version = figures.find((row) => row.name === 'signet --version');
  return { table, figures: { rows: figures }, met: (version?.medianRatio ?? Infinity) <= ratio };
}

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { root } from '../../../scripts/run-step.ts';
import { obtainTools } from '../../kubectl/obtain.ts';
import { command } from '../node/command.ts';

/** Values of a counter, one each minute. */
interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
}

const folder = mkdtempSync(join(tmpdir(), 'signet-alert-'));
const program = join(folder, 'alert-oracle');
let rule: Rule;

beforeAll(async () => {
  // The first build compiles Prometheus' query engine: about a minute.
  execFileSync('go', ['build', '-buildvcs=false', '-o', program, '.'], {
    cwd: join(import.meta.dirname, 'alert-oracle'),
    env: { ...process.env, GOWORK: 'off', GOFLAGS: '-mod=readonly', CGO_ENABLED: '0' },
  });
  rule = await ruleWith('metrics.prometheusRule.enabled=true');
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ruleWith(...values: string[]): Promise<Rule> {
  const { helm } = await obtainTools();
  const sets = values.flatMap((value) => ['--set', value]);
  const args = ['template', 'signet', join(root, 'charts/signet'), '--kube-version=1.36.0', ...sets];
  const { code, stdout, stderr } = await command(helm, args, { env: { HOME: folder } });
  if (code !== 0) throw new Error(stderr);
  const objects = parseAllDocuments(stdout).map((document) => document.toJS() as { kind?: string; spec?: unknown } | null);
  const found = objects.find((object) => object?.kind === 'PrometheusRule');
  const [only] = (found?.spec as { groups: { rules: Rule[] }[] } | undefined)?.groups.flatMap(({ rules }) => rules) ?? [];
  if (!only) throw new Error('the chart has no rule');
  return only;
}

/** How many alerts are active, minute by minute, as Prometheus' own engine finds. */
function activeAlerts(...series: Series[]): number[] {
  const input = JSON.stringify({ expr: rule.expr, series });
  return JSON.parse(execFileSync(program, { input, encoding: 'utf8' })) as number[];
}

const errors = (reason: string, namespace: string, values: readonly number[]): Series => ({
  labels: { __name__: 'sealed_secrets_controller_unseal_errors_total', reason, namespace, instance: 'a' },
  values,
});
const flat = Array.from({ length: 20 }, () => 7);
const rising = Array.from({ length: 20 }, (_, minute) => minute);

describe('acceptance 49: the alert about objects that do not become Secrets', () => {
  test('fires while update errors rise', () => {
    expect(activeAlerts(errors('update', 'web', rising)).slice(1)).toEqual(rising.slice(1).map(() => 1));
  });

  test('does not fire on errors of long ago', () => {
    expect(activeAlerts(errors('update', 'web', flat))).toEqual(flat.map(() => 0));
  });

  test('ends when they end, within the five minutes it looks back', () => {
    const active = activeAlerts(errors('update', 'web', [...rising, ...flat.map(() => 19)]));
    expect(active[19]).toBe(1);
    expect(active.slice(25)).toEqual(active.slice(25).map(() => 0));
  });

  test('one for each reason and namespace, whatever the replica', () => {
    const other = { ...errors('update', 'web', rising), labels: { ...errors('update', 'web', rising).labels, instance: 'b' } };
    const all = activeAlerts(
      errors('update', 'web', rising),
      other,
      errors('unseal', 'web', rising),
      errors('update', 'db', rising),
    );
    expect(all.at(-1)).toBe(3);
  });

  test('is what the values say', async () => {
    expect(rule).toMatchObject({ alert: 'SealedSecretsUnsealErrorHigh', labels: { severity: 'warning' } });
    expect(rule.for).toBeUndefined();
    const other = await ruleWith(
      'metrics.prometheusRule.enabled=true',
      'metrics.prometheusRule.for=10m',
      'metrics.prometheusRule.labels.team=platform',
    );
    expect(other).toMatchObject({ for: '10m', labels: { severity: 'warning', team: 'platform' } });
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { root } from '../../../scripts/run-step.ts';
import { obtainTools } from '../../kubectl/obtain.ts';
import type { Outcome } from '../node/command.ts';
import { command } from '../node/command.ts';

/** A manifest that the chart renders, as far as tests look at it. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Record<string, string> };
  readonly rules?: readonly Rule[];
  readonly subjects?: unknown;
  readonly spec: never;
}

/** A rule of a Role. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** What tests of the chart's text need. */
export interface Chart {
  /** A folder for files; HOME of Helm. */
  readonly home: string;
  helm(...args: string[]): Promise<Outcome>;
  /** `helm template` with `--set` values, in namespace kube-system. */
  template(...values: string[]): Promise<Outcome>;
  /** The rendered manifests by `Kind/name`, or `Kind/namespace/name` outside of the release's namespace. */
  render(...values: string[]): Promise<Map<string, Manifest>>;
}

/** The chart's folder. */
export const chart: string = join(root, 'charts', 'signet');

/** Helm and a folder for a file's tests. */
export function useChart(): () => Chart {
  let program = '';
  let home = '';
  beforeAll(async () => {
    ({ helm: program } = await obtainTools());
    home = await mkdtemp(join(tmpdir(), 'signet-chart-'));
  });
  afterAll(async () => rm(home, { recursive: true, force: true }));
  const helm: Chart['helm'] = async (...args) => command(program, args, { env: { HOME: home } });
  const template: Chart['template'] = async (...values) => {
    const sets = values.flatMap((value) => ['--set', value]);
    return helm('template', 'signet', chart, '-n', 'kube-system', ...sets);
  };
  const render: Chart['render'] = async (...values) => {
    const { code, stdout, stderr } = await template(...values);
    if (code !== 0) throw new Error(stderr);
    const manifests = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest | null);
    return new Map(
      manifests.flatMap((manifest): [string, Manifest][] => {
        if (!manifest) return [];
        const { name, namespace = 'kube-system' } = manifest.metadata;
        return [[[manifest.kind, ...(namespace === 'kube-system' ? [] : [namespace]), name].join('/'), manifest]];
      }),
    );
  };
  return () => ({ home, helm, template, render });
}

/** Every `group/resource verb` of the rules, sorted; names are not looked at. */
export function granted(rules: readonly Rule[] = []): string[] {
  const rights = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`))),
  );
  return [...new Set(rights)].toSorted();
}

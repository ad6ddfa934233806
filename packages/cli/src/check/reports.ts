import type { SignetError } from '@signet/errors';
import { styleText } from 'node:util';
import { oneLine } from '../console/report.ts';
import type { Finding, Severity } from './finding.ts';

/** What a check came to. */
export interface CheckResult {
  readonly files: number;
  readonly documents: number;
  /** Undefined: they were not looked at. */
  readonly sealedSecrets: number | undefined;
  readonly externalSecrets: number;
  /** SecretStores and ClusterSecretStores. */
  readonly stores: number;
  /** In order of place. */
  readonly findings: readonly Finding[];
  /** Inputs that could not be used. */
  readonly problems: readonly SignetError[];
}

/** How many findings there are of each severity. */
export function counts(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const of = (wanted: Severity): number => findings.filter(({ severity }) => severity === wanted).length;
  return { error: of('error'), warning: of('warning'), note: of('note') };
}

const colors = { error: 'red', warning: 'yellow', note: 'dim' } as const;

/** Findings for a person: place, severity, message and rule; reason and next step once for each rule. */
export function findingsText(findings: readonly Finding[], { color }: { readonly color: boolean }): string {
  const explained = new Set<string>();
  return findings
    .map(({ rule, severity, message, why, next, at }) => {
      const word = color ? styleText(colors[severity], severity, { validateStream: false }) : severity;
      const { file, line, column } = at;
      const lineText = line !== undefined && column !== undefined ? `:${line}:${column}` : line === undefined ? '' : `:${line}`;
      const place = `${oneLine(file ?? '')}${lineText}`;
      const object = at.object === undefined ? '' : ` (${oneLine(at.object)})`;
      const head = `${place}: ${word}: ${oneLine(message)}${object}  [${rule}]\n`;
      if (explained.has(rule)) return head;
      explained.add(rule);
      return `${head}  why ${why}\n  fix ${next}\n`;
    })
    .join('');
}

/** One line: `2 errors, 1 warning in 12 files (30 documents, 9 SealedSecrets)`. */
export function summaryText(
  { files, documents, sealedSecrets, externalSecrets, stores, findings }: CheckResult,
  showsNotes: boolean,
): string {
  const { error, warning, note } = counts(findings);
  const of = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
  const hidden = note > 0 && !showsNotes ? ' (-v shows them)' : '';
  const found =
    error + warning + note === 0 ? 'nothing found' : [of(error, 'error'), of(warning, 'warning'), of(note, 'note')].join(', ');
  const onlyExternal = sealedSecrets === undefined;
  const objects = [
    of(documents, 'document'),
    ...(sealedSecrets === undefined || (sealedSecrets === 0 && externalSecrets + stores > 0)
      ? []
      : [of(sealedSecrets, 'SealedSecret')]),
    ...(externalSecrets > 0 || onlyExternal ? [of(externalSecrets, 'ExternalSecret')] : []),
    ...(stores > 0 || onlyExternal ? [of(stores, 'store')] : []),
  ];
  return `${found}${hidden} in ${of(files, 'file')} (${objects.join(', ')})\n`;
}

/** The whole result as one JSON object. */
export function jsonReport({ findings, problems, ...result }: CheckResult): string {
  const { files, documents, sealedSecrets, externalSecrets, stores } = result;
  const { error, warning, note } = counts(findings);
  const report = {
    summary: {
      files,
      documents,
      sealedSecrets,
      externalSecrets,
      stores,
      errors: error,
      warnings: warning,
      notes: note,
      unusable: problems.length,
    },
    findings: findings.map(({ rule, severity, message, why, next, at }) => ({ rule, severity, message, why, next, ...at })),
    unusable: problems.map(({ code, message, at }) => ({ code, message, ...at })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

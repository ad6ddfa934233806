import { createHash } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import type { Place } from '@signet/errors';
import { rules } from './finding.ts';
import type { Finding } from './finding.ts';
import type { CheckResult } from './reports.ts';

/**
 * The result as SARIF 2.1.0 (OASIS), for code scanning. Places are relative to the folder of the run, as code hosts want them.
 *
 * @param folder absolute; where the run was started
 */
export function sarifReport(
  { findings, problems }: CheckResult,
  { version, folder }: { readonly version: string; readonly folder: string },
): string {
  const names = [...rules.keys()];
  const occurrences = new Map<string, number>();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'signet check',
            semanticVersion: version,
            rules: [...rules].map(([id, { why, next }]) => ({
              id,
              shortDescription: { text: id.replaceAll('-', ' ') },
              fullDescription: { text: why },
              help: { text: next },
            })),
          },
        },
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            toolExecutionNotifications: problems.map(({ code, message, at }) => ({
              level: 'error',
              descriptor: { id: code },
              message: { text: message },
              ...locations(at, folder),
            })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: findings.map((found) => ({
          ruleId: found.rule,
          ruleIndex: names.indexOf(found.rule),
          level: found.severity,
          message: { text: `${found.message}. ${found.next}` },
          ...locations(found.at, folder),
          partialFingerprints: { 'signet/v1': fingerprint(found, folder, occurrences) },
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function locations(at: Place | undefined, folder: string): object {
  if (at?.file === undefined) return {};
  const region =
    at.line === undefined ? {} : { region: { startLine: at.line, ...(at.column !== undefined && { startColumn: at.column }) } };
  const logical = at.object === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: at.object }] };
  return { locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(at.file, folder) }, ...region }, ...logical }] };
}

/** A path as a relative URI reference where it lies under the folder, else as it is. */
function uriOf(file: string, folder: string): string {
  const path = isAbsolute(file) ? relative(folder, file) : file;
  const shown = path.startsWith('..') ? file : path;
  return shown
    .split(sep)
    .filter((part) => part !== '.')
    .map(encodeURIComponent)
    .join('/');
}

/** The same for the same finding when lines above it come and go; findings that are alike are counted. */
function fingerprint({ rule, message, at }: Finding, folder: string, occurrences: Map<string, number>): string {
  const what = [rule, at.file === undefined ? '' : uriOf(at.file, folder), at.object ?? '', at.key ?? '', message].join('\n');
  const count = occurrences.get(what) ?? 0;
  occurrences.set(what, count + 1);
  return createHash('sha256').update(`${what}\n${count}`).digest('hex').slice(0, 32);
}

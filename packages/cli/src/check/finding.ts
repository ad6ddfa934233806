import { pagesOf } from '@signet/errors';
import type { Page, Place, SignetError } from '@signet/errors';
import { externalCheckErrors } from '../external/check/errors.ts';
import { checkErrors } from './errors.ts';

/** How bad a finding is. Errors and warnings make a check fail, notes do not. */
export type Severity = 'error' | 'warning' | 'note';

/** One thing that was found. It names places, keys and names, and never holds a value. */
export interface Finding {
  /** Stable: `plaintext-secret`. */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly why: string;
  readonly next: string;
  readonly at: Place;
}

const prefix = 'SIGNET_CHECK_';

/** The name of a rule by its code: `SIGNET_CHECK_BAD_KEY` is `bad-key`. */
function ruleOf(code: string): string {
  return code.slice(prefix.length).toLowerCase().replaceAll('_', '-');
}

/** All rules, by name. */
export const rules: ReadonlyMap<string, Page> = new Map(
  [...pagesOf(checkErrors), ...pagesOf(externalCheckErrors)].map((page) => [ruleOf(page.code), page]),
);

/** Makes a finding of an error of {@link checkErrors} or {@link externalCheckErrors}. */
export function finding(severity: Severity, { code, message, why, next }: SignetError, at: Place): Finding {
  return { rule: ruleOf(code), severity, message, why, next, at };
}

/** By file, line, rule. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const by = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
  return findings.toSorted(
    ({ at: a, rule: left }, { at: b, rule: right }) =>
      by(a.file ?? '', b.file ?? '') || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || by(left, right),
  );
}

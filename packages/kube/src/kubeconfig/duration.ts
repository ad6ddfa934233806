import { kubeErrors } from '../errors.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a kubectl `--request-timeout`: a Go duration (`30s`, `1m30s`, `500ms`) or whole seconds without unit; `0` is
 * no timeout.
 *
 * @throws SIGNET_KUBE_BAD_DURATION
 */
export function durationMs(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) throw kubeErrors.BAD_DURATION({ text });
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) total += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  return total;
}

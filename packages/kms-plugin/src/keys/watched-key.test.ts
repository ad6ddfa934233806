import { describe, expect, test } from 'vitest';
import type { Candidate, KeyState, Observation } from './watched-key.ts';
import { observe, reportOf, unknownKey } from './watched-key.ts';

const version = (ordinal: number, lineage = 'a'): Candidate => ({
  identity: 'key',
  lineage,
  version: `v${ordinal}`,
  ordinal,
  state: 'enabled',
  keyId: `${lineage}${ordinal}`,
});
const proof = (of: Candidate): Observation => ({ saw: 'proof', of, at: 1000 });
const trouble = (kind: 'unavailable' | 'throttled' | 'denied' | 'invalid' | 'missing' | 'disabled'): Observation => ({
  saw: 'trouble',
  trouble: kind,
});
const [one, two, three] = [proof(version(1)), proof(version(2)), proof(version(3))];
const down = trouble('unavailable');
const busy = trouble('throttled');

/** As the API server sees it. */
function seen(state: KeyState): string {
  const report = reportOf(state);
  return 'refuses' in report ? `error: ${report.refuses}` : `${report.healthz} ${report.active.keyId}`;
}

// Source: KMS v2 contract (status, healthz, key_id), kubernetes/kubernetes #138950, promise 12.
describe('what the API server is told', () => {
  const outage = 'the key service cannot be reached';
  const rows: readonly (readonly [string, readonly Observation[], string])[] = [
    ['nothing is known yet', [], 'error: not proven yet'],
    ['kms 21: the backend is down at the start', [down, down, down], 'error: not proven yet'],
    ['kms 21: and recovers', [down, down, one], 'ok a1'],
    ['kms 1: proven', [one], 'ok a1'],
    ['a hiccup is not told', [one, down], 'ok a1'],
    ['kms 22: down while running: a generic text, the same key id', [one, down, down], `${outage} a1`],
    ['throttled for long is an outage too', [one, busy, busy], `${outage} a1`],
    ['an outage ends', [one, down, down, down, one], 'ok a1'],
    ['failures are counted in a row', [one, down, one, down], 'ok a1'],
    ['kms 23: disabled: an error at once, so that writes stop', [one, trouble('disabled')], 'error: revoked'],
    ['kms 23: access withdrawn', [one, trouble('denied')], 'error: revoked'],
    ['kms 23: deleted', [one, trouble('missing')], 'error: revoked'],
    ['what was revoked stays so while the backend is away', [one, trouble('denied'), down, down], 'error: revoked'],
    ['revoked during an outage', [one, down, down, trouble('disabled')], 'error: revoked'],
    ['enabled again', [one, trouble('disabled'), one], 'ok a1'],
    ['revoked before it was ever seen to work', [trouble('denied')], 'error: revoked'],
    ['rotated', [one, two], 'ok a2'],
    ['kms 19: a replica that is behind changes nothing', [one, two, one, two, one], 'ok a2'],
    ['kms 19: nor at the next rotation', [one, three, two], 'ok a3'],
    ['kms 20: made anew under the same name: another life, whatever its number', [three, proof(version(1, 'b'))], 'ok b1'],
    ['rotated while the backend was away', [one, down, down, two], 'ok a2'],
  ];

  test.each(rows)('%s', (_, observations, expected) => {
    expect(seen(observations.reduce(observe, unknownKey))).toBe(expected);
  });

  test('the time of the last proof is kept through an outage', () => {
    expect([one, down, down].reduce(observe, unknownKey).provenAt).toBe(1000);
  });
});

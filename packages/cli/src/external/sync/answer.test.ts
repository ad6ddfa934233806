import { syncedVersionOf } from '@signet/controller/external-secret';
import { describe, expect, test } from 'vitest';
import { answerOf, failedAsBefore, fetchedOnce } from './answer.ts';

const metadata = { name: 'app', namespace: 'web', generation: 2, labels: {}, annotations: { 'force-sync': '1924992000' } };
const current = syncedVersionOf({ metadata });
const ready = (status: string, message = 'm', more: object = {}) => ({ type: 'Ready', status, reason: 'r', message, ...more });
const object = (status: object, spec: object = {}) => ({ metadata, spec: { data: [], ...spec }, status });
const seen = (status: object, failures?: number) => ({ object: object(status), failures });

const good = { syncedResourceVersion: current, conditions: [ready('True')] };
const older = { syncedResourceVersion: '2-older', conditions: [ready('True')] };
const bad = { syncedResourceVersion: '2-older', conditions: [ready('False')] };

describe('what counts as an answer', () => {
  test.each([
    ['the version that was asked for, Ready', seen(older), seen(good), 'synced'],
    ['Ready since before', seen(older), seen(older), undefined],
    ['the version, but not Ready any more', seen(older), seen({ ...good, conditions: [ready('False')] }), 'failed'],
    ['Ready before, failing now', seen(older), seen(bad), 'failed'],
    ['failing before and now', seen(bad), seen(bad), undefined],
    ['failing with another cause', seen(bad), seen({ ...bad, conditions: [ready('False', 'other')] }), 'failed'],
    ['failing once more, as events tell', seen(bad, 3), seen(bad, 4), 'failed'],
    ['failing as often as before', seen(bad, 3), seen(bad, 3), undefined],
    ['events that could not be read before', seen(bad), seen(bad, 3), undefined],
    ['no status yet', seen({}), seen({}), undefined],
    ['the first status of all', seen({}), seen(good), 'synced'],
  ])('%s', (_, before, now, expected) => {
    expect(answerOf('app', before, now)?.result).toBe(expected);
  });

  test('the same failure for long is the answer; a success or a new failure is not', () => {
    expect(failedAsBefore('app', object(bad), object(bad))).toMatchObject({ result: 'failed', message: 'm (as before)' });
    expect(failedAsBefore('app', object(older), object(older))).toBeUndefined();
    expect(failedAsBefore('app', object(older), object(bad))).toBeUndefined();
    expect(failedAsBefore('app', object({}), object({}))).toBeUndefined();
  });
});

// External-secrets v2.9: CreatedOnce, and Periodic with an interval of 0, fetch nothing a second time; OnChange does for a changed annotation.
describe('what is fetched only once', () => {
  test.each([
    [{ refreshPolicy: 'CreatedOnce' }, true],
    [{ refreshInterval: '0s' }, true],
    [{ refreshPolicy: 'OnChange', refreshInterval: '0s' }, false],
    [{ refreshPolicy: 'OnChange' }, false],
    [{ refreshInterval: '1h' }, false],
    [{}, false],
  ])('%j: %s', (spec, expected) => {
    expect(fetchedOnce('app', object(good, spec)) !== undefined).toBe(expected);
    expect(fetchedOnce('app', object({}, spec))).toBeUndefined();
  });
});

import { manualClock } from '@signet/kube/client';
import { comeBack, providerErrors } from '@signet/provider';
import { expect, test } from 'vitest';
import type { Retrial, Standing } from './store-gate.ts';
import { StoreGate } from './store-gate.ts';

const signal = new AbortController().signal;

/** A gate, and a backend that answers or not. */
function setting(earlyMs = 0): {
  clock: ReturnType<typeof manualClock>;
  gate: StoreGate;
  retrial: Retrial;
  standings: Standing[];
  backend: { isUp: boolean; probes: number };
} {
  const clock = manualClock(0);
  const backend = { isUp: false, probes: 0 };
  const standings: Standing[] = [];
  const gate = new StoreGate({
    title: 'SecretStore "vault"',
    calls: 8,
    perSecond: 100,
    burst: 10,
    random: () => 0.3,
    clock: { ...clock, now: () => clock.now(), setTimeout: (call, ms) => clock.setTimeout(call, ms - earlyMs) },
    onStanding: (standing) => standings.push(standing),
  });
  const retrial: Retrial = {
    identity: 'db',
    owner: backend,
    proves: true,
    call: async () => {
      backend.probes += 1;
      if (!backend.isUp) throw providerErrors.UNAVAILABLE({ because: 'down' });
    },
  };
  return { clock, gate, retrial, standings, backend };
}

async function fail({ gate, retrial }: Pick<ReturnType<typeof setting>, 'gate' | 'retrial'>, times = 3): Promise<void> {
  for (let time = 0; time < times; time++) {
    const call = async (): Promise<never> => Promise.reject(providerErrors.UNAVAILABLE({ because: 'down' }));
    await expect(gate.watch(retrial, signal, () => [], call)).rejects.toThrow('down');
  }
}

test('a timer that is early by less than a millisecond ends no probing', async () => {
  const made = setting(0.6);
  await fail(made);
  await made.clock.advance(20_000);
  expect(made.backend.probes).toBeGreaterThanOrEqual(4); // at about 1, 3, 7, 12 and 17 seconds
  made.backend.isUp = true;
  await made.clock.advance(5000);
  expect(made.gate.state).toBe('closed');
  expect(made.standings).toEqual(['open', 'out of order', 'ready']);
});

test('a blip that is over at the first probe is told as ready only', async () => {
  const made = setting();
  await fail(made);
  made.backend.isUp = true;
  await made.clock.advance(1000);
  expect(made.standings).toEqual(['open', 'ready']);
});

test('a wish to be left alone for long is out of order at once, and told once', async () => {
  const made = setting();
  const call = async (): Promise<never> => Promise.reject(comeBack(providerErrors.THROTTLED({ because: '429' }), 60_000));
  await expect(made.gate.watch(made.retrial, signal, () => [], call)).rejects.toThrow('429');
  expect(made.standings).toEqual(['open', 'out of order']);
  await made.clock.advance(100_000);
  expect(made.standings).toEqual(['open', 'out of order']);
});

test('a call whose every part is in trouble is trouble; one part that is not is an answer', async () => {
  const { gate, retrial } = setting();
  const down = providerErrors.UNAVAILABLE({ because: 'down' });
  const watch = async (parts: readonly unknown[]): Promise<unknown> =>
    gate.watch(
      retrial,
      signal,
      () => parts,
      async () => parts,
    );
  for (let time = 0; time < 5; time++) await watch([down, 'value']);
  expect(gate.state).toBe('closed');
  for (let time = 0; time < 3; time++) await watch([down, down]);
  expect(gate.state).toBe('open');
});

test('credentials that are not there are no trouble of the store, and no sign of life either', async () => {
  const made = setting();
  await fail(made, 2);
  const missing = async (): Promise<never> =>
    Promise.reject(providerErrors.CREDENTIALS_MISSING({ what: 'Secret', because: 'gone' }));
  await expect(made.gate.watch(made.retrial, signal, () => [], missing)).rejects.toThrow('gone');
  expect(made.gate.state).toBe('closed');
  await fail(made, 1);
  expect(made.gate.state).toBe('open');
});

test('a call that only some backends answer by being asked opens no gate', async () => {
  const made = setting();
  const hollow: Retrial = { ...made.retrial, identity: 'validate', proves: false, call: async () => undefined };
  await made.gate.watch(
    hollow,
    signal,
    () => [],
    async () => undefined,
  );
  await fail(made);
  await made.clock.advance(10_000);
  expect(made.gate.state).toBe('open');
  expect(made.backend.probes).toBeGreaterThan(1);
});

test('after it is closed no timer is left', async () => {
  const made = setting();
  await fail(made);
  made.gate.close();
  expect(made.clock.pending).toBe(0);
});

import { constants, createPrivateKey, privateDecrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fromBase64, generateSealingKey, Keyring, labelOf, openingKey, seal, splitItem } from '@signet/sealing';
import type { Binding } from '@signet/sealing';

const place: Binding = { scope: 'strict', namespace: 'web', name: 'db' };
const aim = 1.7;

/** One way to open items, with so many under way at once, and its private-key operations per second, the best round so far. */
interface Variant {
  readonly inFlight: number;
  /** Works for about the given time and returns how many items it opened. */
  work(durationMs: number): Promise<number>;
  perSecond: number;
}

interface Figures {
  readonly bits: number;
  readonly syncPerSecond: number;
  readonly perSecondByInFlight: Readonly<Record<number, number>>;
  /** The best of two and more in flight, against one in flight and against the synchronous loop. */
  readonly overOne: number;
  readonly overSync: number;
}

/**
 * How many items a keyring opens per second with one and with several in flight, beside a synchronous loop that only unwraps.
 *
 * All variants take turns in short rounds, and the best round of each counts: a busy moment of the machine then slows all
 * alike, or none. While the aim is not reached, up to three times as many rounds are run.
 *
 * Options: `max` in flight (default twice the cores, at most 8), `rounds` (6), `round-ms` (400), `bits` (2048,4096).
 */
export const bench: {
  name: 'unseal';
  target: string;
  run(options: Readonly<Record<string, string>>): Promise<{ table: string; figures: object; met: boolean }>;
} = {
  name: 'unseal',
  target: `private-key operations per second: several in flight >= ${aim}x of one, on two cores`,
  async run(options) {
    const max = Number(options['max'] ?? Math.min(8, 2 * availableParallelism()));
    const rounds = Number(options['rounds'] ?? 6);
    const roundMs = Number(options['round-ms'] ?? 400);
    const sizes = (options['bits'] ?? '2048,4096').split(',').map(Number);
    const figures: Figures[] = [];
    for (const bits of sizes) figures.push(await measure(bits, { max, rounds, roundMs }));
    const met = figures.every(({ overOne }) => overOne >= aim);
    return { table: tableOf(figures), figures: { cores: availableParallelism(), sizes: figures }, met };
  },
};

async function measure(bits: number, { max, rounds, roundMs }: { max: number; rounds: number; roundMs: number }): Promise<Figures> {
  const { certificate, privateKeyPem } = await generateSealingKey({ bits });
  const ring = new Keyring([{ key: await openingKey(privateKeyPem), certificate, orderedAt: certificate.notBefore }]);
  const sealed = await seal(crypto.getRandomValues(new Uint8Array(32)), certificate, place);

  const sync = synchronous(createPrivateKey(privateKeyPem), sealed);
  const flights = Array.from({ length: max }, (_, index) => throughKeyring(ring, sealed, index + 1));
  const variants = [sync, ...flights];
  for (const variant of variants) await variant.work(50); // compiles and fills caches
  const overOne = (): number => {
    const [one, ...several] = flights.map(({ perSecond }) => perSecond);
    return ratio(Math.max(...several), one);
  };
  for (let round = 0; round < rounds || (round < 3 * rounds && overOne() < aim); round++) {
    for (const variant of variants) {
      const startedAt = performance.now();
      const opened = await variant.work(roundMs);
      variant.perSecond = Math.max(variant.perSecond, (1000 * opened) / (performance.now() - startedAt));
    }
  }

  return {
    bits,
    syncPerSecond: Math.round(sync.perSecond),
    perSecondByInFlight: Object.fromEntries(flights.map(({ inFlight, perSecond }) => [inFlight, Math.round(perSecond)])),
    overOne: overOne(),
    overSync: ratio(Math.max(...flights.slice(1).map(({ perSecond }) => perSecond)), sync.perSecond),
  };
}

const ratio = (a: number, b = Number.NaN): number => Math.round((100 * a) / b) / 100;

/** What a loop without promises would do: block the process and use one core. */
function synchronous(key: KeyObject, sealed: string): Variant {
  const { wrappedKey } = splitItem(fromBase64(sealed));
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const oaepLabel = labelOf(place);
  return {
    inFlight: 0,
    perSecond: 0,
    work: (durationMs) => {
      const until = performance.now() + durationMs;
      let done = 0;
      for (; performance.now() < until; done++) privateDecrypt({ key, padding, oaepHash: 'sha256', oaepLabel }, wrappedKey);
      return Promise.resolve(done);
    },
  };
}

function throughKeyring(ring: Keyring, sealed: string, inFlight: number): Variant {
  return {
    inFlight,
    perSecond: 0,
    work: async (durationMs) => {
      const before = ring.privateOperations;
      const until = performance.now() + durationMs;
      const one = async (): Promise<void> => {
        while (performance.now() < until) await ring.open(sealed, place);
      };
      await Promise.all(Array.from({ length: inFlight }, one));
      return ring.privateOperations - before;
    },
  };
}

function tableOf(figures: readonly Figures[]): string {
  const lines = [`private-key operations per second, ${availableParallelism()} cores`];
  for (const { bits, syncPerSecond, perSecondByInFlight, overOne, overSync } of figures) {
    const one = perSecondByInFlight[1] ?? Number.NaN;
    const row = (name: string, perSecond: number): string =>
      `  ${name.padEnd(28)}${String(perSecond).padStart(8)}${`${ratio(perSecond, one).toFixed(2)}x`.padStart(9)}${`${ratio(perSecond, syncPerSecond).toFixed(2)}x`.padStart(9)}`;
    lines.push('', `RSA-${bits}${' '.repeat(22)}${'per s'.padStart(8)}${'of one'.padStart(9)}${'of sync'.padStart(9)}`);
    lines.push(row('privateDecrypt, synchronous', syncPerSecond));
    for (const [inFlight, perSecond] of Object.entries(perSecondByInFlight))
      lines.push(row(`Keyring.open, ${inFlight} in flight`, perSecond));
    lines.push(`  best of several: ${overOne}x of one (aim ${aim}), ${overSync}x of the synchronous loop`);
  }
  return lines.join('\n');
}

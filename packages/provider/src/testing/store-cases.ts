import { expect } from 'vitest';
import { troubleOf } from '../errors.ts';
import type { RemoteRef, SecretStore } from '../secret-store.ts';
import { documentOf, textOf, troubleIn } from './canary.ts';
import type { Canary, Outcome } from './canary.ts';
import type { Fault, FaultProxy } from './fault-proxy.ts';
import type { StoreCase, World } from './world.ts';

/** What a case works with. Stores that it opens are closed behind it. */
export interface Stage {
  readonly world: World;
  readonly canary: Canary;
  open(limits?: Partial<World['room']['limits']>): Promise<SecretStore>;
  refOf(key: string): RemoteRef;
  proxy(): FaultProxy;
}

/** Short enough for a test, long enough for an honest answer. */
const impatientMs = 1500;

/** What a world can do; a case that needs more than it can has to be declared as one that cannot be. */
function able<T>(can: T | undefined, name: string): T {
  if (can === undefined) throw new Error(`the world has no ${name}: write it, or declare in the setting why it cannot be`);
  return can;
}

/** Polls until it is so. The test's own time limit ends it otherwise. */
async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Stores one secret, harms reads, and tells what becomes of one. Afterwards the store has to work again by itself. */
async function harmed(stage: Stage, fault: Fault, limits: Partial<World['room']['limits']> = {}): Promise<Outcome> {
  const { world, canary } = stage;
  const password = canary.value();
  await world.put('harmed', { password });
  const store = await stage.open(limits);
  const proxy = stage.proxy();
  proxy.always(fault, world.reads);
  const outcome = await canary.outcome(store, stage.refOf('harmed'));
  proxy.heal();
  const healed = await canary.outcome(store, stage.refOf('harmed'));
  expect(textOf(documentOf(healed), 'password'), 'after the fault the same store works').toBe(password);
  return outcome;
}

/** Every case but `large`, whose size the setting gives. */
export const storeCases: Readonly<Record<StoreCase, { readonly title: string; readonly run: (stage: Stage) => Promise<void> }>> = {
  found: {
    title: 'a secret is read whole',
    async run({ world, canary, open, refOf }) {
      const secret = { user: 'ann', password: canary.value() };
      await world.put('found', secret);
      const document = documentOf(await canary.outcome(await open(), refOf('found')));
      expect(JSON.parse(textOf(document))).toEqual(secret);
    },
  },
  property: {
    title: 'one property of a secret is read, also one with dots in its name',
    async run({ world, canary, open, refOf }) {
      const secret = { password: canary.value(), 'tls.crt': canary.value() };
      await world.put('with-properties', secret);
      const document = documentOf(await canary.outcome(await open(), refOf('with-properties')));
      expect(textOf(document, 'password')).toBe(secret.password);
      expect(textOf(document, 'tls.crt')).toBe(secret['tls.crt']);
    },
  },
  extract: {
    title: 'all keys of a secret are read',
    async run({ world, canary, open, refOf }) {
      const secret = { user: 'ann', password: canary.value(), empty: '' };
      await world.put('extracted', secret);
      const document = documentOf(await canary.outcome(await open(), refOf('extracted')));
      const values = [...document.values(undefined)].map(([name, value]) => [name, new TextDecoder().decode(value)]);
      expect(Object.fromEntries(values)).toEqual(secret);
    },
  },
  missing: {
    title: 'a secret that is not there is missing, and so is one that was removed',
    async run({ world, canary, open, refOf }) {
      await world.put('removed', { password: canary.value() });
      const store = await open();
      documentOf(await canary.outcome(store, refOf('removed')));
      await world.remove('removed');
      expect(troubleIn(await canary.outcome(store, refOf('removed')))).toBe('missing');
      expect(troubleIn(await canary.outcome(store, refOf('never-there')))).toBe('missing');
    },
  },
  'missing property': {
    title: 'a property that is not there is named, and is not a missing secret',
    async run({ world, canary, open, refOf }) {
      await world.put('without', { password: canary.value() });
      const outcome = await canary.outcome(await open(), { ...refOf('without'), property: 'absent' });
      const seen = (() => {
        try {
          return documentOf(outcome).value('absent');
        } catch (error) {
          return 'error' in outcome ? outcome.error : error;
        }
      })();
      canary.hear(seen);
      expect(seen).toMatchObject({ code: 'SIGNET_PROVIDER_PROPERTY_MISSING' });
      expect(String(seen)).toContain('absent');
    },
  },
  denied: {
    title: 'a secret that may not be read is denied; others are read',
    async run({ world, canary, open, refOf }) {
      const password = canary.value();
      await world.put('denied', { password: canary.value() });
      await world.put('allowed', { password });
      await able(world.deny?.bind(world), 'deny')('denied');
      const store = await open();
      expect(troubleIn(await canary.outcome(store, refOf('denied')))).toBe('denied');
      expect(textOf(documentOf(await canary.outcome(store, refOf('allowed'))), 'password')).toBe(password);
    },
  },
  throttled: {
    title: 'a backend that asks to slow down is heard, with the time it asks for',
    async run(stage) {
      const { fault, retryAfterMs } = stage.world.throttle ?? {
        fault: { status: 429, headers: { 'retry-after': '7' } },
        retryAfterMs: 7000,
      };
      const outcome = await harmed(stage, fault);
      expect(outcome).toMatchObject({ trouble: 'throttled' });
      expect('error' in outcome && outcome.retryAfterMs).toBe(retryAfterMs);
    },
  },
  unavailable: {
    title: 'a backend with a fault of its own is unavailable',
    run: async (stage) => expect(troubleIn(await harmed(stage, { status: 503 }))).toBe('unavailable'),
  },
  slow: {
    title: 'a backend that does not answer in time is unavailable',
    run: async (stage) => expect(troubleIn(await harmed(stage, 'hang', { callTimeoutMs: impatientMs }))).toBe('unavailable'),
  },
  reset: {
    title: 'a connection that breaks is unavailable',
    run: async (stage) => expect(troubleIn(await harmed(stage, 'reset'))).toBe('unavailable'),
  },
  cut: {
    title: 'an answer that breaks off is unavailable, never half a value',
    run: async (stage) => expect(troubleIn(await harmed(stage, 'cut'))).toBe('unavailable'),
  },
  garbage: {
    title: 'an answer of something else is no value',
    run: async (stage) => expect(troubleIn(await harmed(stage, 'garbage'))).toBe('unavailable'),
  },
  large: { title: 'a large value is read whole', run: async () => {} },
  binary: {
    title: 'a value of all 256 bytes is read as it is',
    async run({ world, canary, open, refOf }) {
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
      await world.put('binary', bytes);
      const document = documentOf(await canary.outcome(await open(), refOf('binary')));
      expect(Buffer.from(document.value(world.binaryProperty)).toString('hex')).toBe(Buffer.from(bytes).toString('hex'));
    },
  },
  'deleted version': {
    title: 'a version that was deleted is missing',
    async run({ world, canary, open }) {
      const ref = await able(world.deletedVersion?.bind(world), 'deletedVersion')();
      expect(troubleIn(await canary.outcome(await open(), ref))).toBe('missing');
    },
  },
  rotation: {
    title: 'a value that was replaced is read at the next fetch',
    async run({ world, canary, open, refOf }) {
      const [before, after] = [canary.value(), canary.value()];
      await world.put('rotated', { password: before });
      const store = await open();
      const first = documentOf(await canary.outcome(store, refOf('rotated')));
      await world.put('rotated', { password: after });
      const second = documentOf(await canary.outcome(store, refOf('rotated')));
      expect([textOf(first, 'password'), textOf(second, 'password')]).toEqual([before, after]);
    },
  },
  credentials: {
    title: 'new credentials are used by the store that is opened after them',
    async run({ world, canary, open, refOf }) {
      const password = canary.value();
      await world.put('kept', { password });
      documentOf(await canary.outcome(await open(), refOf('kept')));
      await able(world.rotateCredentials?.bind(world), 'rotateCredentials')();
      expect(textOf(documentOf(await canary.outcome(await open(), refOf('kept'))), 'password')).toBe(password);
    },
  },
  'expired login': {
    title: 'a login that ended is renewed without anybody noticing',
    async run({ world, canary, open, refOf }) {
      const password = canary.value();
      await world.put('kept', { password });
      const store = await open();
      documentOf(await canary.outcome(store, refOf('kept')));
      await able(world.expireLogin?.bind(world), 'expireLogin')();
      expect(textOf(documentOf(await canary.outcome(store, refOf('kept'))), 'password')).toBe(password);
    },
  },
  cancelled: {
    title: 'a read that is cancelled ends at once and leaves no connection waiting',
    async run({ world, canary, open, refOf, proxy }) {
      await world.put('cancelled', { password: canary.value() });
      const store = await open({ callTimeoutMs: 600_000 });
      documentOf(await canary.outcome(store, refOf('cancelled')));
      const between = proxy();
      between.heal();
      between.always('hang', world.reads);
      const cancelling = new AbortController();
      const reading = canary.outcome(store, refOf('cancelled'), cancelling.signal);
      await until(() => between.requests.some(world.reads ?? (() => true)));
      cancelling.abort(new Error('nobody waits for it any more'));
      expect('error' in (await reading)).toBe(true);
      await until(() => between.hanging === 0);
    },
  },
  many: {
    title: 'many secrets are read at once, each its own',
    async run({ world, canary, open, refOf }) {
      const secrets = Array.from({ length: 50 }, (_, index) => ({ key: `many-${index}`, password: canary.value() }));
      for (const { key, password } of secrets) await world.put(key, { password });
      const store = await open();
      const batches = Array.from({ length: Math.ceil(secrets.length / store.batchSize) }, (_, index) =>
        secrets.slice(index * store.batchSize, (index + 1) * store.batchSize),
      );
      const read = await Promise.all(
        batches.map((batch) =>
          canary.outcomes(
            store,
            batch.map(({ key }) => refOf(key)),
          ),
        ),
      );
      const passwords = read.flat().map((outcome) => textOf(documentOf(outcome), 'password'));
      expect(passwords).toEqual(secrets.map(({ password }) => password));
    },
  },
  'one bad among many': {
    title: 'one missing secret takes nothing from the others',
    async run({ world, canary, open, refOf }) {
      const password = canary.value();
      await world.put('good-1', { password });
      await world.put('good-2', { password });
      const store = await open();
      const keys = ['good-1', 'not-there', 'good-2'];
      const size = Math.min(store.batchSize, keys.length);
      const batches = size === 1 ? keys.map((key) => [key]) : [keys.slice(0, size), ...(size < 3 ? [keys.slice(size)] : [])];
      const read = await Promise.all(batches.map((batch) => canary.outcomes(store, batch.map(refOf))));
      expect(read.flat().map(troubleIn)).toEqual(['none', 'missing', 'none']);
    },
  },
  find: {
    title: 'secrets are found by a pattern for their names, anywhere in them',
    async run({ world, canary, open }) {
      const secrets = { 'find-db-1': canary.value(), 'find-db-2': canary.value(), 'find-web-1': canary.value() };
      for (const [key, password] of Object.entries(secrets)) await world.put(key, { password });
      const found = await (await open()).find({ name: 'db-[0-9]' }, new AbortController().signal);
      const read = [...found].map(([name, value]): [string, unknown] => [name, JSON.parse(new TextDecoder().decode(value))]);
      const named = world.foundAs ?? ((key: string) => key);
      expect(Object.fromEntries(read)).toEqual({
        [named('find-db-1')]: { password: secrets['find-db-1'] },
        [named('find-db-2')]: { password: secrets['find-db-2'] },
      });
    },
  },
  'find with a bad pattern': {
    title: 'a pattern that is not RE2 is refused',
    async run({ world, canary, open }) {
      await world.put('find-any', { password: canary.value() });
      const store = await open();
      const seen = await store.find({ name: '(?=db)' }, new AbortController().signal).then(
        () => 'taken',
        (error: unknown) => (canary.hear(error), troubleOf(error)),
      );
      expect(seen).toBe('invalid');
    },
  },
  closed: {
    title: 'a store that is closed has no connection, and gives nothing more',
    async run({ world, canary, open, refOf, proxy }) {
      await world.put('closed', { password: canary.value() });
      const store = await open();
      documentOf(await canary.outcome(store, refOf('closed')));
      await store.close();
      await until(() => proxy().sockets === 0);
      expect(troubleIn(await canary.outcome(store, refOf('closed')))).not.toBe('none');
      expect(proxy().sockets).toBe(0);
    },
  },
  validate: {
    title: 'a store that works validates',
    async run({ world, canary, open }) {
      await world.put('validated', { password: canary.value() });
      expect(['ready', 'unknown']).toContain(await (await open()).validate(new AbortController().signal));
    },
  },
};

/** A value of so many bytes is read whole. */
export async function readLarge({ world, canary, open, refOf }: Stage, bytes: number): Promise<void> {
  const mark = canary.value();
  const password = mark + 'x'.repeat(bytes - mark.length);
  await world.put('large', { password });
  const document = documentOf(await canary.outcome(await open(), refOf('large')));
  expect(textOf(document, 'password') === password, `${bytes} bytes are read as they were stored`).toBe(true);
}

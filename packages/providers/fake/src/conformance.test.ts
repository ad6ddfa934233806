import type { SecretStore } from '@signet/provider';
import { describeStore, testRoom } from '@signet/provider/testing';
import type { World } from '@signet/provider/testing';
import { fake } from './fake.ts';

async function startWorld(): Promise<World> {
  const room = testRoom();
  const data = new Map<string, string>();
  return {
    room,
    open: () => reopening(() => fake.configure({ data: [...data].map(([key, value]) => ({ key, value })) }, room.store).open(room)),
    put: async (key, value) => void data.set(key, JSON.stringify(value)),
    remove: async (key) => void data.delete(key),
    deletedVersion: async () => {
      data.set('versioned', 'latest');
      return { key: 'versioned', version: 'v1' };
    },
    stop: async () => {},
  };
}

/** Its values are its configuration, and the controller opens a store anew when that changes: so does this, before every call. */
function reopening(open: () => SecretStore): SecretStore {
  let isClosed = false;
  const now = (): SecretStore => {
    const store = open();
    if (isClosed) void store.close();
    return store;
  };
  return {
    batchSize: now().batchSize,
    identify: (ref) => now().identify(ref),
    fetch: async (refs, signal) => now().fetch(refs, signal),
    find: async (query, signal) => now().find(query, signal),
    validate: async (signal) => now().validate(signal),
    close: async () => {
      isClosed = true;
    },
  };
}

const noNetwork = 'it has no network';

describeStore('fake', {
  start: startWorld,
  binary: false,
  cannot: {
    binary: 'its values stand in a manifest and are text',
    denied: 'everybody who may use the store may read it',
    throttled: noNetwork,
    unavailable: noNetwork,
    slow: noNetwork,
    reset: noNetwork,
    cut: noNetwork,
    garbage: noNetwork,
    cancelled: noNetwork,
    closed: noNetwork,
    credentials: 'it has no credentials',
    'expired login': 'it has no login',
  },
});

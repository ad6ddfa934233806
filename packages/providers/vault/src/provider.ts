import type { Provider, StoreIdentity } from '@signet/provider';
import type { Reading } from './config.ts';
import { configOf, isReferent, readOpenBao, readVault } from './config.ts';
import type { Dialect } from './store.ts';
import { VaultStore } from './store.ts';

/** HashiCorp Vault, and OpenBao as long as it is asked the same way. */
export const vault: Provider = provider('vault', readVault, {
  title: 'a vault store',
  properties: 'member or path',
  versionOfV1: 'ignored',
  search: 'tree',
  hiddenMount: 'passes',
});

/** OpenBao under its own key: read only, fewer logins, properties and searches are simpler. */
export const openBao: Provider = provider('openBao', readOpenBao, {
  title: 'an openBao store',
  properties: 'member',
  versionOfV1: 'refused',
  search: 'level',
  hiddenMount: 'fails',
});

function provider(name: string, read: (config: unknown, store: StoreIdentity) => Reading, dialect: Dialect): Provider {
  return {
    name,
    capabilities: 'ReadOnly',
    configure(given, store) {
      const config = configOf(read(given, store));
      return { isReferent: isReferent(config, store), open: (room) => new VaultStore(config, room, dialect) };
    },
    problems(given, store) {
      const reading = read(given, store);
      return 'problems' in reading ? reading.problems : [];
    },
  };
}

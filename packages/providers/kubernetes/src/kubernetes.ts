import type { Provider } from '@signet/provider';
import { configOf, readConfig } from './config.ts';
import { KubernetesStore } from './store.ts';

/** Secrets of another namespace, or of another cluster (`spec.provider.kubernetes`). */
export const kubernetes: Provider = {
  name: 'kubernetes',
  // Writing comes with PushSecret.
  capabilities: 'ReadOnly',
  configure(written, store) {
    const config = configOf(written, store);
    return { isReferent: config.isReferent, open: (room) => new KubernetesStore(config, room) };
  },
  problems: (written, store) => readConfig(written, store).problems,
};

import { providerErrors } from '@signet/provider';
import type { Configured, Problem, Provider } from '@signet/provider';
import { readConfig } from './config.ts';
import { FakeStore } from './store.ts';

/**
 * The provider whose secrets stand in the store itself: `spec.provider.fake` (external-secrets v2.9). For trying out and for tests; nothing
 * in it is secret.
 */
export const fake: Provider = {
  name: 'fake',
  capabilities: 'ReadOnly',
  configure(config): Configured {
    const read = readConfig(config);
    if (!read.config) {
      const [{ field, message }] = read.problems;
      throw providerErrors.INVALID_CONFIG({ field, because: message });
    }
    const { config: sound } = read;
    return { isReferent: false, open: () => new FakeStore(sound) };
  },
  problems: (config): readonly Problem[] => readConfig(config).problems,
};

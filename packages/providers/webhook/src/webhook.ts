import { providerErrors } from '@signet/provider';
import type { Configured, Problem, Provider } from '@signet/provider';
import { isReferent, readConfig } from './config.ts';
import { WebhookStore } from './store.ts';

/** The provider that asks any HTTP endpoint: `spec.provider.webhook` (external-secrets v2.9). */
export const webhook: Provider = {
  name: 'webhook',
  capabilities: 'ReadOnly',
  configure(config, store): Configured {
    const read = readConfig(config);
    if (!read.config) {
      const [{ field, message }] = read.problems;
      throw providerErrors.INVALID_CONFIG({ field, because: message });
    }
    const { config: sound } = read;
    return { isReferent: isReferent(sound, store), open: (room) => new WebhookStore(sound, room) };
  },
  problems: (config): readonly Problem[] => readConfig(config).problems,
};

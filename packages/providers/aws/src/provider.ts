import type { Configured, Problem, Provider, StoreIdentity, StoreRoom } from '@signet/provider';
import { providerErrors } from '@signet/provider';
import { isReferent, readConfig } from './config.ts';
import { AwsStore } from './store.ts';

/**
 * AWS Secrets Manager and Systems Manager Parameter Store: `spec.provider.aws`. The SDK is loaded when a store is used for the first
 * time.
 */
export const aws: Provider = {
  name: 'aws',
  capabilities: 'ReadOnly',

  configure(config: unknown, store: StoreIdentity): Configured {
    const read = readConfig(config);
    const [problem] = read.problems;
    if (problem) throw providerErrors.INVALID_CONFIG({ field: `spec.provider.${problem.field}`, because: problem.message });
    const { config: sound } = read as Extract<typeof read, { readonly problems: readonly [] }>;
    return {
      isReferent: isReferent(sound, store),
      open: (room: StoreRoom) => new AwsStore(sound, room),
    };
  },

  problems(config: unknown): readonly Problem[] {
    return readConfig(config).problems;
  },
};

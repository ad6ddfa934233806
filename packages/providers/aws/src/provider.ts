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
    if (!('config' in read)) {
      const [{ field, message }] = read.problems;
      throw providerErrors.INVALID_CONFIG({ field: `spec.provider.${field}`, because: message });
    }
    return {
      isReferent: isReferent(read.config, store),
      open: (room: StoreRoom) => new AwsStore(read.config, room),
    };
  },

  problems(config: unknown): readonly Problem[] {
    return readConfig(config).problems;
  },
};

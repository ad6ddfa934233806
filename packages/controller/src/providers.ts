import { Registry } from '@signet/provider';

/** Every provider of this program, each loaded when the first store needs it. */
export const providers: Registry = new Registry({
  aws: async () => (await import('@signet/provider-aws')).aws,
  fake: async () => (await import('@signet/provider-fake')).fake,
  kubernetes: async () => (await import('@signet/provider-kubernetes')).kubernetes,
  openBao: async () => (await import('@signet/provider-vault')).openBao,
  vault: async () => (await import('@signet/provider-vault')).vault,
  webhook: async () => (await import('@signet/provider-webhook')).webhook,
});

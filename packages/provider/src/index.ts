export { comeBack, providerErrors, retryAfterOf, troubleOf } from './errors.ts';
export type { Asked, Trouble } from './errors.ts';
export type { Generator } from './generator.ts';
export { bindingBytes, keyIdHash } from './key-encryption.ts';
export type { Decrypted, KeyBinding, KeyEncryption, KeyProvider, KeyRoom, KeyVersion } from './key-encryption.ts';
export { namePattern } from './name-pattern.ts';
export type { Configured, Problem, Provider } from './provider.ts';
export { Registry } from './registry.ts';
export type { Document, Fetched, FindQuery, RemoteRef, SecretStore } from './secret-store.ts';
export type {
  CaSelector,
  Clock,
  Credentials,
  IssuedToken,
  Logger,
  SecretKeySelector,
  ServiceAccountSelector,
  StoreIdentity,
  StoreRoom,
} from './surroundings.ts';

/**
 * Stores that read the key-value engines of HashiCorp Vault and OpenBao.
 *
 * @module
 */
export { openBao, vault } from './provider.ts';

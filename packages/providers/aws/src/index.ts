/**
 * AWS Secrets Manager and Systems Manager Parameter Store.
 *
 * @module
 */
export { aws } from './provider.ts';

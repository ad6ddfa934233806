export { templateErrors } from './errors.ts';
export type { Limits } from './limits.ts';
export { defaultLimits } from './limits.ts';

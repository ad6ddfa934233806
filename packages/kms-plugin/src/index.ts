export { configSchema } from './config/config.ts';
export type { Config } from './config/config.ts';
export { main } from './main.ts';
export type { Outside } from './main.ts';
export { keyManagement } from './protocol/service.ts';

export { runController, startController } from './controller.ts';
export type { RunningController, RunOptions } from './controller.ts';
export { parseConfig } from './config.ts';
export type { Config } from './config.ts';
export { controllerErrors } from './errors.ts';
export { main } from './main.ts';
export type { Outside } from './main.ts';

export { ApplyConflict } from './conflict.ts';
export { applyConfiguration, sameButForTimes, trackWrite, type Write } from './ownership.ts';

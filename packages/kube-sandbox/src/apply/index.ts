export { applyConfiguration, sameButForTimes, trackWrite, type Write } from './ownership.ts';

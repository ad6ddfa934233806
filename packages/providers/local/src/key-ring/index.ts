export { compareBackup } from './backup.ts';
export type { BackupReport } from './backup.ts';
export { changeRingFile, createRingFile, readRingFile } from './file.ts';
export { activeKey, newRing, rotated } from './key-ring.ts';
export type { KeyRing, RingKey } from './key-ring.ts';

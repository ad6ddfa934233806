import { isSignetError } from '@signet/errors';

/**
 * What a log line may say of a failure. Coded errors are written never to hold a value and go as they are; of any other
 * error only the name and where it was thrown, because messages of parsers and the like quote what they were given.
 */
export function failureFields(error: unknown): { readonly code?: string; readonly problem: string; readonly frames?: string } {
  if (isSignetError(error)) return { code: error.code, problem: error.message };
  if (!(error instanceof Error)) return { problem: `a ${typeof error} was thrown` };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { problem: error.name, ...(frames.length > 0 ? { frames: frames.slice(0, 4).join('\n') } : {}) };
}

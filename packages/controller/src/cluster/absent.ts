import { isNotFound } from '@signet/kube/client';

/** What the API server answers; undefined where it says that there is none. */
export async function absentAs404<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

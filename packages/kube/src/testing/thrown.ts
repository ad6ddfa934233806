/** What a promise rejects with. Attached at once, so that a rejection that comes early is not unhandled. */
export async function thrown(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('promised: a rejection; seen: none');
}

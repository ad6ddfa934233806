import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ControlPlane, ControlPlaneOptions } from './control-plane.ts';
import { startControlPlane } from './control-plane.ts';

/**
 * One control plane for the tests of a file: started before the first, stopped after the last, and when a test fails its logs and
 * readiness checks are printed.
 *
 * @returns a function that gives the control plane, for use inside tests and hooks
 * @example
 * const plane = useControlPlane({ extraAddress: true });
 * test('...', async () => { await plane().admin.create(...) });
 */
export function useControlPlane(options: ControlPlaneOptions = {}): () => ControlPlane {
  let plane: ControlPlane | undefined;
  beforeAll(async () => {
    plane = await startControlPlane(options);
  });
  afterAll(async () => {
    await plane?.stop();
  });
  afterEach(async ({ task }) => {
    if (plane && task.result?.state === 'fail') console.error(await plane.diagnostics());
  });
  return () => {
    if (!plane) throw new Error('the control plane is there once the tests run, not while they are collected');
    return plane;
  };
}

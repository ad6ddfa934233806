import { describe, expect, test } from 'vitest';
import type { ControllerAnswer, ControllerService } from './controller-service.ts';
import { patientController } from './patient-controller.ts';

const request = { method: 'POST', path: '/v1/verify' } as const;
const body = new Uint8Array();

/** A controller that says 429 so often, and what was slept. */
function busy(times: number, headers: Record<string, string> = {}): { service: ControllerService; asked: () => number } {
  let asked = 0;
  const ask = async (): Promise<ControllerAnswer> => {
    asked += 1;
    return asked <= times ? { status: 429, headers, body } : { status: 200, headers: {}, body };
  };
  return { service: { source: 'test', ask }, asked: () => asked };
}

describe('429', () => {
  // Retry-After is seconds (RFC 9110 section 10.2.3); a date is not read.
  test.each([
    [{ 'retry-after': '3' }, 3000],
    [{ 'retry-after': '0' }, 1000],
    [{}, 1000],
    [{ 'retry-after': 'Fri, 31 Dec 1999 23:59:59 GMT' }, 1000],
    [{ 'retry-after': '86400' }, 30_000],
  ])('with %j waits %i ms', async (headers, ms) => {
    const { service } = busy(1, headers);
    const slept: number[] = [];
    const controller = patientController(service, {
      signal: new AbortController().signal,
      sleep: async (wait) => slept.push(wait),
    });
    expect((await controller.ask(request)).status).toBe(200);
    expect(slept).toEqual([ms]);
  });

  test('is given back after the last attempt', async () => {
    const { service, asked } = busy(100);
    const controller = patientController(service, { signal: new AbortController().signal, attempts: 3, sleep: async () => {} });
    expect((await controller.ask(request)).status).toBe(429);
    expect(asked()).toBe(3);
  });

  test('makes all requests of the run wait together', async () => {
    const { service, asked } = busy(1);
    let wake = (): void => undefined;
    const sleep = async (): Promise<void> => new Promise((resolve) => (wake = resolve));
    const controller = patientController(service, { signal: new AbortController().signal, sleep });
    const first = controller.ask(request);
    await new Promise(setImmediate);
    const others = [controller.ask(request), controller.ask(request)];
    await new Promise(setImmediate);
    expect(asked()).toBe(1);
    wake();
    expect((await Promise.all([first, ...others])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(asked()).toBe(4);
  });

  test('an end of the run ends the waiting', async () => {
    const ending = new AbortController();
    const controller = patientController(busy(1, { 'retry-after': '30' }).service, { signal: ending.signal });
    const asked = controller.ask(request);
    await new Promise(setImmediate);
    ending.abort();
    await expect(asked).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });
});

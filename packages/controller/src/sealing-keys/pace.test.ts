import { describe, expect, test } from 'vitest';
import { Pace } from './pace.ts';

describe('a pace', () => {
  const hour = 3_600_000;

  test('is slower each time, up to an hour', () => {
    const pace = new Pace();
    expect(pace.waitMs(0)).toBe(0);
    const waits = Array.from({ length: 14 }, () => {
      pace.took(0);
      return pace.waitMs(0) / 1000;
    });
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]);
    expect(pace.waitMs(hour - 1)).toBe(1);
    expect(pace.waitMs(hour)).toBe(0);
  });

  test('is what is asked for, if that is quicker; and begins anew after two quiet hours', () => {
    const pace = new Pace();
    for (let i = 0; i < 10; i++) pace.took(0);
    expect(pace.waitMs(0, 3000)).toBe(3000);
    pace.took(2 * hour);
    expect(pace.waitMs(2 * hour)).toBe(1000);
  });

  test('a clock that is set back makes no pause longer', () => {
    const pace = new Pace();
    pace.took(1000 * hour);
    expect(pace.waitMs(0)).toBe(1000);
    expect(pace.waitMs(1000)).toBe(0);
  });
});

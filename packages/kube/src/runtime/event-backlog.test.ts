import { expect, test } from 'vitest';
import { EventBacklog } from './event-backlog.ts';

interface Told {
  readonly name: string;
  readonly happening: { readonly type: 'Normal' | 'Warning' };
}
const normal = (name: string): Told => ({ name, happening: { type: 'Normal' } });
const warning = (name: string): Told => ({ name, happening: { type: 'Warning' } });

function drained(backlog: EventBacklog<Told>): string[] {
  const names: string[] = [];
  for (let event = backlog.take(); event; event = backlog.take()) names.push(event.name);
  return names;
}

test('warnings go first, each kind in its order, each event once', () => {
  const backlog = new EventBacklog<Told>(10);
  const twice = normal('b');
  for (const event of [normal('a'), twice, warning('x'), twice, warning('y')]) expect(backlog.add(event)).toBe(0);
  expect(backlog.size).toBe(4);
  expect(drained(backlog)).toEqual(['x', 'y', 'a', 'b']);
});

test('a full backlog gives up its newest normal event for a warning, and nothing for a normal one', () => {
  const backlog = new EventBacklog<Told>(2);
  const waiting = normal('a');
  backlog.add(waiting);
  backlog.add(normal('b'));
  expect(backlog.add(normal('c'))).toBe(1);
  expect(backlog.add(waiting)).toBe(0);
  expect(backlog.add(warning('x'))).toBe(1);
  expect(backlog.add(warning('y'))).toBe(1);
  expect(backlog.add(warning('z'))).toBe(1);
  expect(drained(backlog)).toEqual(['x', 'y']);
});

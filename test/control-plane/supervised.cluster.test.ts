import { expect, test } from 'vitest';
import { Supervised } from './supervised.ts';

test('a program that does not exist ends with an error that names it', async () => {
  const program = await new Supervised({ name: 'nothing', program: '/no/such/program', args: [] }).started();
  expect((await program.ended).code).toBe(127);
  expect(program.logs()).toContain('/no/such/program');
});

test('output is kept, both streams, and the end says how', async () => {
  const program = await new Supervised({
    name: 'talker',
    program: '/bin/sh',
    args: ['-c', 'echo out; echo err >&2; exit 7'],
  }).started();
  expect(await program.ended).toEqual({ code: 7, signal: null });
  expect(program.logs().trim().split('\n').sort()).toEqual(['err', 'out']);
});

test('a program that ignores SIGTERM is killed after the grace', async () => {
  const program = await new Supervised({
    name: 'stubborn',
    program: process.execPath,
    args: ['-e', "process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000)"],
  }).started();
  await expect.poll(() => program.logs()).toContain('ready');
  expect(await program.stop({ graceMs: 100 })).toEqual({ code: null, signal: 'SIGKILL' });
});

import { describe, test } from 'vitest';
import { callOf, expectAsGo, goCases, valueOf } from '../time/testing/go-case.ts';
import { pathFunctions } from './path-functions.ts';

describe('as Go', () => {
  test.each(goCases(new URL('testing/go-cases.json', import.meta.url)))('%s %j', (name, args, said) => {
    expectAsGo(() => callOf(pathFunctions, name, args.map(valueOf)), said);
  });
});

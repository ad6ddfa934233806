import { describe, expect, test } from 'vitest';
import { anyMap } from '../../go/value.ts';
import { callOf, expectAsGo, goCases, valueOf } from '../time/testing/go-case.ts';
import { urlFunctions } from './url-functions.ts';

describe('as Go', () => {
  test.each(goCases(new URL('testing/go-cases.json', import.meta.url)))('%s %j', (name, args, said) => {
    expectAsGo(() => callOf(urlFunctions, name, args.map(valueOf)), said);
  });
});

describe('a dict that is none of a URL', () => {
  test.each([
    [1n, 'unable to parse host key, must be of type string, but int found'],
    [true, 'unable to parse host key, must be of type string, but bool found'],
    [null, 'runtime error: invalid memory address or nil pointer dereference'],
  ])('host %#', (host, message) => {
    expect(() => callOf(urlFunctions, 'urlJoin', [anyMap([['host', host]])])).toThrow(message);
  });
});

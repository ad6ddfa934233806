import { describe, expect, test } from 'vitest';
import { Bytes } from '../../go/value.ts';
import type { Struct } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import { callOf, expectAsGo, goCases, testRun, valueOf } from '../time/testing/go-case.ts';
import { semverFunctions } from './semver-functions.ts';
import type { Version } from './version.ts';

describe('as Go', () => {
  test.each(goCases(new URL('testing/go-cases.json', import.meta.url)))('%s %j', (name, args, said) => {
    expectAsGo(() => callOf(semverFunctions, name, args.map(valueOf)), said);
  });
});

describe('methods of a version', () => {
  const semver = (text: string): Struct => callOf(semverFunctions, 'semver', [text]) as Struct;
  const method = (on: Struct, name: string, ...args: unknown[]): unknown => {
    const found = on.type.methods?.[name]?.(on as never);
    return (found?.call as ((run: Run, ...rest: unknown[]) => unknown) | undefined)?.(testRun(), ...args);
  };

  // What Go prints for {{ (semver TEXT).METHOD }}
  test.each([
    ['v1.2.3-beta.1+b5', 'Major', '1'],
    ['v1.2.3-beta.1+b5', 'Minor', '2'],
    ['v1.2.3-beta.1+b5', 'Patch', '3'],
    ['v1.2.3-beta.1+b5', 'Prerelease', 'beta.1'],
    ['v1.2.3-beta.1+b5', 'Metadata', 'b5'],
    ['v1.2.3-beta.1+b5', 'Original', 'v1.2.3-beta.1+b5'],
    ['v1.2', 'String', '1.2.0'],
    ['1.2.3', 'MarshalJSON', '"1.2.3"'],
  ])('(semver %j).%s is %s', (text, name, said) => {
    const made = method(semver(text), name);
    expect(made instanceof Bytes ? made.text : String(made)).toBe(said);
  });

  test.each([
    ['v1.2.3-beta.1+b5', 'IncPatch', 'v1.2.3'],
    ['1.2.3+b5', 'IncPatch', '1.2.4'],
    ['v1.2.3-beta.1+b5', 'IncMinor', 'v1.3.0'],
    ['1.2.3', 'IncMajor', '2.0.0'],
  ])('(semver %j).%s is %s', (text, name, original) => {
    expect((method(semver(text), name) as Struct<Version>).inner.original).toBe(original);
  });

  test('comparisons take another version', () => {
    expect(method(semver('1.2.3'), 'Compare', semver('1.10.0'))).toBe(-1n);
    expect(method(semver('1.2.3'), 'Equal', semver('v1.2.3+build'))).toBe(true);
    expect(method(semver('1.2.3'), 'GreaterThan', semver('1.2.3-rc.1'))).toBe(true);
    expect(method(semver('1.2.3'), 'LessThanEqual', semver('1.2.2'))).toBe(false);
  });

  test('a part that is set is checked', () => {
    expect((method(semver('v1.2.3'), 'SetPrerelease', 'rc.1') as Struct<Version>).inner.original).toBe('v1.2.3-rc.1');
    expect(() => method(semver('1.2.3'), 'SetPrerelease', '01')).toThrow('version segment starts with 0');
    expect(() => method(semver('1.2.3'), 'SetMetadata', 'a_b')).toThrow('invalid metadata string');
  });
});

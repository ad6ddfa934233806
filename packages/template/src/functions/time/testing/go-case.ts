import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { GoError, hidden } from '../../../go/error.ts';
import { fromUnix } from '../../../go/time-instant.ts';
import { formatTime, timeText } from '../../../go/time-format.ts';
import { instantOfValue, timeValue } from '../../../go/time-types.ts';
import { loadLocation, utc } from '../../../go/time-zone.ts';
import { int64Type } from '../../../go/type.ts';
import { anyMap, GoMap, Integer, Slice, Struct } from '../../../go/value.ts';
import type { Value } from '../../../go/value.ts';
import { defaultLimits } from '../../../limits.ts';
import { Budget } from '../../../run.ts';
import type { Run } from '../../../run.ts';
import type { FunctionTable } from '../../function.ts';
import type { Version } from '../../semver/version.ts';

/** An argument as a file of cases has it: text (one char per byte), or a number, a moment or a dict by its type. */
export type Argument =
  | string
  | { readonly int: string }
  | { readonly int64: string }
  | { readonly time: readonly [seconds: string, nanos: number, zone: string] }
  | { readonly dict: Readonly<Record<string, string>> };

/** What Go said: a printed value, the pieces of a slice or map, or an error. */
export type Said = string | readonly string[] | Readonly<Record<string, string>> | { readonly error: string };

/** A function, its arguments, and what the real one made of them (Go 1.26, Sprig 3.3, semver 3.4, TZ=UTC). */
export type GoCase = readonly [name: string, args: readonly Argument[], said: Said];

/** The cases of a file beside a test. */
export function goCases(url: URL): readonly GoCase[] {
  return JSON.parse(readFileSync(url, 'utf8')) as GoCase[];
}

/** A rendering for tests: its clock stands at 2026-11-21T14:00:00.123Z. */
export function testRun(): Run {
  return {
    budget: new Budget(defaultLimits),
    now: () => Date.UTC(2026, 10, 21, 14, 0, 0, 123),
    random: (length) => new Uint8Array(length),
  };
}

/** An argument as a value of a template. */
export function valueOf(argument: Argument): Value {
  if (typeof argument === 'string') return argument;
  if ('int' in argument) return BigInt(argument.int);
  if ('int64' in argument) return new Integer(int64Type, BigInt(argument.int64));
  if ('dict' in argument) return anyMap(Object.entries(argument.dict));
  const [seconds, nanos, zone] = argument.time;
  return timeValue({ ...fromUnix(BigInt(seconds)), nanos, location: loadLocation(zone) ?? utc });
}

/** Calls a function of a table with arguments that are bare already. */
export function callOf(table: FunctionTable, name: string, args: readonly unknown[]): unknown {
  const call = table[name]?.call as ((run: Run, ...rest: readonly unknown[]) => unknown) | undefined;
  if (!call) throw new Error(`there is no function ${name}`);
  return call(testRun(), ...args);
}

/** Runs a case and compares: values as printed, errors with everything hidden standing for anything. */
export function expectAsGo(work: () => unknown, said: Said): void {
  let made: unknown;
  try {
    made = work();
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    const escaped = error.message.split(hidden).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
    expect(typeof said === 'object' && 'error' in said ? said.error : said).toMatch(new RegExp(`^${escaped.join('[^]*')}$`));
    return;
  }
  expect(printed(made)).toEqual(said);
}

function printed(value: unknown): unknown {
  if (value instanceof Slice) return value.isNil ? 'nil' : value.items;
  if (value instanceof GoMap) return Object.fromEntries(value.entries);
  const time = value instanceof Struct ? instantOfValue(value) : undefined;
  if (time) return `${formatTime(time, '2006-01-02T15:04:05.999999999Z07:00')}|${timeText(time)}`;
  if (value instanceof Struct) {
    const { original, prerelease, metadata } = value.inner as Version;
    return `${original}|${prerelease}|${metadata}`;
  }
  return String(value);
}

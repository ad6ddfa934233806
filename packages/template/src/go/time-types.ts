import { fn } from '../functions/function.ts';
import type { GoFunction } from '../functions/function.ts';
import type { Run } from '../run.ts';
import { goError, shown } from './error.ts';
import { binaryTime } from './time-binary.ts';
import { yearDay } from './time-calendar.ts';
import * as duration from './time-duration.ts';
import { formatTime, monthNames, strictRfc3339, timeGoText, timeText, weekdayNames } from './time-format.ts';
import * as instant from './time-instant.ts';
import type { Instant } from './time-instant.ts';
import { local, utc } from './time-zone.ts';
import type { Location } from './time-zone.ts';
import { defineType, typeOfText } from './type.ts';
import type { GoType } from './type.ts';
import { Bytes, Struct } from './value.ts';
import type { Integer, Value } from './value.ts';

/** A method that Go has, but that no template can call: it returns more than a value and an error. The language refuses it by its signature. */
function refused(signature: string): () => GoFunction {
  return () =>
    fn(signature, () => {
      throw goError`${shown(signature)} returns more than a value and an error`;
    });
}

type Time = Struct<Instant>;
const inner = (time: Struct): Instant => (time as Time).inner;
const bytes = (text: string): Bytes => new Bytes(bytesType, text);
const bytesType = typeOfText('[]uint8');

/** A fact about a moment as a method without arguments. */
function integer(read: (wall: instant.WallTime, time: Instant) => number): (time: Time) => GoFunction {
  return (time) => fn('func() int', () => BigInt(read(instant.wallTime(time.inner), time.inner)));
}

const unix =
  (perSecond: bigint) =>
  (time: Time): GoFunction =>
    fn('func() int64', () => instant.unixUnits(time.inner, perSecond));
const test =
  (holds: (order: number) => boolean) =>
  (time: Time): GoFunction =>
    fn('func(time.Time) bool', (_run, other) => holds(instant.compare(time.inner, inner(other))));

/** Time.Format under a rendering's budget: an element of a layout is a round of work. */
export function paidFormat(run: Run, time: Instant, layout: string): string {
  run.budget.make(layout.length);
  run.budget.step(layout.length >> 1);
  return formatTime(time, layout);
}

function marshalText({ inner: time }: Time, method: string): string {
  const made = strictRfc3339(time);
  if ('refused' in made) throw goError`Time.${shown(method)}: ${shown(made.refused)}`;
  return made.text;
}

/** time.Duration: nanoseconds with a unit in print. */
defineType({
  text: 'time.Duration',
  kind: 'int64',
  methods: {
    Abs: (d: Integer) =>
      fn('func() time.Duration', () =>
        d.value === duration.minDuration ? duration.maxDuration : d.value < 0n ? -d.value : d.value,
      ),
    Hours: (d: Integer) => fn('func() float64', () => duration.inUnits(d.value, duration.hour)),
    Microseconds: (d: Integer) => fn('func() int64', () => d.value / duration.microsecond),
    Milliseconds: (d: Integer) => fn('func() int64', () => d.value / duration.millisecond),
    Minutes: (d: Integer) => fn('func() float64', () => duration.inUnits(d.value, duration.minute)),
    Nanoseconds: (d: Integer) => fn('func() int64', () => d.value),
    Round: (d: Integer) => fn('func(time.Duration) time.Duration', (_run, multiple) => duration.roundDuration(d.value, multiple)),
    Seconds: (d: Integer) => fn('func() float64', () => duration.inUnits(d.value, duration.second)),
    String: (d: Integer) => fn('func() string', () => duration.formatDuration(d.value)),
    Truncate: (d: Integer) =>
      fn('func(time.Duration) time.Duration', (_run, multiple) => duration.truncateDuration(d.value, multiple)),
  },
});

/** time.Month: 1 is January. */
defineType({
  text: 'time.Month',
  kind: 'int',
  methods: {
    String: (m: Integer) => fn('func() string', () => monthNames[Number(m.value) - 1] ?? `%!Month(${BigInt.asUintN(64, m.value)})`),
  },
});

/** time.Weekday: 0 is Sunday. */
defineType({
  text: 'time.Weekday',
  kind: 'int',
  methods: {
    String: (d: Integer) => fn('func() string', () => weekdayNames[Number(d.value)] ?? `%!Weekday(${BigInt.asUintN(64, d.value)})`),
  },
});

/** time.Location, which templates only see through a pointer. */
const unexported = ['name', 'zone', 'tx', 'extend', 'cacheStart', 'cacheEnd', 'cacheZone'];
defineType({ text: 'time.Location', kind: 'struct', unexported });

/** What Time.Location returns. */
const locationType: GoType = defineType({
  text: '*time.Location',
  kind: 'ptr',
  elem: typeOfText('time.Location'),
  unexported,
  methods: { String: (location: Struct<Location>) => fn('func() string', () => location.inner.name) },
});

/** time.Time: a moment, printed where it is shown. */
export const timeType: GoType = defineType({
  text: 'time.Time',
  kind: 'struct',
  fields: {},
  unexported: ['wall', 'ext', 'loc'],
  methods: {
    Add: (t: Time) => fn('func(time.Duration) time.Time', (_run, d) => timeValue(instant.add(t.inner, d))),
    AddDate: (t: Time) =>
      fn('func(int, int, int) time.Time', (_run, years, months, days) => timeValue(instant.addDate(t.inner, years, months, days))),
    After: test((order) => order > 0),
    AppendBinary: (t: Time) => fn('func([]uint8) ([]uint8, error)', (_run, to) => bytes(to.text + binaryTime(t.inner))),
    AppendFormat: (t: Time) =>
      fn('func([]uint8, string) []uint8', (run, to, layout) => bytes(to.text + paidFormat(run, t.inner, layout))),
    AppendText: (t: Time) => fn('func([]uint8) ([]uint8, error)', (_run, to) => bytes(to.text + marshalText(t, 'AppendText'))),
    Before: test((order) => order < 0),
    Clock: refused('func() (int, int, int)'),
    Compare: (t: Time) => fn('func(time.Time) int', (_run, other) => BigInt(instant.compare(t.inner, inner(other)))),
    Date: refused('func() (int, time.Month, int)'),
    Day: integer((wall) => wall.day),
    Equal: test((order) => order === 0),
    Format: (t: Time) => fn('func(string) string', (run, layout) => paidFormat(run, t.inner, layout)),
    GoString: (t: Time) => fn('func() string', () => timeGoText(t.inner)),
    GobEncode: (t: Time) => fn('func() ([]uint8, error)', () => bytes(binaryTime(t.inner))),
    Hour: integer((wall) => wall.hour),
    In: (t: Time) =>
      fn('func(*time.Location) time.Time', (_run, where) => timeValue(instant.at(t.inner, (where as Struct<Location>).inner))),
    IsDST: (t: Time) => fn('func() bool', () => t.inner.location.at(Number(instant.unixSeconds(t.inner))).isDst),
    ISOWeek: refused('func() (int, int)'),
    IsZero: (t: Time) => fn('func() bool', () => t.inner.seconds === 0n && t.inner.nanos === 0),
    Local: (t: Time) => fn('func() time.Time', () => timeValue(instant.at(t.inner, local))),
    Location: (t: Time) => fn('func() *time.Location', () => new Struct(locationType, t.inner.location)),
    MarshalBinary: (t: Time) => fn('func() ([]uint8, error)', () => bytes(binaryTime(t.inner))),
    MarshalJSON: (t: Time) => fn('func() ([]uint8, error)', () => bytes(`"${marshalText(t, 'MarshalJSON')}"`)),
    MarshalText: (t: Time) => fn('func() ([]uint8, error)', () => bytes(marshalText(t, 'MarshalText'))),
    Minute: integer((wall) => wall.minute),
    Month: (t: Time) => fn('func() time.Month', () => BigInt(instant.wallTime(t.inner).month)),
    Nanosecond: integer((_wall, time) => time.nanos),
    Round: (t: Time) =>
      fn('func(time.Duration) time.Time', (_run, multiple) => timeValue(instant.toMultiple(t.inner, multiple, true))),
    Second: integer((wall) => wall.second),
    String: (t: Time) => fn('func() string', () => timeText(t.inner)),
    Sub: (t: Time) => fn('func(time.Time) time.Duration', (_run, other) => instant.subtract(t.inner, inner(other))),
    Truncate: (t: Time) =>
      fn('func(time.Duration) time.Time', (_run, multiple) => timeValue(instant.toMultiple(t.inner, multiple, false))),
    UTC: (t: Time) => fn('func() time.Time', () => timeValue(instant.at(t.inner, utc))),
    Unix: unix(1n),
    UnixMicro: unix(1_000_000n),
    UnixMilli: unix(1000n),
    UnixNano: unix(1_000_000_000n),
    Weekday: (t: Time) => fn('func() time.Weekday', () => BigInt(instant.wallTime(t.inner).weekday)),
    Year: integer((wall) => wall.year),
    YearDay: integer((wall) => yearDay(wall)),
    Zone: refused('func() (string, int)'),
    ZoneBounds: refused('func() (time.Time, time.Time)'),
  },
});

/** A moment as a value of the type time.Time. */
export function timeValue(moment: Instant): Time {
  return new Struct(timeType, moment);
}

/** The moment behind a value, if it is a time.Time. */
export function instantOfValue(value: Value): Instant | undefined {
  return value instanceof Struct && value.type === timeType ? (value as Time).inner : undefined;
}

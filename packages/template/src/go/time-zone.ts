import { Buffer } from 'node:buffer';
import { inflateRawSync } from 'node:zlib';
import { timeZoneData } from './time-zone-data.ts';
import { applyRule, zoneRule } from './time-zone-rule.ts';
import type { ZoneRule, ZoneType } from './time-zone-rule.ts';

/** A place's rules of time: Go's *time.Location. */
export interface Location {
  /** What Location.String prints: `UTC`, `Europe/Berlin`, the abbreviation of a fixed zone. */
  readonly name: string;
  readonly kind: 'utc' | 'local' | 'fixed' | 'zone';
  /** What holds at a moment, in Unix seconds. */
  at(unix: number): ZoneType;
}

const utcType: ZoneType = { name: 'UTC', offset: 0, isDst: false };

/** time.UTC. */
export const utc: Location = { name: 'UTC', kind: 'utc', at: () => utcType };

/** time.Local: always UTC here, but another location than `utc` where Go can tell them apart (GoString). */
export const local: Location = { name: 'UTC', kind: 'local', at: () => utcType };

/** time.FixedZone. */
export function fixedZone(name: string, offset: number): Location {
  const type: ZoneType = { name, offset, isDst: false };
  return { name, kind: 'fixed', at: () => type };
}

/** time.LoadLocation; undefined for a name that is not known. Names are case-sensitive. */
export function loadLocation(name: string): Location | undefined {
  if (name === '' || name === 'UTC') return utc;
  if (name === 'Local') return local;
  const known = loaded.get(name);
  if (known) return known;
  const line = lines().get(name);
  if (line === undefined) return undefined;
  const made = new Zone(name, line);
  loaded.set(name, made);
  return made;
}

/** Zones made so far: there are 598 names at most. */
const loaded = new Map<string, Location>();
let known: ReadonlyMap<string, string> | undefined;

/** The table of zones, unpacked when the first zone is asked for. */
function lines(): ReadonlyMap<string, string> {
  known ??= new Map(
    inflateRawSync(Buffer.from(timeZoneData, 'base64'))
      .toString('latin1')
      .split('\n')
      .flatMap((line) => {
        const end = line.indexOf('|');
        const rest = line.slice(end + 1);
        return line
          .slice(0, end)
          .split(',')
          .map((name) => [name, rest] as const);
      }),
  );
  return known;
}

class Zone implements Location {
  readonly name: string;
  readonly kind = 'zone';
  readonly #times: readonly number[];
  readonly #types: readonly ZoneType[];
  readonly #first: ZoneType;
  readonly #rule: ZoneRule | undefined;

  constructor(name: string, line: string) {
    const [typeText = '', timeText = '', kinds = '', rule = ''] = line.split('|');
    const types = typeText.split(',').map((text): ZoneType => {
      const [offset = '0', dst = '0', abbreviation = ''] = text.split(' ');
      return { name: abbreviation, offset: Number(offset), isDst: dst === '1' };
    });
    const indexes = Array.from(kinds, (kind) => kind.charCodeAt(0) - 48);
    let time = 0;
    this.name = name;
    this.#times = timeText === '' ? [] : timeText.split(' ').map((difference) => (time += parseInt(difference, 36)));
    this.#types = indexes.map((index) => types[index] ?? utcType);
    this.#first = firstType(types, indexes) ?? utcType;
    this.#rule = zoneRule(rule);
  }

  at(unix: number): ZoneType {
    const times = this.#times;
    if (times.length === 0) return this.#rule ? applyRule(this.#rule, unix) : this.#first;
    if (unix < (times[0] ?? 0)) return this.#first;
    let low = 0;
    for (let high = times.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if (unix < (times[middle] ?? 0)) high = middle;
      else low = middle;
    }
    if (low === times.length - 1 && this.#rule) return applyRule(this.#rule, unix);
    return this.#types[low] ?? this.#first;
  }
}

/** What holds before the first transition: as in Go, not summer time if the zone has anything else. */
function firstType(types: readonly ZoneType[], indexes: readonly number[]): ZoneType | undefined {
  if (!indexes.includes(0)) return types[0];
  const first = indexes[0] ?? 0;
  if (types[first]?.isDst) {
    const earlier = types.slice(0, first).findLast((type) => !type.isDst);
    if (earlier) return earlier;
  }
  return types.find((type) => !type.isDst) ?? types[0];
}

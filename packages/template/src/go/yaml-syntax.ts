import { formatFloat, quote } from './strconv.ts';
import type { YamlValue } from './yaml-decode.ts';

/** A value as Go's `%#v` prints what yaml.v2 decodes into `interface {}`. Only error texts of `fromYaml` hold it. */
export function goSyntax(value: YamlValue): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return value < 1n << 63n ? String(value) : `0x${value.toString(16)}`;
  if (typeof value === 'number') return formatFloat(value, 'g', -1);
  if (typeof value === 'boolean') return String(value);
  if (value.kind === 'sequence') return `[]interface {}{${value.items.map(goSyntax).join(', ')}}`;
  const sorted = [...value.entries.values()].toSorted(
    ([a], [b]) => rank(a) - rank(b) || (a !== null && b !== null && a < b ? -1 : 1),
  );
  const entries = sorted.map(([key, each]) => `${goSyntax(key)}:${goSyntax(each)}`);
  return `map[interface {}]interface {}{${entries.join(', ')}}`;
}

/** nil comes first; Go orders the other types by where they lie in memory, so that any order is as good as another. */
function rank(key: YamlValue): number {
  return ['object', 'string', 'bigint', 'number', 'boolean'].indexOf(typeof key);
}

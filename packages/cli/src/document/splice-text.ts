import { quoted, yamlString } from './emit-yaml.ts';
import { isAmbiguous } from './yaml-scalar.ts';

/** How a text is written: as it suits, or in quotes. */
export type Style = 'plain' | 'single' | 'double';

/** What may be put under a key: a text, or a mapping. */
export type Nested = string | ReadonlyMap<string, Nested>;

/** The look of the entries of a flow mapping. */
export interface FlowLook {
  readonly keys: Style;
  readonly values: Style;
  /** Between key and value, such as `": "`. */
  readonly colon: string;
  /** Between entries on one line, such as `", "`. */
  readonly comma: string;
  /** Present when each entry has a line of its own. */
  readonly lines?: { readonly indent: string; readonly step: string; readonly eol: string } | undefined;
}

/** A text on one line, safe for every reader of YAML 1.1 and 1.2; quoted where `style` wants it or the text needs it. */
export function styled(text: string, style: Style, where: 'block' | 'flow'): string {
  if (style === 'double') return quoted(text);
  const bare = yamlString(text);
  // What is in double quotes already needs its escapes.
  if (bare.startsWith('"')) return bare;
  if (style === 'single') return `'${text.replaceAll("'", "''")}'`;
  if (where === 'block') return bare;
  return /^[A-Za-z0-9][-A-Za-z0-9+/=._]*$/.test(text) && !isAmbiguous(text) ? text : quoted(text);
}

/** Entries in block style, one or more lines for each, every line ended. */
export function blockEntries(
  entries: Iterable<readonly [string, Nested]>,
  look: { readonly indent: string; readonly step: string; readonly eol: string; readonly keys: Style; readonly values: Style },
): string {
  let text = '';
  for (const [key, value] of entries) {
    const head = `${look.indent}${styled(key, look.keys, 'block')}:`;
    if (typeof value === 'string') text += `${head} ${styled(value, look.values, 'block')}${look.eol}`;
    else if (value.size === 0) text += `${head} {}${look.eol}`;
    else text += head + look.eol + blockEntries(value, { ...look, indent: look.indent + look.step });
  }
  return text;
}

/** One entry in flow style. */
export function flowEntry(key: string, value: Nested, look: FlowLook): string {
  return styled(key, look.keys, 'flow') + look.colon + flowValue(value, look);
}

/** A value in flow style; a mapping over several lines when its parent is. */
export function flowValue(value: Nested, look: FlowLook): string {
  if (typeof value === 'string') return styled(value, look.values, 'flow');
  if (value.size === 0) return '{}';
  const { lines } = look;
  if (!lines) return `{${[...value].map(([key, one]) => flowEntry(key, one, look)).join(look.comma)}}`;
  const inner = { ...look, lines: { ...lines, indent: lines.indent + lines.step } };
  const rows = [...value].map(([key, one]) => inner.lines.indent + flowEntry(key, one, inner));
  return `{${lines.eol}${rows.join(`,${lines.eol}`)}${lines.eol}${lines.indent}}`;
}

import type { JsonMember, JsonNode } from './node.ts';

interface Style {
  /** An array goes on one line if it ends before this column. */
  readonly width: number;
  readonly prefix: string;
  readonly indent: string;
  readonly sortKeys: boolean;
}

/**
 * JSON as gjson's `@pretty` writes it: two spaces, arrays without objects on one line if they fit into 80 columns, a newline at the end.
 *
 * @param options `{"sortKeys":true,"indent":"\t","prefix":"","width":80}`
 */
export function prettyJson(node: JsonNode, options?: JsonNode): string {
  const style = styleOf(options);
  const lines = new Lines(style);
  lines.put(style.prefix);
  lines.any(node, 0);
  return `${lines.text}\n`;
}

/** JSON without the spaces between its signs. */
export function uglyJson(node: JsonNode): string {
  if (node.kind === 'array') return `[${node.items.map(uglyJson).join(',')}]`;
  if (node.kind !== 'object') return node.raw;
  return `{${node.members.map(({ rawName, value }) => `${rawName}:${uglyJson(value)}`).join(',')}}`;
}

function styleOf(options: JsonNode | undefined): Style {
  const given = new Map(options?.kind === 'object' ? options.members.map(({ name, value }) => [name, value]) : []);
  const spaces = (name: string, otherwise: string): string => {
    const value = given.get(name);
    return value?.kind === 'string' ? value.text.replace(/[^ \t\r\n]/g, '') : otherwise;
  };
  const width = given.get('width');
  return {
    width: width?.kind === 'number' ? Math.trunc(Number(width.raw)) : 80,
    prefix: spaces('prefix', ''),
    indent: spaces('indent', '  '),
    sortKeys: given.get('sortKeys')?.kind === 'true',
  };
}

class Lines {
  text = '';
  readonly #style: Style;
  /** Bytes since the line began, as gjson counts them. */
  #column = 0;

  constructor(style: Style) {
    this.#style = style;
  }

  put(text: string): void {
    this.text += text;
    this.#column += Buffer.byteLength(text);
  }

  any(node: JsonNode, depth: number): void {
    if (node.kind === 'array') this.#array(node.items, depth);
    else if (node.kind === 'object') this.#object(node.members, depth);
    else this.put(node.raw);
  }

  #array(items: readonly JsonNode[], depth: number): void {
    const room = this.#style.width - this.#column;
    const line = this.#style.width > 0 && room > 3 ? oneLine(items, room) : undefined;
    if (line !== undefined) {
      this.put(line);
      return;
    }
    this.put('[');
    for (const [index, item] of items.entries()) {
      if (index > 0) this.put(',');
      this.#newLine(depth + 1, index === 0);
      this.any(item, depth + 1);
    }
    if (items.length > 0) this.#newLine(depth, true);
    this.put(']');
  }

  #object(members: readonly JsonMember[], depth: number): void {
    this.put('{');
    const shown = this.#style.sortKeys
      ? members.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
      : members;
    for (const [index, { rawName, value }] of shown.entries()) {
      if (index > 0) this.put(',');
      this.#newLine(depth + 1, true);
      this.put(`${rawName}: `);
      this.any(value, depth + 1);
    }
    if (members.length > 0) this.#newLine(depth, true);
    this.put('}');
  }

  /** @param counted the newline itself takes a column; it does not where a space was to be */
  #newLine(depth: number, counted: boolean): void {
    this.text += '\n';
    this.#column = counted ? 1 : 0;
    this.put(this.#style.prefix + this.#style.indent.repeat(depth));
  }
}

/** An array on one line, if there is no object in it and it takes no more bytes than `room`. */
function oneLine(items: readonly JsonNode[], room: number): string | undefined {
  const parts: string[] = [];
  let left = room;
  for (const item of items) {
    const part = item.kind === 'array' ? oneLine(item.items, left) : item.kind === 'object' ? undefined : item.raw;
    if (part === undefined) return undefined;
    left -= Buffer.byteLength(part);
    if (left < 0) return undefined;
    parts.push(part);
  }
  const line = `[${parts.join(', ')}]`;
  return Buffer.byteLength(line) <= room ? line : undefined;
}

import type { Document } from '@signet/provider';
import { providerErrors } from '@signet/provider';
import type { JsonNode, JsonObject } from '@signet/provider/json';
import { goQuoted, jsonDocument } from '@signet/provider/json';

const encoder = new TextEncoder();

/** What one value takes in memory, about, its text apart. */
const valueBytes = 100;

/** Members of an object by name. */
export type Members = ReadonlyMap<string, JsonNode>;

/** The members of an object; of equal names the last counts, as in Go. */
export function membersOf(object: JsonObject): Members {
  return new Map(object.members.map(({ name, value }) => [name.toWellFormed(), value]));
}

/** How `property` is read: a member or a gjson path, as `vault` stores do it, or a member only, as `openBao` stores do. */
export type PropertyReading = 'member or path' | 'member';

/**
 * The data of one secret. As a whole it is JSON with sorted keys; a property is first the name of a member, as it is, then a gjson path
 * (external-secrets v2.9).
 *
 * @param key as the user wrote it, for errors
 */
export function kvDocument(members: Members, key: string, properties: PropertyReading): Document {
  let made: Document | undefined;
  const whole = (): Document => (made ??= jsonDocument(encoder.encode(objectText(members)), { key, objects: 'go' }));
  const onlyMembers = (property: string | undefined): void => {
    if (properties === 'member' && property && !members.has(property)) {
      throw providerErrors.PROPERTY_MISSING({ key, property });
    }
  };
  return {
    get size() {
      return valueBytes * valuesIn(members.values());
    },
    value(property) {
      onlyMembers(property);
      const member = property ? members.get(property) : undefined;
      return member ? encoder.encode(textOf(member)) : whole().value(property);
    },
    values(property) {
      onlyMembers(property);
      return whole().values(property);
    },
  };
}

/** Values and values in values. */
function valuesIn(nodes: Iterable<JsonNode>): number {
  let count = 0;
  for (const node of nodes) {
    count += 1;
    if (node.kind === 'array') count += valuesIn(node.items);
    if (node.kind === 'object') count += valuesIn(node.members.map(({ value }) => value));
  }
  return count;
}

/** Keys sorted by their bytes, no spaces, `<>&` escaped, numbers with all their digits: as Go's clients write what Vault sends. */
function canonical(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return objectText(membersOf(node));
    case 'array':
      return `[${node.items.map(canonical).join(',')}]`;
    case 'string':
      return goQuoted(node.text);
    case 'number':
    case 'null':
    case 'true':
    case 'false':
      return node.raw;
  }
}

function objectText(members: Members): string {
  const sorted = [...members].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${sorted.map(([name, value]) => `${goQuoted(name)}:${canonical(value)}`).join(',')}}`;
}

/** A member by itself: strings as they are, null empty. */
function textOf(node: JsonNode): string {
  if (node.kind === 'string') return node.text;
  return node.kind === 'null' ? '' : canonical(node);
}

import type { Document } from '@signet/provider';
import { providerErrors } from '@signet/provider';
import type { JsonMember, JsonNode, JsonObject } from '@signet/provider/json';
import { goQuoted, jsonDocument } from '@signet/provider/json';

const encoder = new TextEncoder();

/** How `property` is read: a member or a gjson path, as `vault` stores do it, or a member only, as `openBao` stores do. */
export type PropertyReading = 'member or path' | 'member';

/**
 * The data of one secret. As a whole it is JSON with sorted keys; a property is first the name of a member, as it is, then a gjson path
 * (external-secrets v2.9).
 *
 * @param key as the user wrote it, for errors
 */
export function kvDocument(data: JsonObject, key: string, properties: PropertyReading): Document {
  const members = new Map(data.members.map(({ name, value }): [string, JsonNode] => [name, value]));
  const whole = jsonDocument(encoder.encode(canonical(data)), { key, objects: 'go' });
  const onlyMembers = (property: string | undefined): void => {
    if (properties === 'member' && property && !members.has(property)) {
      throw providerErrors.PROPERTY_MISSING({ key, property });
    }
  };
  return {
    value(property) {
      onlyMembers(property);
      const member = property ? members.get(property) : undefined;
      return member ? encoder.encode(textOf(member)) : whole.value(property);
    },
    values(property) {
      onlyMembers(property);
      return whole.values(property);
    },
  };
}

/** Keys sorted by their bytes, no spaces, `<>&` escaped, numbers with all their digits: as Go's clients write what Vault sends. */
function canonical(node: JsonNode): string {
  switch (node.kind) {
    case 'object': {
      const members = [...new Map(node.members.map(({ name, value }: JsonMember) => [name.toWellFormed(), value]))];
      members.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      return `{${members.map(([name, value]) => `${goQuoted(name)}:${canonical(value)}`).join(',')}}`;
    }
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

/** A member by itself: strings as they are, null empty. */
function textOf(node: JsonNode): string {
  if (node.kind === 'string') return node.text;
  return node.kind === 'null' ? '' : canonical(node);
}

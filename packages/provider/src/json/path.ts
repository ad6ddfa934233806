import type { JsonNode } from './node.ts';

/** What a gjson path finds; undefined: nothing. */
export function getPath(node: JsonNode, path: string): JsonNode | undefined {
  let found: JsonNode | undefined = node;
  for (const part of parts(path)) {
    if (found?.kind === 'object') found = found.members.find(({ name }) => name === part)?.value;
    else if (found?.kind === 'array') found = /^\d+$/.test(part) ? found.items[Number(part)] : undefined;
    else return undefined;
  }
  return found;
}

function parts(path: string): readonly string[] {
  return path.split(/(?<!\\)\./).map((part) => part.replaceAll(/\\(.)/g, '$1'));
}

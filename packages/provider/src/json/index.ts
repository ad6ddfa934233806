export { jsonDocument } from './document.ts';
export type { JsonDocumentOptions } from './document.ts';
export type { JsonMember, JsonNode, JsonObject } from './node.ts';
export { parseJson } from './parse.ts';
export { getPath } from './path.ts';
export { floatText, gjsonText, goJson, goQuoted, goText, rawText } from './text.ts';

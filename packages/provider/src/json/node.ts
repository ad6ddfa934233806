/** A JSON value as it was written: numbers keep their digits, objects their order and their spaces. */
export type JsonNode =
  | { readonly kind: 'null' | 'true' | 'false' | 'number'; readonly raw: string }
  | { readonly kind: 'string'; readonly raw: string; readonly text: string }
  | { readonly kind: 'array'; readonly raw: string; readonly items: readonly JsonNode[] }
  | JsonObject;

/** An object: its members in order, equal names as often as they were written. */
export interface JsonObject {
  readonly kind: 'object';
  readonly raw: string;
  readonly members: readonly JsonMember[];
}

/** One member of an object. */
export interface JsonMember {
  readonly name: string;
  /** The name with its quotes, as it was written. */
  readonly rawName: string;
  readonly value: JsonNode;
}

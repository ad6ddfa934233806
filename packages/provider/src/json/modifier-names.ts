const names: ReadonlySet<string> = new Set([
  'pretty',
  'ugly',
  'reverse',
  'this',
  'flatten',
  'join',
  'valid',
  'keys',
  'values',
  'tostr',
  'fromstr',
  'group',
  'dig',
]);

/** Whether `@name` is a modifier (gjson 1.18); anything else is the name of a member. */
export function isModifier(name: string): boolean {
  return names.has(name);
}

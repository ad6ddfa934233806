/**
 * Decides how `console.log` and Node's `inspect` show the objects of a class. Classes that hold a key or a value use it, so
 * that neither ends up in a log. Browsers ignore it.
 *
 * @example class Key { static { showAs(Key, ({ id }) => `Key(${id})`); } }
 */
export function showAs<T extends object>(type: { readonly prototype: T }, text: (object: T) => string): void {
  const value = function shown(this: T): string {
    return text(this);
  };
  Object.defineProperty(type.prototype, Symbol.for('nodejs.util.inspect.custom'), { value });
}

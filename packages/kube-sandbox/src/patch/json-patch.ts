import { goType } from './go-text.ts';
import { clone, equal, isObject, own, put } from '../schema/json.ts';
import { badRequest, Rejection, tooLarge } from '../schema/rejection.ts';

/** Most operations one JSON patch may have (a limit of the API server). */
const maxOperations = 10_000;

/** Most bytes `copy` operations of one patch may add, as JSON text (the request size limit of the API server). */
const maxCopiedBytes = 3 * 1024 * 1024;

interface Operation {
  readonly op: unknown;
  readonly path: string[];
  readonly from: string[] | undefined;
  readonly value: unknown;
}

/**
 * Applies an RFC 6902 patch to a copy of `document`. Three leniencies are the API server's, not the RFC's: `replace` creates a
 * missing member, `test` of a missing member against null holds, and negative list indices count from the end.
 *
 * @throws Rejection 400 when the patch is no list of operations, 413 above 10,000 operations, 422 when an operation cannot be
 *   carried out; the 422 says no more than the API server does, its `cause` says which operation it was
 */
export function applyJsonPatch<T>(document: T, patch: unknown): T {
  if (!Array.isArray(patch)) throw undecodable(patch, '[]handlers.jsonPatchOp');
  const stray = patch.find((operation) => !isObject(operation));
  if (stray !== undefined) throw undecodable(stray, 'handlers.jsonPatchOp');
  if (patch.length > maxOperations) {
    throw tooLarge(`The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`);
  }
  const state = { root: clone(document) as unknown, copiedBytes: 0 };
  patch.forEach((operation: Record<string, unknown>, index) => {
    try {
      carryOut(state, read(operation));
    } catch (error) {
      throw refused(index, error);
    }
  });
  return state.root as T;
}

function undecodable(value: unknown, type: string): Rejection {
  return badRequest(`error decoding patch: json: cannot unmarshal ${goType(value)} into Go value of type ${type}`);
}

function refused(index: number, error: unknown): Rejection {
  const rejection = new Rejection({
    status: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
  });
  rejection.cause = new Error(`operation ${index}: ${(error as Error).message}`);
  return rejection;
}

function read(operation: Readonly<Record<string, unknown>>): Operation {
  const { op, path, from } = operation;
  return {
    op,
    path: pointer(path, 'path'),
    from: from === undefined ? undefined : pointer(from, 'from'),
    value: operation['value'] ?? null,
  };
}

function pointer(text: unknown, name: string): string[] {
  if (typeof text !== 'string') throw new Error(`${name} is missing or no string`);
  if (text === '') return [];
  if (!text.startsWith('/')) throw new Error(`${name} does not start with "/"`);
  const parts = text.slice(1).split('/');
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function carryOut(state: { root: unknown; copiedBytes: number }, { op, path, from, value }: Operation): void {
  const { root } = state;
  switch (op) {
    case 'add':
      return add(root, path, clone(value));
    case 'remove':
      return remove(root, path);
    case 'replace':
      if (path.length === 0) {
        if (!isObject(value) && !Array.isArray(value)) throw new Error('a document must be an object or a list');
        state.root = clone(value);
        return;
      }
      return replace(root, path, clone(value));
    case 'move': {
      const source = required(from);
      if (path.length > source.length && source.every((part, index) => part === path[index])) {
        throw new Error('a value cannot move into itself');
      }
      const moved = read1(root, source);
      remove(root, source);
      return add(root, path, moved);
    }
    case 'copy': {
      const copied = clone(read1(root, required(from)) ?? null);
      state.copiedBytes += JSON.stringify(copied).length;
      if (state.copiedBytes > maxCopiedBytes) throw new Error(`copies exceed ${maxCopiedBytes} bytes`);
      return add(root, path, copied);
    }
    case 'test': {
      const found = path.length === 0 ? root : read1(root, path);
      if (!equal(found ?? null, value)) throw new Error(`testing value /${path.join('/')} failed`);
      return;
    }
    default:
      throw new Error(`unknown operation ${JSON.stringify(op)}`);
  }
}

function required(from: string[] | undefined): string[] {
  if (from === undefined) throw new Error('from is missing');
  return from;
}

/** The object or list that holds the last part of the path, and that part. */
function holder(root: unknown, path: readonly string[]): { container: unknown; key: string } {
  const key = path.at(-1);
  if (key === undefined) throw new Error('the whole document cannot be the target');
  const container = path.slice(0, -1).reduce((node: unknown, part) => {
    const next = Array.isArray(node)
      ? (node as unknown[])[index(part, node.length - 1)]
      : isObject(node)
        ? own(node, part)
        : undefined;
    if (next === undefined || next === null) throw new Error(`missing path at "${part}"`);
    return next;
  }, root);
  if (!Array.isArray(container) && !isObject(container)) throw new Error(`nothing can be inside the value above "${key}"`);
  return { container, key };
}

/** A list position from 0 to `last`; negative ones count from one behind `last`. */
function index(text: string, last: number): number {
  if (!/^-?\d+$/.test(text)) throw new Error(`"${text}" is no list index`);
  const at = Number(text) < 0 ? Number(text) + last + 1 : Number(text);
  if (at < 0 || at > last) throw new Error(`index ${text} is outside of the list`);
  return at;
}

function read1(root: unknown, path: readonly string[]): unknown {
  const { container, key } = holder(root, path);
  if (Array.isArray(container)) return container[index(key, container.length - 1)];
  return own(container as Record<string, unknown>, key);
}

function add(root: unknown, path: readonly string[], value: unknown): void {
  const { container, key } = holder(root, path);
  if (!Array.isArray(container)) put(container as Record<string, unknown>, key, value);
  else if (key === '-') container.push(value);
  else container.splice(index(key, container.length), 0, value);
}

function replace(root: unknown, path: readonly string[], value: unknown): void {
  const { container, key } = holder(root, path);
  if (Array.isArray(container)) container[index(key, container.length - 1)] = value;
  else put(container as Record<string, unknown>, key, value);
}

function remove(root: unknown, path: readonly string[]): void {
  const { container, key } = holder(root, path);
  if (Array.isArray(container)) container.splice(index(key, container.length - 1), 1);
  else if (!Object.hasOwn(container as object, key)) throw new Error(`nothing to remove at "${key}"`);
  else delete (container as Record<string, unknown>)[key];
}

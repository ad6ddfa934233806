import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';

/** path.Clean: the shortest equivalent path, by lexical means only. */
function cleanPath(path: string): string {
  const isRooted = path.startsWith('/');
  const kept: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') kept.push(name);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!isRooted) kept.push(name);
  }
  const clean = kept.join('/');
  return isRooted ? `/${clean}` : clean === '' ? '.' : clean;
}

/** path.Base: the last element, `.` for an empty path, `/` for one of slashes only. */
function basePath(path: string): string {
  if (path === '') return '.';
  let end = path.length;
  while (path[end - 1] === '/') end--;
  return end === 0 ? '/' : path.slice(path.lastIndexOf('/', end - 1) + 1, end);
}

/** path.Ext: from the last point of the last element. */
function extension(path: string): string {
  const point = path.lastIndexOf('.');
  return point > path.lastIndexOf('/') ? path.slice(point) : '';
}

const base = fn('func(string) string', (_run, path) => basePath(path));
const clean = fn('func(string) string', (run, path) => {
  run.budget.make(path.length);
  run.budget.step(path.length >> 3);
  return cleanPath(path);
});
const dir = fn('func(string) string', (run, path) => {
  run.budget.make(path.length);
  run.budget.step(path.length >> 3);
  return cleanPath(path.slice(0, path.lastIndexOf('/') + 1));
});
const ext = fn('func(string) string', (_run, path) => extension(path));
const isAbs = fn('func(string) bool', (_run, path) => path.startsWith('/'));

/** Sprig's functions of paths. The `os` ones are those of Linux, where they agree with the others. */
export const pathFunctions: FunctionTable = {
  base,
  clean,
  dir,
  ext,
  isAbs,
  osBase: base,
  osClean: clean,
  osDir: dir,
  osExt: ext,
  osIsAbs: isAbs,
};

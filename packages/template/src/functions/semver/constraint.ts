import { GoError, goError } from '../../go/error.ts';
import type { Run } from '../../run.ts';
import { compileRegex } from '../regex/regex.ts';
import { comparePrereleases, compareVersions, parseVersion } from './version.ts';
import type { Version } from './version.ts';

/** One comparison of a constraint: an operator and a version, of which parts may be left open (`1.x`, `1`). */
interface Comparison {
  readonly operator: string;
  readonly version: Version;
  /** The minor number is open, and the patch with it. */
  readonly openMinor: boolean;
  /** Only the patch is open. */
  readonly openPatch: boolean;
  /** Something is open, be it the major number. */
  readonly isOpen: boolean;
}

/** Alternatives, of which each is a list of comparisons that must all hold. */
export type Constraint = readonly (readonly Comparison[])[];

const space = '[\\t\\n\\f\\r ]';
const number = '[\\dxX*|]+';
const identifiers = '[\\dA-Za-z-]+(?:\\.[\\dA-Za-z-]+)*';
const partial = `v?(${number})(?:\\.(${number}))?(?:\\.(${number}))?(-${identifiers})?(?:\\+${identifiers})?`;
const step = new RegExp(`${space}*(=>|=<|=|!=|>=|<=|>|<|~>|~|\\^|)${space}*(${partial})`, 'y');
const gap = new RegExp(`(${space}*)(,?)`, 'y');
const bare = partial.replaceAll('(?:', '(').replaceAll('(', '(?:');
const range = `[\\t\\n\\f\\r ]*(${bare})[\\t\\n\\f\\r ]+-[\\t\\n\\f\\r ]+(${bare})[\\t\\n\\f\\r ]*`;

/**
 * Reads a constraint as Masterminds/semver v3 does: `>= 1.2, < 2 || ~1.4 || ^2.0 || 1.x || 1.2 - 1.4`.
 *
 * @throws GoError `improper constraint: ...`, the text hidden
 */
export function parseConstraint(run: Run, text: string): Constraint {
  run.budget.step(2 * text.length);
  return rewriteRanges(run, text).split('||').map(comparisons);
}

/** `a - b` becomes `>= a, <= b`; the library looks for the text of each range from the start. */
function rewriteRanges(run: Run, text: string): string {
  if (!/[\t\n\f\r ]-[\t\n\f\r ]/.test(text)) return text;
  const found = compileRegex(run, range).matches(run, text, -1);
  let made = text;
  for (const [from = 0, to = 0, low = 0, lowEnd = 0, high = 0, highEnd = 0] of found) {
    const old = text.slice(from, to);
    run.budget.make(made.length);
    const at = made.indexOf(old);
    made = `${made.slice(0, at)}>= ${text.slice(low, lowEnd)}, <= ${text.slice(high, highEnd)} ${made.slice(at + old.length)}`;
  }
  return made;
}

function comparisons(text: string): Comparison[] {
  const found: RegExpExecArray[] = [];
  for (let at = 0; ;) {
    step.lastIndex = at;
    const match = step.exec(text);
    if (!match) throw goError`improper constraint: ${text}`;
    found.push(match);
    gap.lastIndex = step.lastIndex;
    const [between = '', spaces = '', comma = ''] = gap.exec(text) ?? [];
    at = step.lastIndex + between.length;
    if (at === text.length && comma === '') return found.map(comparison);
    if (spaces === '' && comma === '') throw goError`improper constraint: ${text}`;
  }
}

function comparison([, operator = '', written = '', major = '', minor, patch, prerelease = '']: RegExpExecArray): Comparison {
  const isX = (part: string | undefined): boolean => part === undefined || /^[xX*]$/.test(part);
  const openMajor = isX(major);
  const openMinor = !openMajor && isX(minor);
  const openPatch = !openMajor && !openMinor && isX(patch);
  const isOpen = openMajor || openMinor || openPatch;
  const text = openMajor
    ? `0.0.0${prerelease}`
    : openMinor
      ? `${major}.0.0${prerelease}`
      : openPatch
        ? `${major}.${minor}.0${prerelease}`
        : written;
  try {
    return { operator, version: parseVersion(text), openMinor, openPatch, isOpen };
  } catch (error) {
    if (error instanceof GoError) throw goError`constraint parser error`;
    throw error;
  }
}

/** True when a version meets a constraint. A prerelease only meets alternatives that name one. */
export function satisfies(version: Version, constraint: Constraint): boolean {
  return constraint.some((all) => {
    const isAsked = version.prerelease === '' || all.some((each) => each.version.prerelease !== '');
    return isAsked && all.every((each) => holds(version, each));
  });
}

function holds(version: Version, each: Comparison): boolean {
  const { operator, version: wanted, isOpen } = each;
  const order = compareVersions(version, wanted);
  switch (operator) {
    case '!=':
      return isOpen ? differs(version, each, order) : order !== 0;
    case '>':
      return isOpen ? exceeds(version, each, order) : order > 0;
    case '<':
      return order < 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<=':
    case '=<':
      return isOpen ? !surpasses(version, each) : order <= 0;
    case '~':
    case '~>':
      return tilde(version, each, order);
    case '^':
      return order >= 0 && caret(version, each);
    default:
      return isOpen ? tilde(version, each, order) : order === 0;
  }
}

function differs(version: Version, { version: wanted, openMinor, openPatch }: Comparison, order: number): boolean {
  if (version.major !== wanted.major) return true;
  if (openMinor) return false;
  if (version.minor !== wanted.minor) return true;
  if (!openPatch) return version.patch !== wanted.patch || order !== 0;
  return (version.prerelease !== '' || wanted.prerelease !== '') && comparePrereleases(version.prerelease, wanted.prerelease) !== 0;
}

function exceeds(version: Version, { version: wanted, openMinor, openPatch }: Comparison, order: number): boolean {
  if (version.major !== wanted.major) return version.major > wanted.major;
  if (openMinor) return false;
  return openPatch ? version.minor > wanted.minor : order > 0;
}

function surpasses(version: Version, { version: wanted, openMinor }: Comparison): boolean {
  if (version.major !== wanted.major) return version.major > wanted.major;
  return version.minor > wanted.minor && !openMinor;
}

function tilde(version: Version, { version: wanted, openMinor, openPatch }: Comparison, order: number): boolean {
  if (order < 0) return false;
  const isZero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (isZero && !openMinor && !openPatch) return true;
  return version.major === wanted.major && (version.minor === wanted.minor || openMinor);
}

function caret(version: Version, { version: wanted, openMinor, openPatch }: Comparison): boolean {
  if (wanted.major > 0n || openMinor) return version.major === wanted.major;
  if (version.major > 0n) return false;
  if (wanted.minor > 0n || openPatch) return version.minor === wanted.minor;
  return version.minor === 0n && version.patch === wanted.patch;
}

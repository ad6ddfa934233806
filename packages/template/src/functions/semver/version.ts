import { goError, shown } from '../../go/error.ts';

/** A semantic version; numbers are within 64 bits, unsigned. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
  /** As it was written. */
  readonly original: string;
}

const shape = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?(?:\+([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?$/;
const uint64 = 1n << 64n;

/**
 * Reads a version as Masterminds/semver v3 does: a leading `v` and missing minor and patch numbers are fine.
 *
 * @throws GoError with its wording
 */
export function parseVersion(text: string): Version {
  const found = shape.exec(text);
  if (!found) throw goError`invalid semantic version`;
  const [, major = '', minor = '0', patch = '0', prerelease = '', metadata = ''] = found;
  const version = { major: segment(major), minor: segment(minor), patch: segment(patch), prerelease, metadata, original: text };
  if (prerelease !== '') checkPrerelease(prerelease);
  return version;
}

function segment(digits: string): bigint {
  const significant = digits.replace(/^0+(?=\d)/, '');
  const value = significant.length > 20 ? uint64 : BigInt(significant);
  if (value >= uint64) throw goError`error parsing version segment: strconv.ParseUint: parsing ${digits}: value out of range`;
  return value;
}

/** @throws GoError for a numeric identifier with a leading zero, or for a char that no identifier may hold */
export function checkPrerelease(text: string): void {
  for (const part of text.split('.')) {
    if (/^\d+$/.test(part)) {
      if (part.length > 1 && part.startsWith('0')) throw goError`version segment starts with 0`;
    } else checkIdentifier(part, 'prerelease');
  }
}

/** @throws GoError for a char that no identifier may hold */
export function checkMetadata(text: string): void {
  for (const part of text.split('.')) checkIdentifier(part, 'metadata');
}

function checkIdentifier(part: string, what: string): void {
  if (!/^[\dA-Za-z-]+$/.test(part)) throw goError`invalid ${shown(what)} string`;
}

/** A version as `1.2.3-beta.1+build`, without a leading v. */
export function versionText({ major, minor, patch, prerelease, metadata }: Version): string {
  return `${major}.${minor}.${patch}${prerelease === '' ? '' : `-${prerelease}`}${metadata === '' ? '' : `+${metadata}`}`;
}

/** A version changed: what it was written as follows, with the `v` if it had one. */
export function changed(version: Version, change: Partial<Version>): Version {
  const made = { ...version, ...change };
  return { ...made, original: (version.original.startsWith('v') ? 'v' : '') + versionText(made) };
}

/** -1, 0 or 1; metadata does not count, a prerelease is lower than its release. */
export function compareVersions(left: Version, right: Version): number {
  for (const part of ['major', 'minor', 'patch'] as const) {
    if (left[part] !== right[part]) return left[part] < right[part] ? -1 : 1;
  }
  if (left.prerelease === right.prerelease) return 0;
  if (left.prerelease === '') return 1;
  return right.prerelease === '' ? -1 : comparePrereleases(left.prerelease, right.prerelease);
}

/** Identifier by identifier: numbers by size and below words, words by bytes, fewer below more. */
export function comparePrereleases(left: string, right: string): number {
  const lefts = left.split('.');
  const rights = right.split('.');
  for (let i = 0; i < Math.max(lefts.length, rights.length); i++) {
    const order = compareIdentifiers(lefts[i] ?? '', rights[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifiers(left: string, right: string): number {
  if (left === right) return 0;
  if (left === '') return -1;
  if (right === '') return 1;
  const leftNumber = numberOf(left);
  const rightNumber = numberOf(right);
  if (leftNumber !== undefined && rightNumber !== undefined) return leftNumber > rightNumber ? 1 : -1;
  if (rightNumber !== undefined) return 1;
  if (leftNumber !== undefined) return -1;
  return left > right ? 1 : -1;
}

/** The number that an identifier is; digits beyond 64 bits are a word, as the library has it. */
function numberOf(text: string): bigint | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const significant = text.replace(/^0+(?=\d)/, '');
  const value = significant.length > 20 ? uint64 : BigInt(significant);
  return value < uint64 ? value : undefined;
}

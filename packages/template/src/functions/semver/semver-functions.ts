import { defineType, typeOfText } from '../../go/type.ts';
import type { GoType } from '../../go/type.ts';
import { Bytes, Struct } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import { fn } from '../function.ts';
import type { FunctionTable, GoFunction } from '../function.ts';
import { parseConstraint, satisfies } from './constraint.ts';
import { changed, checkMetadata, checkPrerelease, compareVersions, parseVersion, versionText } from './version.ts';
import type { Version } from './version.ts';

type Semver = Struct<Version>;

const bytesType = typeOfText('[]uint8');
const inner = (version: Struct): Version => (version as Semver).inner;
const valueOf = (version: Version): Semver => new Struct(versionType, version);
const plus = (part: bigint): bigint => BigInt.asUintN(64, part + 1n);
const release = { prerelease: '', metadata: '' };
const compared =
  (holds: (order: number) => boolean) =>
  (v: Semver): GoFunction =>
    fn('func(*semver.Version) bool', (_run, other) => holds(compareVersions(v.inner, inner(other))));

const valueMethods: NonNullable<GoType['methods']> = {
  IncMajor: (v: Semver) =>
    fn('func() semver.Version', () => valueOf(changed(v.inner, { ...release, major: plus(v.inner.major), minor: 0n, patch: 0n }))),
  IncMinor: (v: Semver) =>
    fn('func() semver.Version', () => valueOf(changed(v.inner, { ...release, minor: plus(v.inner.minor), patch: 0n }))),
  // a prerelease becomes its release
  IncPatch: (v: Semver) =>
    fn('func() semver.Version', () =>
      valueOf(changed(v.inner, v.inner.prerelease === '' ? { ...release, patch: plus(v.inner.patch) } : release)),
    ),
  Major: (v: Semver) => fn('func() uint64', () => v.inner.major),
  MarshalJSON: (v: Semver) => fn('func() ([]uint8, error)', () => new Bytes(bytesType, `"${versionText(v.inner)}"`)),
  MarshalText: (v: Semver) => fn('func() ([]uint8, error)', () => new Bytes(bytesType, versionText(v.inner))),
  Metadata: (v: Semver) => fn('func() string', () => v.inner.metadata),
  Minor: (v: Semver) => fn('func() uint64', () => v.inner.minor),
  Patch: (v: Semver) => fn('func() uint64', () => v.inner.patch),
  Prerelease: (v: Semver) => fn('func() string', () => v.inner.prerelease),
  SetMetadata: (v: Semver) =>
    fn('func(string) (semver.Version, error)', (_run, metadata) => {
      if (metadata !== '') checkMetadata(metadata);
      return valueOf(changed(v.inner, { metadata }));
    }),
  SetPrerelease: (v: Semver) =>
    fn('func(string) (semver.Version, error)', (_run, prerelease) => {
      if (prerelease !== '') checkPrerelease(prerelease);
      return valueOf(changed(v.inner, { prerelease }));
    }),
  String: (v: Semver) => fn('func() string', () => versionText(v.inner)),
  Value: (v: Semver) => fn('func() (interface {}, error)', () => versionText(v.inner)),
};

const unexported = ['major', 'minor', 'patch', 'pre', 'metadata', 'original'];

/** What IncMajor and its siblings return: a version that has no methods of the pointer. */
const versionType: GoType = defineType({ text: 'semver.Version', kind: 'struct', fields: {}, unexported, methods: valueMethods });

/** What `semver` returns. The methods that would change it (UnmarshalJSON, Scan ...) are not there. */
const versionPointer: GoType = defineType({
  text: '*semver.Version',
  kind: 'ptr',
  elem: versionType,
  unexported,
  methods: {
    ...valueMethods,
    Compare: (v: Semver) => fn('func(*semver.Version) int', (_run, other) => BigInt(compareVersions(v.inner, inner(other)))),
    Equal: compared((order) => order === 0),
    GreaterThan: compared((order) => order > 0),
    GreaterThanEqual: compared((order) => order >= 0),
    LessThan: compared((order) => order < 0),
    LessThanEqual: compared((order) => order <= 0),
    Original: (v: Semver) => fn('func() string', () => v.inner.original),
  },
});

/** Reads a version, which counts for a long one. */
function paidVersion(run: Run, text: string): Version {
  run.budget.step(text.length >> 2);
  return parseVersion(text);
}

/** Sprig's functions of semantic versions, as of Masterminds/semver 3.4, which both controllers have. */
export const semverFunctions: FunctionTable = {
  semver: fn('func(string) (*semver.Version, error)', (run, text) => new Struct(versionPointer, paidVersion(run, text))),
  semverCompare: fn('func(string, string) (bool, error)', (run, constraint, version) => {
    const parsed = parseConstraint(run, constraint);
    return satisfies(paidVersion(run, version), parsed);
  }),
};

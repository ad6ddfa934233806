import { externalSecretMarks, externalSecretProblems, readExternalSecret } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import { readSchedule } from '@signet/controller/external-secret';
import { namePattern } from '@signet/provider';
import { shownPart } from '../../check/schema.ts';
import type { Finding } from '../../check/finding.ts';
import { checkErrors } from '../../check/errors.ts';
import type { ManifestObject } from '../../template/manifest-object.ts';
import { child, describe, plainOf } from '../../document/tree.ts';
import type { Tree } from '../../document/tree.ts';
import { externalCheckErrors } from './errors.ts';
import { fieldText, findingAt, treeAt } from './placing.ts';
import type { Path } from './placing.ts';
import { suggest } from './suggest.ts';

/** What the API server and the controller say of an ExternalSecret by itself, its templates aside. */
export function checkExternalSecret(object: ManifestObject): Finding[] {
  const plain = plainOf(object.tree);
  const es = readExternalSecret(plain);
  const twice = keysTwice(object, es);
  return [
    ...admission(object, plain, twice.length > 0),
    ...twice,
    ...expressions(object, es),
    ...windows(object, es),
    ...habits(object, es),
  ];
}

/** What the API server refuses. Keys that are there twice are told at the second one, and not again for the whole spec. */
function admission(object: ManifestObject, plain: unknown, toldKeys: boolean): Finding[] {
  return externalSecretProblems(plain)
    .filter(({ path, message }) => !(toldKeys && path.length === 1 && message.includes('secretKey')))
    .map(({ path, message }) => problemAt(object, path, message));
}

/** A field that the schema does not take, in words for people: with what was meant, and with what YAML made of it. */
export function problemAt(object: ManifestObject, path: Path, message: string): Finding {
  const { tree, isMissing } = treeAt(object.tree, path);
  const problem = isMissing ? message : problemText(message, tree);
  return findingAt('error', checkErrors.SCHEMA({ field: fieldText(path), problem }), object, path);
}

const patterns: ReadonlyMap<string, string> = new Map([
  ['^[-._a-zA-Z0-9]+$', 'may hold only letters, digits, dash, underscore and dot'],
  [
    '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    'is not a valid Kubernetes name: lower case letters, digits, dashes and dots',
  ],
]);

function problemText(message: string, tree: Tree): string {
  const pattern = patterns.get(message.replace(/^has to match /, ''));
  if (pattern !== undefined) return pattern;
  const [, choice] = /^has to be one of (.*)$/.exec(message) ?? [];
  if (tree.kind === 'scalar' && tree.value === null) return message;
  if (choice !== undefined) {
    const meant = tree.kind === 'scalar' ? suggest(String(tree.value), choice.split(', ')) : undefined;
    return meant === undefined ? message : `${message}; did you mean ${meant}?`;
  }
  if (!/^has to be (?:text|an object|a list|true or false|a whole number)$/.test(message)) return message;
  return message === 'has to be text' && tree.kind === 'scalar'
    ? `${message}; without quotes YAML reads ${describe(tree)} here`
    : `${message}, and this is ${describe(tree)}`;
}

function keysTwice(object: ManifestObject, es: ExternalSecret): Finding[] {
  const first = new Map<string, number>();
  return es.spec.data.flatMap(({ secretKey }, at) => {
    const before = first.get(secretKey);
    if (secretKey === '' || before === undefined) {
      first.set(secretKey, at);
      return [];
    }
    const severity = es.spec.target.deletionPolicy === 'Retain' ? 'error' : 'warning';
    const error = externalCheckErrors.KEY_TWICE({ key: shownPart(secretKey), first: `spec.data[${before}]` });
    return [findingAt(severity, error, object, ['spec', 'data', at, 'secretKey'])];
  });
}

function expressions(object: ManifestObject, es: ExternalSecret): Finding[] {
  return es.spec.dataFrom.flatMap(({ find, rewrite }, at) => {
    const item: Path = ['spec', 'dataFrom', at];
    return [
      ...(find?.name ? regexp(object, find.name.regexp, [...item, 'find', 'name', 'regexp']) : []),
      ...rewrite.flatMap((step, index) =>
        step.regexp ? regexp(object, step.regexp.source, [...item, 'rewrite', index, 'regexp', 'source']) : [],
      ),
    ];
  });
}

function regexp(object: ManifestObject, source: string, path: Path): Finding[] {
  try {
    namePattern(source);
    return [];
  } catch {
    return [findingAt('error', externalCheckErrors.REGEXP({ field: fieldText(path) }), object, path)];
  }
}

function windows(object: ManifestObject, es: ExternalSecret): Finding[] {
  return (es.spec.syncWindows?.windows ?? []).flatMap(({ schedule }, at) => {
    if (schedule === '' || readSchedule(schedule)) return [];
    const path: Path = ['spec', 'syncWindows', 'windows', at, 'schedule'];
    return [findingAt('error', externalCheckErrors.SCHEDULE({ field: fieldText(path) }), object, path)];
  });
}

/** What is allowed, and often regretted. */
function habits(object: ManifestObject, es: ExternalSecret): Finding[] {
  const { refreshPolicy, refreshIntervalMs, target } = es.spec;
  const spec = child(object.tree, 'spec');
  const findings: Finding[] = [];
  if (refreshPolicy === 'Periodic' && refreshIntervalMs <= 0 && child(spec, 'refreshInterval'))
    findings.push(findingAt('warning', externalCheckErrors.REFRESH_NEVER({}), object, ['spec', 'refreshInterval']));
  if (target.deletionPolicy === 'Delete') {
    const secret = shownPart(target.name);
    findings.push(findingAt('warning', externalCheckErrors.DELETION({ secret }), object, ['spec', 'target', 'deletionPolicy']));
  }
  return [...findings, ...optionals(object, es)];
}

/** Names in the annotation for items that may be missing, of which there is no item. */
function optionals(object: ManifestObject, es: ExternalSecret): Finding[] {
  const text = es.metadata.annotations?.[externalSecretMarks.optional];
  if (text === undefined) return [];
  const names = new Set([...es.spec.data.map(({ secretKey }) => secretKey), ...es.spec.dataFrom.map((_, at) => `dataFrom[${at}]`)]);
  const unknown = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !names.has(name));
  const path: Path = ['metadata', 'annotations', externalSecretMarks.optional];
  return unknown.map((name) => findingAt('warning', externalCheckErrors.OPTIONAL_UNKNOWN({ name: shownPart(name) }), object, path));
}

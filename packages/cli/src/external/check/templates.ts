import { readExternalSecret } from '@signet/api';
import type { SignetError } from '@signet/errors';
import { compile, externalSecretsFunctions } from '@signet/template';
import { checkErrors } from '../../check/errors.ts';
import { finding } from '../../check/finding.ts';
import type { Finding } from '../../check/finding.ts';
import { columnAt, offsetOfLine, placeAt } from '../../document/source.ts';
import { plainOf } from '../../document/tree.ts';
import { refusalsOf } from '../../errors.ts';
import { checkExternalSecret } from '../../template/external-secret.ts';
import type { TargetText } from '../../template/external-templates.ts';
import type { ManifestObject } from '../../template/manifest-object.ts';
import { externalCheckErrors } from './errors.ts';
import { literalTraps } from './literal-traps.ts';
import { fieldText, findingAt, placeAtOffset } from './placing.ts';
import type { Path } from './placing.ts';
import { suggest } from './suggest.ts';

/**
 * The templates of an ExternalSecret: those that do not parse, those that read what no item gives, and values that YAML changes.
 *
 * @param configMaps of the same files, which `templateFrom` may name
 */
export function checkTemplates(object: ManifestObject, configMaps: readonly ManifestObject[]): Finding[] {
  const here = configMaps.filter(({ namespace }) => namespace === '' || object.namespace === '' || namespace === object.namespace);
  return [...targetTemplates(object, here), ...transforms(object)];
}

function targetTemplates(object: ManifestObject, sources: readonly ManifestObject[]): Finding[] {
  const given = keysGiven(object);
  const check = (known: readonly ManifestObject[]): Finding[] =>
    checkExternalSecret(object, { delimiters: undefined, sources: known }).flatMap(({ template, error }) =>
      error ? [syntax(template, error)] : [...variables(object, template, given), ...traps(template)],
    );
  try {
    return check(sources);
  } catch (error) {
    const problems = refusalsOf(error).flatMap(sourceProblem);
    // Without the objects beside it the templates of its own are still there to be looked at.
    return problems.length > 0 ? [...problems, ...check([])] : [];
  }
}

/** What the schema has told already is left out. */
function sourceProblem(error: SignetError): Finding[] {
  if (error.code !== 'SIGNET_CLI_TEMPLATE_SOURCE' && error.code !== 'SIGNET_CLI_TEMPLATE_SOURCE_KEY') return [];
  return [finding('error', externalCheckErrors.TEMPLATE_SOURCE({ problem: error.message }), error.at ?? {})];
}

function syntax({ owner, at, field }: TargetText, error: SignetError): Finding {
  const place = placeAtOffset(owner, at, field);
  const told = error.at?.line === undefined || error.at.line === place.line ? place : error.at;
  return finding('error', checkErrors.TEMPLATE_SYNTAX({ problem: error.message }), told);
}

/** Undefined: with `dataFrom`, nobody knows here which keys will come. */
function keysGiven(object: ManifestObject): ReadonlySet<string> | undefined {
  const { spec } = readExternalSecret(plainOf(object.tree));
  return spec.dataFrom.length > 0 ? undefined : new Set(spec.data.map(({ secretKey }) => secretKey));
}

/** Inside these a dot may be something other than the values. */
const movesDot = /\{\{-?\s*(?:range|with|define|template|block)\b/;

function variables(object: ManifestObject, template: TargetText, given: ReadonlySet<string> | undefined): Finding[] {
  const { text, owner, at, field } = template;
  if (!given || movesDot.test(text)) return [];
  const { reads } = compile(text, { functions: externalSecretsFunctions, missingKey: 'error', name: template.key });
  const shown = owner === object ? field : `${field} of ${owner.kind} ${JSON.stringify(owner.name)}`;
  return [...(reads ?? [])]
    .filter((name) => !given.has(name))
    .map((variable) => {
      const error = externalCheckErrors.TEMPLATE_VARIABLE({ field: shown, variable, hint: suggest(variable, given) });
      return finding('warning', error, lineIn(template, `.${variable}`) ?? placeAtOffset(owner, at, field));
    });
}

/** The line of a block literal where a text stands first; undefined where lines of text and file do not match. */
function lineIn({ text, owner, at, field }: TargetText, part: string): Finding['at'] | undefined {
  const offset = text.indexOf(part);
  return offset === -1 ? undefined : lineOfBlock({ owner, at, field }, text.slice(0, offset).split('\n').length);
}

/** A line, counted from 1, of a text that is written as a block literal (`|`). */
function lineOfBlock({ owner, at, field }: Pick<TargetText, 'owner' | 'at' | 'field'>, line: number): Finding['at'] | undefined {
  const { source } = owner;
  if (source.text[at] !== '|') return undefined;
  const offset = offsetOfLine(source, (placeAt(source, at).line ?? 1) + line);
  const indent = /^ */.exec(source.text.slice(offset, offset + 200))?.[0].length ?? 0;
  return { ...owner.place(offset, field), column: columnAt(source, offset + indent) };
}

function traps(template: TargetText): Finding[] {
  if (template.scope !== 'KeysAndValues') return [];
  return literalTraps(template.text).map(({ key, becomes, line }) => {
    const place = lineOfBlock(template, line) ?? placeAtOffset(template.owner, template.at, template.field);
    return finding('warning', externalCheckErrors.LITERAL_YAML({ key, becomes }), place);
  });
}

/** Templates that give keys other names. */
function transforms(object: ManifestObject): Finding[] {
  const { spec } = readExternalSecret(plainOf(object.tree));
  return spec.dataFrom.flatMap(({ rewrite }, at) =>
    rewrite.flatMap(({ transform }, index) => {
      if (!transform) return [];
      const path: Path = ['spec', 'dataFrom', at, 'rewrite', index, 'transform', 'template'];
      try {
        compile(transform.template, { functions: externalSecretsFunctions, name: fieldText(path.slice(3)) });
        return [];
      } catch (error) {
        return refusalsOf(error).map(({ message }) =>
          findingAt('error', checkErrors.TEMPLATE_SYNTAX({ problem: message }), object, path),
        );
      }
    }),
  );
}

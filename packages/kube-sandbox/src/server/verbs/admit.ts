import type { KindDefinition } from '../../kinds/definition.ts';
import type { KubeObject } from '../../kinds/object.ts';
import { applyDefaults, checkLists, fieldError, prune, unknownFieldMessage, validate } from '../../schema/index.ts';
import type { FieldValidation } from '../options.ts';
import { checkTypes, zeroNulls } from './decode-typed.ts';
import { omitEmpty } from './omit-empty.ts';
import { badRequest, invalid } from '../status-error.ts';

/** How strictly an object is read. */
export interface AdmitOptions {
  readonly validation: FieldValidation;
  /** Warnings for the client are added here. */
  readonly warnings: string[];
  /** The object is what a patch made. */
  readonly patched?: boolean | undefined;
}

/**
 * Brings an object into the shape of its schema: unknown fields go (or are refused, or warned of), defaults come, and custom
 * objects are validated.
 *
 * @returns a changed copy
 * @throws a 400 Status for unknown fields under Strict, a 422 Status for invalid custom objects
 */
export function admitSchema(object: KubeObject, kind: KindDefinition, options: AdmitOptions): KubeObject {
  const { patched = false } = options;
  checkTypes(object, kind, patched);
  const known = admitUnknown(kind.custom ? object : zeroNulls(object), kind, options);
  const shaped = omitEmpty(applyDefaults(kind.schema, known), kind);
  // Built-in kinds are validated by their own rules; their schemas only say how to merge.
  if (!kind.custom) return shaped;
  const problems = [...validate(kind.schema, shaped), ...checkLists(kind.schema, shaped)];
  if (problems.length > 0) throw invalid(kind, object.metadata.name ?? '', problems);
  return shaped;
}

/** The object without the fields its schema does not know. @throws a 400 Status under Strict, a 422 Status for a patch */
function admitUnknown(object: KubeObject, kind: KindDefinition, options: AdmitOptions): KubeObject {
  const { validation, warnings, patched } = options;
  const pruned = prune(kind.schema, object);
  if (pruned.unknown.length === 0) return object;
  const messages = pruned.unknown.map((path) => unknownFieldMessage(path));
  if (validation === 'Strict' && patched) {
    throw invalid({ group: '', kind: '' }, '', [fieldError.invalid('patch', '<object>', strictDetails(messages))]);
  }
  if (validation === 'Strict') throw badRequest(strictMessage(kind, messages));
  if (validation === 'Warn') warnings.push(...messages);
  return pruned.value;
}

/** The 400 Status of strict decoding. */
export function strictMessage(kind: KindDefinition, messages: readonly string[]): string {
  return `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${strictDetails(messages)}`;
}

function strictDetails(messages: readonly string[]): string {
  return `strict decoding error: ${messages.join(', ')}`;
}

import type { FieldProblem } from './admission.ts';
import { problemsOf } from './admission.ts';
import { externalSecretSchema } from './external-secret-schema.ts';
import { secretStoreSchema } from './secret-store-schema.ts';

/**
 * All that keeps an ExternalSecret from being admitted by a cluster that has our CustomResourceDefinition: the same verdict, without a cluster. Also for
 * objects that were stored before it knew the rules. Never throws.
 *
 * @example externalSecretProblems(manifest)[0]?.field   // spec.data[2].secretKey
 */
export function externalSecretProblems(object: unknown): readonly FieldProblem[] {
  return problemsOf(externalSecretSchema, object);
}

/** The same for a SecretStore or ClusterSecretStore. What its provider has to say is not part of it. */
export function secretStoreProblems(object: unknown): readonly FieldProblem[] {
  return problemsOf(secretStoreSchema, object);
}

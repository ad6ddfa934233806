import type { JsonSchema } from '../definition.ts';
import { anything, atomicList, flag, integer, keyedList, mapOf, setOf, struct, text, time } from './shapes.ts';

const ownerReference: JsonSchema = {
  ...struct(
    {
      apiVersion: text('API version of the owner.'),
      blockOwnerDeletion: flag('A foreground deletion of the owner waits for this object.'),
      controller: flag('The owner is the managing controller; at most one is.'),
      kind: text('Kind of the owner.'),
      name: text('Name of the owner.'),
      uid: text('UID of the owner.'),
    },
    'An object this one depends on.',
    ['apiVersion', 'kind', 'name', 'uid'],
  ),
  'x-kubernetes-map-type': 'atomic',
};

/** Schema of `metadata`. */
export const objectMetaSchema: JsonSchema = struct(
  {
    annotations: mapOf({ type: 'string' }, 'Free-form data of tools and people.'),
    creationTimestamp: { ...time('When the object was created; set by the server.'), nullable: true },
    deletionGracePeriodSeconds: integer('Seconds a deletion may take; set by the server.', 'int64'),
    deletionTimestamp: time('When the object will be gone; set by the server.'),
    finalizers: setOf({ type: 'string' }, 'Who must agree before the object goes.'),
    generateName: text('Prefix of a name the server completes.'),
    generation: integer('Counts changes of the desired state; set by the server.', 'int64'),
    labels: mapOf({ type: 'string' }, 'Names and values that selectors match.'),
    managedFields: atomicList(
      struct(
        {
          apiVersion: text('Version the fields are written in.'),
          fieldsType: text('Notation of the fields.'),
          fieldsV1: anything('The set of fields.'),
          manager: text('Who owns the fields.'),
          operation: text('Apply or Update.'),
          subresource: text('Subresource the fields were set through.'),
          time: time('Time of the last change.'),
        },
        'Fields one manager owns.',
      ),
      'Who manages which fields; set by the server.',
    ),
    name: text('Name, unique in its namespace.'),
    namespace: text('Namespace the object lives in.'),
    ownerReferences: keyedList(ownerReference, ['uid'], 'Objects this one depends on: it is collected when all are gone.'),
    resourceVersion: text('Opaque version of the stored object.'),
    selfLink: text('Not used any more.'),
    uid: text('Unique identity; set by the server.'),
  },
  'Standard object metadata.',
);

/** A schema with `apiVersion`, `kind` and `metadata` filled in. */
export function wholeObject(schema: JsonSchema): JsonSchema {
  const metadata: JsonSchema = { ...objectMetaSchema, ...pickRules(schema.properties?.['metadata']) };
  return {
    ...schema,
    type: 'object',
    properties: {
      ...schema.properties,
      apiVersion: text('Version of the schema of this object.'),
      kind: text('Kind of this object.'),
      metadata,
    },
  };
}

/** A CRD may restrict `metadata.name` and `metadata.generateName`, nothing else. */
function pickRules(metadata: JsonSchema | undefined): Partial<JsonSchema> {
  const properties = metadata?.properties;
  if (!properties) return {};
  const known = objectMetaSchema.properties ?? {};
  const merged: Record<string, JsonSchema> = { ...known };
  for (const name of ['name', 'generateName']) {
    if (properties[name]) merged[name] = { ...known[name], ...properties[name] };
  }
  return { properties: merged };
}

import { z } from 'zod';
import { ruled } from './admission.ts';
import { dataKey, objectName, textMap } from './fields-schema.ts';
import { fieldsOf, itemsOf, textOf } from './raw-fields.ts';
import { words } from './words.ts';

const templateSource = z.looseObject({
  name: objectName.meta({ description: 'Name of the object, in the namespace of the ExternalSecret.' }),
  items: z
    .array(
      z.looseObject({
        key: dataKey.meta({ description: 'Key that holds a template.' }),
        templateAs: z.enum(words.templateAs).default('Values').meta({
          description:
            'Values: the text becomes the value of that key. KeysAndValues: the text is rendered and read as a YAML map.',
        }),
      }),
    )
    .meta({ description: 'Which keys of the object are templates.' }),
});

const templateFrom = z.looseObject({
  configMap: templateSource.optional().meta({ description: 'Templates of a ConfigMap.' }),
  secret: templateSource.optional().meta({ description: 'Templates of a Secret.' }),
  literal: z.string().optional().meta({ description: 'A template that gives a YAML map.' }),
  target: z.string().max(512).default('Data').meta({
    description: 'Where the results go: Data, Annotations or Labels; a path when the target is another kind than a Secret.',
  }),
  valuesDecodingStrategy: z
    .enum(words.decoding)
    .optional()
    .meta({ description: 'How rendered values are decoded: for binary values out of templates.' }),
});

const metadata = z.looseObject({
  labels: textMap.optional().meta({ description: 'Labels; their values are templates.' }),
  annotations: textMap.optional().meta({ description: 'Annotations; their values are templates.' }),
  finalizers: z.array(z.string()).optional().meta({ description: 'Finalizers to be added; they are never removed.' }),
});

const serviceAccountToken = 'kubernetes.io/service-account-token';
const serviceAccountName = 'kubernetes.io/service-account.name';

const template = ruled(
  z.looseObject({
    type: z.string().optional().meta({ description: 'Type of the Secret.' }),
    engineVersion: z.enum(['v2']).default('v2').meta({ description: 'Version of the template language.' }),
    mergePolicy: z
      .enum(words.templateMergePolicy)
      .default('Replace')
      .meta({ description: 'Whether fetched keys are dropped (Replace) or kept (Merge) when templates give data.' }),
    metadata: metadata.optional().meta({ description: 'Metadata of the Secret.' }),
    data: textMap.optional().meta({ description: 'Templates by key, rendered over the fetched values.' }),
    templateFrom: z.array(templateFrom).max(1000).optional().meta({ description: 'Templates that are kept elsewhere.' }),
  }),
  {
    cel: "!has(self.type) || self.type != 'bootstrap.kubernetes.io/token'",
    message: 'type bootstrap.kubernetes.io/token is not allowed: such a Secret lets nodes join the cluster',
    keeps: ({ type }) => type !== 'bootstrap.kubernetes.io/token',
  },
  {
    cel: `!has(self.type) || self.type != '${serviceAccountToken}' || !has(self.metadata) || !has(self.metadata.annotations) || !('${serviceAccountName}' in self.metadata.annotations)`,
    message: `type ${serviceAccountToken} is not allowed with the annotation ${serviceAccountName}: it would ask for a token of that account`,
    keeps: ({ type, metadata }) => type !== serviceAccountToken || !Object.hasOwn(metadata?.annotations ?? {}, serviceAccountName),
  },
  {
    cel: `!has(self.type) || self.type != '${serviceAccountToken}' || !has(self.templateFrom) || self.templateFrom.all(t, t.target.lowerAscii() != 'annotations')`,
    message: `type ${serviceAccountToken} is not allowed with templateFrom that gives annotations: they could ask for a token of any account`,
    keeps: ({ type, templateFrom }) =>
      type !== serviceAccountToken || (templateFrom ?? []).every(({ target }) => lowerAscii(target) !== 'annotations'),
  },
);

const manifest = z.looseObject({
  apiVersion: z.string().min(1).meta({ description: 'Group and version of the object.' }),
  kind: z.string().min(1).meta({ description: 'Kind of the object.' }),
});

const disowning: ReadonlySet<string> = new Set(['Merge', 'None', 'CreateOrMerge']);

/** `spec.target`. */
export const targetSchema: z.ZodType = ruled(
  z.looseObject({
    name: objectName.optional().meta({ description: 'Name of the Secret; that of the ExternalSecret unless given.' }),
    creationPolicy: z
      .enum(words.creationPolicy)
      .default('Owner')
      .meta({ description: 'How the Secret comes to be, and whose it is.' }),
    deletionPolicy: z
      .enum(words.deletionPolicy)
      .default('Retain')
      .meta({ description: 'What becomes of the Secret when everything is gone at the provider.' }),
    immutable: z.boolean().optional().meta({ description: 'Whether the Secret is made immutable.' }),
    manifest: manifest
      .optional()
      .meta({ description: 'Another kind to write instead of a Secret; the controller has to allow it.' }),
    template: template.optional().meta({ description: 'What surrounds the values in the Secret.' }),
  }),
  {
    cel: `self.deletionPolicy != 'Delete' || !(self.creationPolicy in ['Merge', 'None', 'CreateOrMerge'])`,
    message: 'deletionPolicy Delete needs creationPolicy Owner: a Secret that is not ours is not deleted',
    keeps: ({ deletionPolicy, creationPolicy }) => deletionPolicy !== 'Delete' || !disowning.has(creationPolicy),
  },
  {
    cel: `self.deletionPolicy != 'Merge' || self.creationPolicy != 'None'`,
    message: 'deletionPolicy Merge does not go with creationPolicy None: there is no Secret to merge with',
    keeps: ({ deletionPolicy, creationPolicy }) => deletionPolicy !== 'Merge' || creationPolicy !== 'None',
  },
  {
    cel: `has(self.manifest) || !has(self.template) || !has(self.template.templateFrom) || self.template.templateFrom.all(t, t.target.lowerAscii() in ['data', 'annotations', 'labels'])`,
    message: 'template.templateFrom of a Secret gives Data, Annotations or Labels, no other target',
    keeps: ({ manifest, template }) =>
      manifest !== undefined || itemsOf(fieldsOf(template)?.['templateFrom']).every(isSecretTarget),
  },
);

function isSecretTarget(entry: unknown): boolean {
  return ['data', 'annotations', 'labels'].includes(lowerAscii(textOf(fieldsOf(entry)?.['target']) ?? 'Data'));
}

/** As CEL's function of that name: letters of other alphabets stay. */
function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

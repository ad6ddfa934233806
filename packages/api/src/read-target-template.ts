import type { TargetTemplate, TemplateFrom, TemplateSource } from './external-secret.ts';
import { fieldsOf, fullTextOf, itemsOf, optional, stringsOf, textOf, textsOf, wordOf } from './raw-fields.ts';
import { words } from './words.ts';

/** `spec.target.template` with its defaults; undefined when there is none. Entries of `templateFrom` keep their position. */
export function readTargetTemplate(value: unknown): TargetTemplate | undefined {
  const raw = fieldsOf(value);
  if (!raw) return undefined;
  const metadata = fieldsOf(raw['metadata']) ?? {};
  return {
    ...optional('type', fullTextOf(raw['type'])),
    engineVersion: fullTextOf(raw['engineVersion']) ?? 'v2',
    mergePolicy: wordOf(raw['mergePolicy'], words.templateMergePolicy, 'Replace'),
    metadata: {
      labels: stringsOf(metadata['labels']) ?? {},
      annotations: stringsOf(metadata['annotations']) ?? {},
      finalizers: textsOf(metadata['finalizers']) ?? [],
    },
    data: stringsOf(raw['data']) ?? {},
    templateFrom: itemsOf(raw['templateFrom']).map(readTemplateFrom),
  };
}

function readTemplateFrom(value: unknown): TemplateFrom {
  const raw = fieldsOf(value) ?? {};
  return {
    ...optional('configMap', readTemplateSource(raw['configMap'])),
    ...optional('secret', readTemplateSource(raw['secret'])),
    ...optional('literal', textOf(raw['literal'])),
    target: fullTextOf(raw['target']) ?? 'Data',
    valuesDecodingStrategy: wordOf(raw['valuesDecodingStrategy'], words.decoding, 'None'),
  };
}

function readTemplateSource(value: unknown): TemplateSource | undefined {
  const raw = fieldsOf(value);
  return (
    raw && {
      name: textOf(raw['name']) ?? '',
      items: itemsOf(raw['items']).map((entry) => {
        const item = fieldsOf(entry) ?? {};
        return { key: textOf(item['key']) ?? '', templateAs: wordOf(item['templateAs'], words.templateAs, 'Values') };
      }),
    }
  );
}

import type { ManifestObject } from '../template/manifest-object.ts';
import { isLiteral, refuseOthers, unconvertible } from './kes-object.ts';
import type { Report } from './kes-object.ts';
import type { Plain } from './plain-json.ts';

/** What `template` and `type` become below `spec.target`. */
export interface ConvertedTarget {
  readonly immutable?: true | undefined;
  readonly template?: Plain | undefined;
}

/** Converts `template`, which was merged into the Secret, and `type`, which came before it. Texts stay what they are: they are escaped. */
export function convertTemplate(spec: ManifestObject, report: Report): ConvertedTarget {
  const template = spec.part('template');
  const type = template?.scalarText('type') ?? spec.scalarText('type');
  if (!template) return type ? { template: { type } } : {};
  refuseOthers(template, ['type', 'metadata', 'data', 'stringData', 'immutable', 'apiVersion', 'kind'], report);
  const kind = template.scalarText('kind') ?? 'Secret';
  if (kind !== 'Secret') report(unconvertible(template, 'kind', 'only Secrets are made'));
  const metadata = template.part('metadata');
  if (metadata) refuseOthers(metadata, ['labels', 'annotations'], report);
  const texts = (part: ManifestObject | undefined, key: string, decode = (text: string): string => text): Plain | undefined => {
    const found = part?.texts(key) ?? [];
    if (!part || found.length === 0 || !isLiteral(part, found, report)) return undefined;
    return Object.fromEntries(found.map((one) => [one.key, escaped(decode(one.text))]));
  };
  const labels = texts(metadata, 'labels');
  const annotations = texts(metadata, 'annotations');
  const data = {
    ...(texts(template, 'data', (text) => decoded(template, text)) as object | undefined),
    ...(texts(template, 'stringData') as object | undefined),
  };
  const fields = {
    type,
    metadata: labels || annotations ? { labels, annotations } : undefined,
    // The fetched values are there too, and these win.
    ...(Object.keys(data).length > 0 ? { data, mergePolicy: 'Merge', engineVersion: 'v2' } : {}),
  };
  const isEmpty = Object.values(fields).every((field) => field === undefined);
  return { ...(template.boolean('immutable') ? { immutable: true } : {}), ...(isEmpty ? {} : { template: fields }) };
}

/** A text that renders to itself. */
function escaped(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}

function decoded(template: ManifestObject, base64: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    throw unconvertible(template, 'data', 'it holds bytes that are not text');
  }
}

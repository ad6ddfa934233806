import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { kubeErrors } from '../errors.ts';

/** A mapping of a kubeconfig with the file it stands in, so that an error names its place. */
export interface Entry {
  readonly file: string;
  /** Where in the file: `users[admin]`. */
  readonly at: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A kubeconfig, merged from any number of files. */
export interface Kubeconfig {
  readonly files: readonly string[];
  readonly currentContext: string | undefined;
  readonly clusters: ReadonlyMap<string, Entry>;
  readonly users: ReadonlyMap<string, Entry>;
  readonly contexts: ReadonlyMap<string, Entry>;
}

function mapping(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function parse(text: string, file: string): Record<string, unknown> {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const broken = document.errors[0];
  if (broken) {
    // Line and kind of the mistake only: the parser's message quotes the text.
    const line = text.slice(0, broken.pos[0]).split('\n').length;
    throw kubeErrors.KUBECONFIG_MALFORMED({ file, at: `line ${line}`, problem: broken.code.toLowerCase().replaceAll('_', ' ') });
  }
  const content: unknown = document.toJS();
  if (content === null) return {};
  const fields = mapping(content);
  if (!fields) throw kubeErrors.KUBECONFIG_MALFORMED({ file, at: 'line 1', problem: 'not a mapping' });
  return fields;
}

function collect(into: Map<string, Entry>, file: string, list: unknown, plural: string, singular: string): void {
  if (list === undefined || list === null) return;
  if (!Array.isArray(list)) throw kubeErrors.KUBECONFIG_MALFORMED({ file, at: plural, problem: 'not a list' });
  for (const [index, item] of list.entries()) {
    const name = mapping(item)?.['name'];
    if (typeof name !== 'string')
      throw kubeErrors.KUBECONFIG_MALFORMED({ file, at: `${plural}[${index}].name`, problem: 'no text' });
    // The first file that names an entry keeps it (merge rules of kubectl).
    if (!into.has(name)) into.set(name, { file, at: `${plural}[${name}]`, fields: mapping(mapping(item)?.[singular]) ?? {} });
  }
}

/**
 * Reads and merges kubeconfig files; the first to set something wins (kubectl's merge rules).
 *
 * @param files in order of precedence
 * @param required missing files are errors; otherwise they are passed over
 * @throws SIGNET_KUBE_KUBECONFIG_MALFORMED with file and place, SIGNET_KUBE_FILE_UNREADABLE
 */
export async function readKubeconfig(files: readonly string[], { required }: { readonly required: boolean }): Promise<Kubeconfig> {
  const read: { readonly file: string; readonly text: string }[] = [];
  for (const file of files) {
    try {
      read.push({ file, text: await readFile(file, 'utf8') });
    } catch (error) {
      const problem = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      if (problem === 'ENOENT' && !required) continue;
      throw kubeErrors.FILE_UNREADABLE({ file, what: 'kubeconfig', problem });
    }
  }
  return mergeKubeconfigs(read);
}

/** Merges the texts of kubeconfigs; the first to set something wins. @throws SIGNET_KUBE_KUBECONFIG_MALFORMED with file and place */
export function mergeKubeconfigs(sources: readonly { readonly file: string; readonly text: string }[]): Kubeconfig {
  const clusters = new Map<string, Entry>();
  const users = new Map<string, Entry>();
  const contexts = new Map<string, Entry>();
  let currentContext: string | undefined;
  for (const { file, text } of sources) {
    const fields = parse(text, file);
    collect(clusters, file, fields['clusters'], 'clusters', 'cluster');
    collect(users, file, fields['users'], 'users', 'user');
    collect(contexts, file, fields['contexts'], 'contexts', 'context');
    const current = fields['current-context'];
    if (!currentContext && typeof current === 'string' && current !== '') currentContext = current;
  }
  return { files: sources.map(({ file }) => file), currentContext, clusters, users, contexts };
}

/** A text field of an entry; absent, null and empty are the same. */
export function textOf(entry: Entry | undefined, key: string): string | undefined {
  const value = entry?.fields[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw kubeErrors.KUBECONFIG_MALFORMED({ file: entry?.file ?? '', at: `${entry?.at}.${key}`, problem: 'no text' });
}

/** A path field: relative to the folder of the file it stands in. */
export function pathOf(entry: Entry | undefined, key: string): string | undefined {
  const value = textOf(entry, key);
  return value === undefined || !entry ? value : path.resolve(path.dirname(entry.file), value);
}

/** A `-data` field: base64 of PEM. */
export function pemOf(entry: Entry | undefined, key: string): string | undefined {
  const value = textOf(entry, key);
  if (value === undefined) return undefined;
  const pem = Buffer.from(value, 'base64').toString('utf8');
  if (pem.includes('-----BEGIN ')) return pem;
  throw kubeErrors.KUBECONFIG_MALFORMED({ file: entry?.file ?? '', at: `${entry?.at}.${key}`, problem: 'no base64 of PEM' });
}

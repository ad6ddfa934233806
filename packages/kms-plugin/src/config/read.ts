import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { kmsErrors } from '../errors.ts';
import type { Config } from './config.ts';
import { configSchema } from './config.ts';

const maxBytes = 1 << 20;

/**
 * Reads a configuration. @param text YAML or JSON
 *
 * @throws CONFIG for the first problem; messages name fields, never what is in them
 */
export function readConfig(file: string, text: string): Config {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 0, uniqueKeys: true });
  } catch {
    throw kmsErrors.CONFIG({ file, field: 'the file', because: 'it is not YAML' });
  }
  const read = configSchema.safeParse(document);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].map(String).join('.');
  const because = unknown === undefined ? (issue?.message ?? 'it cannot be read') : 'there is no such setting';
  throw kmsErrors.CONFIG({ file, field: path || 'the file', because });
}

/** Reads a configuration file. @throws CONFIG */
export async function readConfigFile(file: string): Promise<{ readonly config: Config; readonly text: string }> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const because = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be read';
    throw kmsErrors.CONFIG({ file, field: 'the file', because }, { cause: error });
  }
  if (text.length > maxBytes) throw kmsErrors.CONFIG({ file, field: 'the file', because: 'it is too large' });
  return { config: readConfig(file, text), text };
}

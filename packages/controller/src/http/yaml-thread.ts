import { parentPort, workerData } from 'node:worker_threads';
import { parseAllDocuments } from 'yaml';

/** What the thread is given. */
export interface YamlTask {
  readonly yaml: string;
  /** Of JSON that may come of it: aliases multiply. */
  readonly maxChars: number;
}

/** What comes back. `problem` quotes nothing. */
export type YamlAnswer = { readonly json: string } | { readonly problem: string };

/** Where this file is, bundled or not: it is also the program of the thread. */
export const threadUrl: URL = new URL(import.meta.url);

/** The given value is a task only on a thread that was started for it. */
function isTask(value: unknown): value is YamlTask {
  return typeof value === 'object' && value !== null && 'yaml' in value && typeof value.yaml === 'string' && 'maxChars' in value;
}

function answer({ yaml, maxChars }: YamlTask): YamlAnswer {
  const documents = parseAllDocuments(yaml, { version: '1.1', uniqueKeys: false, logLevel: 'error', prettyErrors: false });
  const [document, ...more] = documents;
  if (!document || document.contents === null) return { problem: 'it is empty' };
  if (more.length > 0) return { problem: 'it has more than one document' };
  if (document.errors.length > 0) return { problem: 'it is neither JSON nor YAML' };
  try {
    const json = JSON.stringify(document.toJS({ maxAliasCount: 100 }));
    return json.length > maxChars ? { problem: 'it is too large as JSON' } : { json };
  } catch {
    return { problem: 'it repeats itself too often by aliases' };
  }
}

if (isTask(workerData)) parentPort?.postMessage(answer(workerData)); // oxlint-disable-line unicorn/require-post-message-target-origin -- a port between threads, no window

import { Worker } from 'node:worker_threads';
import type { YamlAnswer, YamlTask } from './yaml-thread.ts';

const longestMs = 5000;
const maxChars = 6 * 1024 * 1024;
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32 } as const;
const tooCostly: YamlAnswer = { problem: 'it takes too much to read it as YAML; send it as JSON' };

let before: Promise<unknown> = Promise.resolve();

/**
 * One YAML document as JSON text.
 *
 * Reading YAML can take a thousand times the time and the memory of reading JSON, and anybody may send it: 3 MB of closing braces
 * take half a minute and 4 GB. So it happens on a thread of its own, one text at a time, within five seconds and 160 MB; the
 * controller's own work goes on meanwhile.
 */
export async function yamlToJson(yaml: string): Promise<YamlAnswer> {
  const turn = before.then(async () => onThread({ yaml, maxChars }));
  before = turn.catch(() => undefined);
  return turn;
}

async function onThread(task: YamlTask): Promise<YamlAnswer> {
  const { threadUrl } = await import('./yaml-thread.ts'); // kubeseal sends JSON
  const thread = new Worker(threadUrl, { workerData: task, env: {}, execArgv: [], resourceLimits });
  const timer = setTimeout(() => void thread.terminate(), longestMs);
  try {
    return await new Promise<YamlAnswer>((resolve) => {
      thread.once('message', resolve);
      thread.once('error', () => resolve(tooCostly)); // its memory is used up
      thread.once('exit', () => resolve(tooCostly));
    });
  } finally {
    clearTimeout(timer);
    await thread.terminate();
  }
}

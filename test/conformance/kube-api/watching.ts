import type { Dispatcher } from 'undici';
import { request } from 'undici';
import type { Json } from './normalize.ts';

/** One event as it came. */
export interface SeenEvent {
  readonly type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test script reads objects freely
  readonly object: any;
}

/** A watch that stands. */
export interface Watching {
  /** Resolves with all events so far once there are `count`, and records them. */
  events(count: number): Promise<readonly SeenEvent[]>;
  /** The same once `is` holds for the last event. */
  until(is: (event: SeenEvent) => boolean): Promise<readonly SeenEvent[]>;
  /** The same once the server has ended the watch. */
  end(): Promise<readonly SeenEvent[]>;
  close(): Promise<void>;
}

/** What {@link openWatch} needs. */
export interface WatchRequest {
  readonly url: string;
  readonly agent: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
  /** Called with what was seen, when one of the waits is over. */
  readonly record: (events: Json) => void;
}

const deadlineMs = 20_000;

/** Opens a watch; an answer other than 200 is an event of type `(status)`, so that it is compared like one. */
export async function openWatch({ url, agent, headers, record }: WatchRequest): Promise<Watching> {
  const abort = new AbortController();
  const response = await request(url, { dispatcher: agent, headers, signal: abort.signal });
  const seen: SeenEvent[] = [];
  const state = { ended: false };
  let wake = (): void => undefined;

  const read = async (): Promise<void> => {
    let rest = '';
    try {
      if (response.statusCode !== 200) {
        seen.push({ type: `(${response.statusCode})`, object: await response.body.json() });
        return;
      }
      for await (const chunk of response.body.setEncoding('utf8')) {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line !== '') seen.push(JSON.parse(line) as SeenEvent);
        wake();
      }
    } catch (error) {
      if (!abort.signal.aborted) seen.push({ type: '(broken)', object: { message: (error as Error).message } });
    } finally {
      state.ended = true;
      wake();
    }
  };
  const reading = read();

  const wait = async (what: string, over: () => boolean): Promise<readonly SeenEvent[]> => {
    const timer = setTimeout(() => abort.abort(), deadlineMs);
    while (!over() && !state.ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    clearTimeout(timer);
    if (!over()) throw new Error(`the watch of ${url} ended before ${what}; seen: ${JSON.stringify(seen)}`);
    record(seen as unknown as Json);
    return seen;
  };

  return {
    events: (count) => wait(`${count} events came`, () => seen.length >= count),
    until: (is) => wait('the expected event came', () => seen.some((event) => is(event))),
    end: () => wait('it was closed', () => state.ended && !abort.signal.aborted),
    async close() {
      abort.abort();
      await reading;
    },
  };
}

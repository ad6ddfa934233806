import type { Io } from './io.ts';

/** A line on the terminal that says how far a long run is. */
export interface Progress {
  /** One more is done. */
  step(): void;
  /** Takes the line away. */
  end(): void;
}

const everyMs = 100;

/** Progress on stderr, only at a terminal; elsewhere it says nothing. */
export function progress(io: Io, what: string, total: number): Progress {
  if (!io.stderrIsTty || total < 2) return { step: () => {}, end: () => {} };
  let done = 0;
  let shownAt = 0;
  return {
    step: () => {
      done += 1;
      const now = io.now().getTime();
      if (now - shownAt < everyMs && done < total) return;
      shownAt = now;
      io.say(`\r${what} ${done}/${total}\u001B[K`);
    },
    end: () => {
      if (shownAt > 0) io.say('\r\u001B[K');
    },
  };
}

import { isSignetError } from '@signet/errors';
import { hidden } from '../go/error.ts';
import { quote } from '../go/strconv.ts';
import { toGo, toText } from '../go/utf8.ts';
import type { Limits } from '../limits.ts';
import type { Surroundings } from '../run.ts';
import { Execution } from './execution.ts';
import type { MissingKey, Reflected } from './execution.ts';
import { functionsIn, readsIn } from './names.ts';
import type { Reads } from './names.ts';
import { parse } from './parser.ts';
import type { Source } from './parser.ts';
import { compileList } from './statement.ts';
import type { Perform } from './statement.ts';

/** What turns a source into a program. */
export interface ProgramOptions {
  readonly missingKey: MissingKey;
  readonly limits: Limits;
}

/** A template compiled: it can be carried out any number of times. */
export interface Program {
  /** Names of the functions that the text calls, also in definitions that nothing uses. */
  readonly calls: ReadonlySet<string>;
  readonly reads: Reads;
  readonly tokens: number;
  /** @returns the output, a Go string */
  execute(dot: Reflected, surroundings: Surroundings): string;
}

/** Reads and compiles a text. @throws templateErrors.PARSE, templateErrors.LIMIT */
export function compileProgram(source: Source, { missingKey, limits }: ProgramOptions): Program {
  const { definitions, tokens } = parse(source);
  const main = toGo(source.name);
  const bodies = new Map<string, { readonly body: Perform; readonly shown: string }>();
  const room = { functions: source.functions, missingKey, library: (name: string) => bodies.get(name) };
  for (const [name, list] of definitions) {
    bodies.set(name, { body: compileList(list, room), shown: name === main ? toText(quote(main)) : `"${hidden}"` });
  }
  const body = bodies.get(main)?.body;
  return {
    calls: functionsIn(definitions),
    reads: readsIn(definitions),
    tokens,
    execute(dot, surroundings) {
      const x = new Execution(source, limits, surroundings);
      x.push('$', dot);
      try {
        body?.(x, dot);
      } catch (error) {
        throw settled(x, error);
      }
      return x.output;
    },
  };
}

/** An error that says no more than it may: ours as they are, what is left of the machine by its kind alone. */
function settled(x: Execution, error: unknown): unknown {
  if (isSignetError(error)) return error;
  if (error instanceof RangeError && error.message.includes('call stack')) return x.limit('levels of depth', x.budget.limits.depth);
  return x.error(`internal error (${error instanceof Error ? error.name : typeof error})`);
}

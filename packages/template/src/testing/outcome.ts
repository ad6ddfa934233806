import { Buffer } from 'node:buffer';
import { compile } from '../template.ts';
import type { CompileOptions } from '../template.ts';

/** Data with a value that is not UTF-8. */
const data: ReadonlyMap<string, Uint8Array | string> = new Map([
  ['bad', new Uint8Array([0x61, 0xff, 0xc3, 0xa9, 0x85, 0x20, 0x42])],
]);

/**
 * What a template comes to, as text: its output, or `error: ` and what the function that failed said. `.bad` is `a\xffé\x85 B`.
 *
 * @example outcomeOf('{{ div 1 0 }}') // 'error: runtime error: integer divide by zero'
 */
export function outcomeOf(template: string, options: CompileOptions = {}): string {
  try {
    return Buffer.from(compile(template, options).render(data)).toString();
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^.*: error calling \w+: /s, 'error: ');
  }
}

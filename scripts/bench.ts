// npm run bench -- NAME [--option value]: prints a table for people and, as its last line, one JSON object.
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './run-step.ts';

/** What a file of test/bench exports as `bench`. */
export interface Bench {
  readonly name: string;
  /** The aim in words, with its unit: `parallel >= 1.7x of one`. */
  readonly target: string;
  run(options: Readonly<Record<string, string>>): Promise<{ table: string; figures: object; met: boolean }>;
}

const files = globSync('test/bench/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
const names = files.map((file) => basename(file, '.ts')).toSorted();

function optionsOf(args: readonly string[]): Record<string, string> {
  const options: Record<string, string> = {};
  for (let at = 0; at < args.length; at += 2) {
    const [name = '', value] = [args[at], args[at + 1]];
    if (!name.startsWith('--') || value === undefined) throw new Error(`expected --option value, got "${name}"`);
    options[name.slice(2)] = value;
  }
  return options;
}

const [name = '', ...rest] = process.argv.slice(2);
if (!names.includes(name)) {
  console.error(
    `error: ${name ? `no benchmark is called "${name}"` : 'which benchmark?'}\n  fix npm run bench -- ${names.join(' | ')}`,
  );
  process.exit(2);
}
const { bench } = (await import(pathToFileURL(join(root, 'test/bench', `${name}.ts`)).href)) as { bench: Bench };
const { table, figures, met } = await bench.run(optionsOf(rest));
console.log(`${table}\n`);
console.log(JSON.stringify({ bench: bench.name, target: bench.target, met, figures }));
process.exitCode = met ? 0 : 1;

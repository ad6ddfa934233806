#!/usr/bin/env node
// The way in. `--version` answers from here; everything else loads the program, compiled once and kept.
import { readFileSync } from 'node:fs';

const [first, second] = process.argv.slice(2);
if ((first === '--version' || first === '-V') && second === undefined) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`signet version: ${version}\n`);
} else {
  const { start } = await import('./start.js');
  await start('signet');
}

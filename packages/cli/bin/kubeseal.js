#!/usr/bin/env node
// The way in under kubeseal's name. `--version` answers from here.
import { readFileSync } from 'node:fs';

const [first, second] = process.argv.slice(2);
if (first === '--version' && second === undefined) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  process.stdout.write(`kubeseal version: ${version}\n`);
} else {
  const { start } = await import('./start.js');
  await start('kubeseal');
}

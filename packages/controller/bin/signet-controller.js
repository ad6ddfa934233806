#!/usr/bin/env node
import { readFileSync } from 'node:fs';

// Renews the sealing key, later; until then it must not open a debugger.
process.on('SIGUSR1', () => undefined);

const argv = process.argv.slice(2);
if (argv.length === 1 && argv[0] === '--version') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  console.log(`controller version: v${version}`);
} else {
  const { main } = await import('../src/main.ts');
  process.exitCode = await main({ argv, env: process.env, stdout: process.stdout, stderr: process.stderr });
}

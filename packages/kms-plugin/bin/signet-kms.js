#!/usr/bin/env node
import { readFileSync } from 'node:fs';

const argv = process.argv.slice(2);
if (argv.length === 1 && argv[0] === '--version') {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  console.log(`signet-kms version: ${version}`);
} else {
  const { main } = await import('../src/main.ts');
  process.exitCode = await main({ argv, env: process.env, stdout: process.stdout, stderr: process.stderr });
}

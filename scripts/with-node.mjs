// Runs a TypeScript script of this repository on the pinned Node, after making sure everything is installed.
// usage: node scripts/with-node.mjs SCRIPT [ARGUMENTS]
import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { pinnedNode, setup } from './setup.mjs';

setup();
const node = pinnedNode();
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` };
const child = spawn(node, process.argv.slice(2), { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`error: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));

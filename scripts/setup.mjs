// Makes the checkout ready to run: dependencies and the pinned Node, installed once, by whatever Node and npm are at hand.
// Plain JavaScript for Node 20, and nothing but Node's own modules: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The package manager this workspace is locked with; a native binary, so any Node can launch it. */
const pnpm = 'pnpm@12.21.0';
const stampFile = join(root, 'node_modules', '.signet-setup');

/** Everything an install depends on: change one of these files and the next command installs again. */
function fingerprint() {
  const hash = createHash('sha256').update(pnpm);
  const manifests = ['packages', 'packages/providers']
    .flatMap((folder) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => join(folder, name)) : []))
    .map((folder) => join(folder, 'package.json'));
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'test/package.json', ...manifests.sort()]) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(file).update(readFileSync(path));
  }
  return hash.digest('hex');
}

/** Installs when something changed since the last install; otherwise returns at once. */
export function setup() {
  const wanted = fingerprint();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  console.error('Installing dependencies (once) ...');
  const args = ['--yes', pnpm, 'install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'];
  const done = spawnSync('npx', args, {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: 'true' },
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    const reason = done.error ? done.error.message : `${done.stdout}${done.stderr}`;
    console.error(reason.trim());
    console.error('\nerror: dependencies could not be installed (see above)');
    console.error('  fix check the network and the npm registry setting, then run the command again');
    process.exit(1);
  }
  writeFileSync(stampFile, wanted);
}

/** The Node that runs everything: the pinned one where the platform has it, else the current one when new enough. */
export function pinnedNode() {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(pinned)) return realpathSync(pinned);
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  console.error(`error: Node 24 or newer is needed on ${process.platform}-${process.arch}; this is ${process.versions.node}`);
  console.error('  fix install Node 24 (no pinned build exists for this platform) and run the command again');
  process.exit(1);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  setup();
  console.error(`Ready. Programs: node_modules/.bin/{signet,kubeseal,signet-controller}`);
}

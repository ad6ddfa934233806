import { freePort } from '../control-plane/free-port.ts';
import { Supervised } from '../control-plane/supervised.ts';
import { until } from '../control-plane/until.ts';
import { pythonPrograms } from './python.ts';

/** moto, an emulator of AWS's services: Secrets Manager, Systems Manager, STS, IAM and more, at one address. */
export interface Moto extends AsyncDisposable {
  /** `http://127.0.0.1:port`, the endpoint of every service. */
  readonly url: string;
  /** The server's process, for signals. */
  readonly process: Supervised;
  /** Forgets everything that was stored, and no longer checks signatures. */
  reset(): Promise<void>;
  /** From now on calls have to be signed by a user or a session that it knows, and policies count. It refuses with 403 and XML, whatever the service. */
  checkSignatures(): Promise<void>;
  /** What a person needs when a test failed: the log. */
  diagnostics(): string;
  /** Kills the server. */
  stop(): Promise<void>;
}

/**
 * Starts moto on a free port, ready within a few seconds once the Python packages are installed. It cannot outlive this process.
 *
 * Tests must not rest on what it does otherwise than AWS: a missing secret is 404 instead of 400; refusals of signatures and policies
 * are 403 with XML; `BatchGetSecretValue` by name filter matches anywhere in a name and gives one page; batches, secrets and parameters
 * have no limit; after `UpdateSecretVersionStage` the old current value stays unless a stage is named, and a new value takes other stages
 * away; a version of a parameter is not named in `Selector`; any text passes as a web identity token; KMS checks less.
 *
 * @throws MissingPrerequisite when there is no Python; Error with the log when it does not start
 */
export async function startMoto(): Promise<Moto> {
  const { python } = await pythonPrograms();
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const process = new Supervised({
      name: 'moto',
      program: python,
      args: ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)],
    });
    try {
      return await ready(await process.started(), `http://127.0.0.1:${port}`);
    } catch (error) {
      const logs = process.logs(50);
      await process.stop({ graceMs: 0 });
      // Another process was faster to take the port.
      if (/address already in use/i.test(logs) && attempt < 5) continue;
      throw new Error(`moto did not start: ${(error as Error).message}\n${logs}`, { cause: error });
    }
  }
}

async function ready(process: Supervised, url: string): Promise<Moto> {
  await until('moto becomes ready', async () => {
    if (process.ending) return 'ended';
    const answer = await fetch(`${url}/moto-api/data.json`);
    await answer.arrayBuffer();
    return answer.ok && 'ready';
  });
  if (process.ending) throw new Error('the server ended at once');
  const stop = async (): Promise<void> => {
    await process.stop({ graceMs: 0 });
  };
  const tell = async (path: string, body = ''): Promise<void> => {
    const answer = await fetch(`${url}/moto-api/${path}`, { method: 'POST', body });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`moto refused ${path}: HTTP ${answer.status}`);
  };
  return {
    url,
    process,
    async reset() {
      await tell('reset-auth', 'inf');
      await tell('reset');
    },
    checkSignatures: () => tell('reset-auth', '0'),
    diagnostics: () => `--- moto (${JSON.stringify(process.ending ?? 'running')})\n${process.logs(100)}`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

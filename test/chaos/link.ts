import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** What a link does to what passes through it. */
type State = 'open' | 'cut' | 'frozen';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

/**
 * The network cable of one replica: a TCP relay to the API server that a test can cut, freeze, and mend. What was sent while
 * it was frozen arrives when it is mended, as late packets do.
 */
export class Link {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #state: State = 'open';

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Lays a link to a port of this machine. */
  static async to(port: number): Promise<Link> {
    const server = createServer({ pauseOnConnect: true });
    const link = new Link(server);
    server.on('connection', (near) => link.#relay(near, port));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return link;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resets every connection, and every new one. */
  cut(): void {
    this.#state = 'cut';
    for (const { near, far } of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Keeps connections open and moves no byte: the other end seems to be there. */
  freeze(): void {
    this.#state = 'frozen';
    for (const { near, far } of this.#pairs) {
      near.pause();
      far.pause();
    }
  }

  mend(): void {
    this.#state = 'open';
    for (const { near, far } of this.#pairs) {
      near.resume();
      far.resume();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #relay(near: Socket, port: number): void {
    if (this.#state === 'cut') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    const pair = { near, far };
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', end);
      from.on('close', end);
      from.on('end', () => to.end());
      if (this.#state === 'frozen') from.pause();
      else from.resume();
    }
  }
}

import { execFile } from 'node:child_process';

/** An address of this machine, outside 127.0.0.0/8, that nothing outside the machine can reach. */
export interface ExtraAddress {
  readonly address: string;
  /** Gives the address back. */
  release(): Promise<void>;
}

// The kernel takes the address away by itself after this time, should nobody be left to do it.
const lifetimeSeconds = 6 * 3600;

function ip(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('ip', args, { encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error) reject(new Error(stderr.trim() || error.message));
      else resolve(stdout);
    });
  });
}

/**
 * Adds an address 10.250.x.1/32 to the loopback interface.
 *
 * The API server's service proxy reaches Endpoints, and Endpoints may not be in the loopback range; an address of its own on `lo`
 * is allowed, is reachable on this machine only, and several test runs get different ones.
 *
 * @throws Error that says what is needed, where network addresses may not be changed
 */
export async function acquireExtraAddress(random: () => number = Math.random): Promise<ExtraAddress> {
  for (let attempt = 0; ; attempt++) {
    const address = `10.250.${1 + Math.floor(random() * 254)}.1`;
    const lifetime = ['valid_lft', String(lifetimeSeconds), 'preferred_lft', String(lifetimeSeconds)];
    try {
      await ip('addr', 'add', `${address}/32`, 'dev', 'lo', ...lifetime);
      return {
        address,
        release: async () => {
          await ip('addr', 'del', `${address}/32`, 'dev', 'lo');
        },
      };
    } catch (error) {
      const message = (error as Error).message;
      if (/File exists|already assigned/i.test(message) && attempt < 20) continue;
      throw new Error(
        `tests of the service proxy need an extra address on the loopback interface: ip addr add ${address}/32 dev lo said "${message}". ` +
          'Run them as root, or in a network namespace of their own: ' +
          `unshare -rn sh -c 'ip link set lo up; exec npm run test:cluster'. The program "ip" is in Debian's iproute2.`,
        { cause: error },
      );
    }
  }
}

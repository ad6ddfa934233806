import type { Clock, IssuedToken } from '@signet/provider';

/** A token that is asked for anew before it ends. */
export interface RenewingToken {
  /** The token to use now. `renew`: the last one was refused, a new one is wanted. Who asks at the same time shares one request. */
  current(options?: { readonly renew: boolean }): Promise<string>;
}

/** Part of a token's life after which a new one is asked for, as kubelet does for the tokens it mounts. */
const usableShare = 0.8;

/** Keeps the token that `ask` gives until four fifths of its life are over. What fails is asked again by the next caller. */
export function renewingToken(ask: () => Promise<IssuedToken>, clock: Clock): RenewingToken {
  let held: { readonly token: string; readonly renewAt: number } | undefined;
  let asking: Promise<string> | undefined;

  const issue = async (): Promise<string> => {
    const since = clock.now();
    const { token, expiresAt } = await ask();
    held = { token, renewAt: since + (expiresAt - since) * usableShare };
    return token;
  };

  return {
    async current({ renew } = { renew: false }) {
      if (renew && !asking) held = undefined;
      if (held && clock.now() < held.renewAt) return held.token;
      asking ??= issue().finally(() => {
        asking = undefined;
      });
      return asking;
    },
  };
}

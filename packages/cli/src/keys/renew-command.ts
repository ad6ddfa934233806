import { parseGoDuration } from '@signet/api/go-duration';
import { keySecret, nextKey } from '@signet/controller/sealing-keys';
import type { Client } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import { isSignetError } from '@signet/errors';
import { setTimeout as sleep } from 'node:timers/promises';
import { clusterCertificate } from '../certificate/cluster-certificate.ts';
import { withCluster } from '../certificate/cluster-connection.ts';
import type { Io } from '../console/io.ts';
import { cliErrors } from '../errors.ts';
import { newestKey, readKeys } from './cluster-keys.ts';
import { keysErrors } from './errors.ts';
import { whereOf } from './key-flags.ts';
import type { KeyFlags } from './key-flags.ts';

/** Options of `signet keys renew`. */
export interface RenewFlags extends KeyFlags {
  readonly bits?: string | undefined;
  readonly validFor?: string | undefined;
  readonly commonName?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly annotations?: readonly string[] | undefined;
  readonly timeout?: string | undefined;
  /** False: `--no-wait`. */
  readonly wait?: boolean | undefined;
}

const pollMs = 250;

/**
 * `signet keys renew`: makes the next sealing key as the controller does, and waits until the controller serves its certificate.
 * The controller is asked before the key is made, so that a wrong name is told before anything has changed.
 */
export async function renewCommand(flags: RenewFlags, io: Io): Promise<void> {
  const where = whereOf(flags);
  const wish = wishOf(flags);
  const names = { namespace: flags.controllerNamespace, name: flags.controllerName };
  const isWaiting = flags.wait !== false;
  await withCluster(flags, io.env, async (client) => {
    if (isWaiting) await reachable(client, names, io.signal);
    const newest = newestKey(await readKeys(client, where, io.signal));
    const pair = await nextKey({ ...wish, now: io.now().getTime(), newest: newest?.certificate?.notBefore });
    io.signal.throwIfAborted();
    const secret = keySecret(pair, { ...where, labels: wish.labels, annotations: wish.annotations });
    const stored = await client.create(secrets, secret, { fieldManager: 'signet', signal: io.signal });
    const name = stored.metadata.name ?? '';
    await io.out(`${name}  ${pair.id}\n`);
    if (!isWaiting) return;
    const serves = await untilServed(client, names, { fingerprint: pair.id, timeoutMs: wish.timeoutMs, signal: io.signal });
    if (!serves) throw keysErrors.NOT_SERVED({ name, seconds: wish.timeoutMs / 1000 });
    io.say('the controller serves its certificate: values are sealed with it from now on, and the older keys still open\n');
    io.say('a backup made before does not hold this key: signet keys backup; pinned fingerprints: signet cert pin --update\n');
  });
}

/** A controller that has no certificate yet answers 500: it may be waiting for its first key. */
async function reachable(
  client: Client,
  names: { namespace?: string | undefined; name?: string | undefined },
  signal: AbortSignal,
): Promise<void> {
  try {
    await clusterCertificate(client, names, signal);
  } catch (error) {
    if (!isSignetError(error) || error.code !== 'SIGNET_CLI_CERT_FETCH') throw error;
  }
}

async function untilServed(
  client: Client,
  names: { namespace?: string | undefined; name?: string | undefined },
  { fingerprint, timeoutMs, signal }: { readonly fingerprint: string; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    try {
      if ((await clusterCertificate(client, names, signal)).certificate.fingerprint === fingerprint) return true;
    } catch (error) {
      if (!isSignetError(error)) throw error; // of the controller or the way to it: the key is stored, the time is not over
    }
    if (performance.now() >= until) return false;
    await sleep(pollMs, undefined, { signal });
  }
}

interface Wish {
  readonly bits: number;
  readonly commonName: string;
  readonly validForMs: number;
  readonly timeoutMs: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

function wishOf(flags: RenewFlags): Wish {
  const bits = flags.bits ?? '4096';
  if (!/^\d{1,5}$/.test(bits)) throw cliErrors.USAGE({ problem: `--bits: a number of bits, not ${JSON.stringify(bits)}` });
  return {
    bits: Number(bits),
    commonName: flags.commonName ?? '',
    validForMs: durationOf('--valid-for', flags.validFor ?? '87600h'),
    timeoutMs: durationOf('--timeout', flags.timeout ?? '60s'),
    labels: pairsOf('--label', flags.labels),
    annotations: pairsOf('--annotation', flags.annotations),
  };
}

function durationOf(flag: string, text: string): number {
  const ms = parseGoDuration(text);
  if (ms === undefined || ms <= 0) throw keysErrors.DURATION({ flag, text });
  return ms;
}

function pairsOf(flag: string, texts: readonly string[] = []): Record<string, string> {
  const pairs = texts.map((text) => /^([^=]+)=(.*)$/s.exec(text) ?? undefined);
  if (pairs.includes(undefined)) throw cliErrors.USAGE({ problem: `${flag}: KEY=VALUE` });
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1] ?? '', pair[2] ?? '']] : []))) as Record<string, string>;
}

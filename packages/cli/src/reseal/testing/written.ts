import { seal } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import { main } from '../../main.ts';

/** What a run left behind. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}
/** Runs `signet` in this process. */
export async function runSignet(
  args: readonly string[],
  {
    env = {},
    signal = new AbortController().signal,
  }: { readonly env?: Record<string, string>; readonly signal?: AbortSignal } = {},
): Promise<Ran> {
  const [out, said]: [string[], string[]] = [[], []];
  const code = await main('signet', args, {
    env,
    signal,
    stdinIsTty: false,
    stderrIsTty: false,
    columns: 0,
    readStdin: async () => new Uint8Array(),
    out: async (data) => void out.push(Buffer.from(data).toString()),
    say: (data) => void said.push(data),
    now: () => new Date(),
  });
  return { code, out: out.join(''), said: said.join('') };
}
/** Items of a strict object in the namespace web, by key. */
export async function items(
  certificate: SealingCertificate,
  name: string,
  values: Record<string, string>,
): Promise<[string, string][]> {
  const binding = { scope: 'strict', namespace: 'web', name } as const;
  return Promise.all(
    Object.entries(values).map(async ([key, value]): Promise<[string, string]> => [
      key,
      await seal(Buffer.from(value), certificate, binding),
    ]),
  );
}

/** A SealedSecret written as people write: comments, odd quotes, an anchor, a template. */
export async function written(certificate: SealingCertificate, name: string, values: Record<string, string>): Promise<string> {
  const lines = (await items(certificate, name, values)).map(
    ([key, item], at) => `    ${key}:   ${at % 2 ? `"${item}"` : item} # ${key}\n`,
  );
  return (
    `# ${name}\napiVersion: bitnami.com/v1alpha1\nkind:   SealedSecret\nmetadata:\n  name: &n ${name}\n  namespace: 'web'\n` +
    `spec:\n  encryptedData:\n${lines.join('')}  template:\n    metadata: {name: *n}\n    data: {url: "{{ .a }}"}\n`
  );
}
/** Items of a 2048-bit key. */
export const itemPattern: RegExp = /AQ[A-Za-z0-9+/]{300,}={0,2}/g;
/** A manifest without its items. */
export const without = (manifest: string): string => manifest.replaceAll(itemPattern, '<item>');
/** The items of a manifest. */
export const itemsIn = (manifest: string): string[] => manifest.match(itemPattern) ?? [];

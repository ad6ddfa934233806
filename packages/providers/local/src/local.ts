import { isAbsolute } from 'node:path';
import { providerErrors } from '@signet/provider';
import type { KeyProvider, Problem } from '@signet/provider';
import { z } from 'zod';
import { LocalKey } from './local-key.ts';

const schema = z.strictObject({
  file: z.string('it is not a path').refine((file) => isAbsolute(file), 'it is not an absolute path'),
});

function read(config: unknown): { readonly file: string; readonly problems: readonly Problem[] } {
  const result = schema.safeParse(config ?? {});
  if (result.success) return { file: result.data.file, problems: [] };
  const problems = result.error.issues.map(({ path, message }) => ({ field: ['local', ...path].join('.'), message }));
  return { file: '', problems };
}

/** Keys in a file on the node: `key.local.file`. It protects backups of etcd that do not hold the file; nothing else. */
export const local: KeyProvider = {
  name: 'local',
  configure(config) {
    const { file, problems } = read(config);
    const [first] = problems;
    if (first) throw providerErrors.INVALID_CONFIG({ field: first.field, because: first.message });
    return { open: () => new LocalKey(file) };
  },
  problems: (config) => read(config).problems,
  policy(config) {
    const { file } = read(config);
    return `# As the user of signet-kms; nobody else, and no backup of etcd, may have the file.\nchmod 0600 '${file.replaceAll("'", String.raw`'\''`)}'\n`;
  },
};

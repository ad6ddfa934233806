import type { Io } from '../console/io.ts';
import { writeFileAtomic } from '../console/write-file.ts';
import { emitJson } from '../document/emit-json.ts';
import { emitYaml } from '../document/emit-yaml.ts';
import type { Json } from '../document/tree.ts';
import type { KubesealFlags } from './flags.ts';
import { kubesealErrors } from './messages.ts';

/** `json` or `yaml`: the ending of the output file, else `--format`. @throws SIGNET_KUBESEAL_FORMAT */
export function outputFormat(flags: KubesealFlags): 'json' | 'yaml' {
  if (/\.ya?ml$/.test(flags.text('sealed-secret-file'))) return 'yaml';
  const format = flags.text('format').toLowerCase();
  if (format === 'json' || format === 'yaml') return format;
  throw kubesealErrors.FORMAT({ format: flags.text('format') });
}

/** Objects as text: JSON one after the other, or YAML documents that each begin with `---`. */
export function objectsText(objects: readonly Json[], format: 'json' | 'yaml'): string {
  return objects.map((object) => (format === 'json' ? emitJson(object) : `---\n${emitYaml(object)}`)).join('');
}

/** Writes to the file of `-w`, whole or not at all, else to stdout. */
export async function writeOutput(contents: string | Uint8Array, flags: KubesealFlags, io: Io): Promise<void> {
  const file = flags.text('sealed-secret-file');
  if (file === '') await io.out(contents);
  else await writeFileAtomic(file, contents);
}

import type { Command } from 'commander';
import { Argument } from 'commander';
import { readConfigFile } from '../config/read.ts';
import type { Outside } from '../main.ts';
import type { ManifestKind } from '../manifests/manifests.ts';
import { manifestKinds, manifestOf } from '../manifests/manifests.ts';
import { version } from '../version.ts';

/** `signet-kms manifests`. */
export function manifestsCommand(program: Command, { stdout }: Outside): void {
  program
    .command('manifests')
    .description('print what makes the API server use the plugin, and what runs the plugin')
    .addArgument(new Argument('<kind>', 'which').choices(manifestKinds))
    .requiredOption('--config <file>', 'configuration file, where it will be on the node')
    .option('--image <image>', 'image of signet-kms, best with its digest', `signet-kms:${version}`)
    .option('--encryption-config <file>', 'EncryptionConfiguration on the node', '/etc/kubernetes/encryption/config.yaml')
    .action(async (kind: ManifestKind, options: { config: string; image: string; encryptionConfig: string }) => {
      const { config } = await readConfigFile(options.config);
      const places = { configFile: options.config, image: options.image, encryptionFile: options.encryptionConfig };
      stdout.write(manifestOf(kind, config, places));
    });
}

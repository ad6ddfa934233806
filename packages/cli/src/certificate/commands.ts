import { Option } from 'commander';
import type { Command } from 'commander';
import type { Io } from '../console/io.ts';
import { addCertificate, addCluster } from '../program-options.ts';

/** Adds `signet cert`. A verb's code is loaded when it runs. */
export function addCert(root: Command, io: Io): void {
  const cert = root.command('cert').description('the certificate that values are sealed with');
  addFetch(cert, io);
  addShow(cert, io);
  addPin(cert, io);
}

function addFetch(cert: Command, io: Io): void {
  const fetch = cert
    .command('fetch')
    .description("print the controller's current certificate (PEM)")
    .option('-w, --write <file>', 'write to a file');
  addCluster(fetch).action(async (flags: object) => {
    const { certFetchCommand } = await import('./cert-command.ts');
    await certFetchCommand(flags, io);
  });
}

function addShow(cert: Command, io: Io): void {
  const show = cert.command('show').description('show fingerprint, size, subject and validity of a certificate');
  show
    .argument('[source]', 'file, file or http(s) URL, or - for stdin (default: the certificate that would be sealed with)')
    .addOption(new Option('-o, --output <format>', 'text (default) or json').choices(['text', 'json']));
  addCertificate(show).action(async (source: string | undefined, flags: object) => {
    const { certShowCommand } = await import('./cert-command.ts');
    await certShowCommand(source, flags, io);
  });
}

const pinHelp = `
Pins are in .signet-pins.yaml, looked for here and in every folder above (--pins or SIGNET_PINS name another file). Once the
file is there, signet and kubeseal refuse to seal with a certificate whose fingerprint it does not list. Commit it to git.
`;

function addPin(cert: Command, io: Io): void {
  const pin = cert.command('pin').description('show or change which certificates may be sealed with');
  pin
    .option('--add', 'pin what the cluster serves, asked over an authenticated connection')
    .option('--update', 'after a renewal: --add, and remove the pins of expired certificates')
    .option('--check', 'is what the cluster serves pinned? Exit code 1 when not')
    .option('--remove <fingerprint>', 'remove a pin')
    .option('--fingerprint <SHA256:...>', 'with --add: pin this, compared by a person, without asking the cluster')
    .addOption(new Option('-o, --output <format>', 'text (default) or json').choices(['text', 'json']))
    .addHelpText('after', pinHelp);
  addCertificate(pin).action(async (flags: object) => {
    const { pinCommand } = await import('./pin-command.ts');
    await pinCommand(flags, io);
  });
}

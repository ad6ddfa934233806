import type { Command } from 'commander';
import type { Outside } from '../main.ts';

/** `signet-kms audit verify`. */
export function auditCommands(program: Command, { stdout }: Outside): void {
  program
    .command('audit')
    .description('the audit log')
    .command('verify')
    .description('check that no line was changed, removed, added or moved')
    .argument('<files...>', 'files of one log, oldest first')
    .option('--from <hash>', 'hash of the line before the first, when older files are gone')
    .option('--head <hash>', 'hash that has to be in the log: one that was kept elsewhere')
    .action(async (files: readonly string[], { from, head }: { from?: string; head?: string }) => {
      const { verifyAudit } = await import('../audit/verify.ts');
      const found = await verifyAudit(files, {
        ...(from !== undefined && { from }),
        ...(head !== undefined && { includes: head }),
      });
      const lost = found.lost === 0 ? '' : `, and tells of ${found.lost} that could not be written`;
      stdout.write(`the chain of ${found.lines} lines is whole${lost}\nhead ${found.head}\n`);
    });
}

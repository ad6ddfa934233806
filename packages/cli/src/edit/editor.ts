import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import type { Io } from '../console/io.ts';
import { systemProblem } from '../console/write-file.ts';
import { cliErrors } from '../errors.ts';
import { editErrors } from './errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** How long an editor may take to end after it was told to. */
const graceMs = 3000;

/** Editors with a window, which keep copies of what they show in folders of their own. */
const keepsCopies = /^(?:code|code-insiders|codium|cursor|windsurf|subl|zed|idea|goland|atom|gedit|kate)$/;

/**
 * The editor a person wants: SIGNET_EDITOR, else VISUAL, else EDITOR, else vim, vi or nano. It may have arguments, as git takes it.
 *
 * @throws SIGNET_CLI_EDIT_NO_EDITOR
 */
export function editorOf(env: Environment): string {
  const named = env['SIGNET_EDITOR'] || env['VISUAL'] || env['EDITOR'];
  const found = named || ['vim', 'vi', 'nano'].find((name) => whereIs(name, env) !== undefined);
  if (!found) throw editErrors.NO_EDITOR({});
  return found;
}

/** The file behind the name of a program. */
function whereIs(name: string, env: Environment): string | undefined {
  for (const folder of name.includes('/') ? [''] : (env['PATH'] ?? '').split(delimiter)) {
    try {
      return realpathSync(folder === '' ? name : join(folder, name));
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/**
 * What an editor is to be told so that it leaves nothing behind elsewhere. vim: no swap file, no backup, no undo file, no memory
 * of registers and searches.
 */
export function discretion(editor: string, env: Environment): readonly string[] {
  const program = editor.trim().split(/\s+/)[0] ?? '';
  const names = [program, whereIs(program, env) ?? ''].map((name) => basename(name));
  if (!names.some((name) => /^(?:n?vim|gvim|mvim|vimx|vim\.[a-z0-9]+)$/.test(name))) return [];
  return ['-n', '-i', 'NONE', '-c', 'silent! set nobackup nowritebackup noundofile noswapfile'];
}

/**
 * Runs the editor on a file until it ends. Ctrl-C is the editor's meanwhile; SIGTERM and SIGHUP end it.
 *
 * @param folder also the editor's folder for temporary files
 * @throws SIGNET_CLI_EDIT_EDITOR_FAILED, SIGNET_CLI_EDIT_INTERRUPTED, SIGNET_CLI_COMMAND_FAILED
 */
export async function runEditor(editor: string, file: string, folder: string, io: Io): Promise<void> {
  const program = basename(editor.trim().split(/\s+/)[0] ?? '');
  if (keepsCopies.test(program)) io.say(`note: ${program} may keep copies of what it shows on the disk\n`);
  const held = new Map((['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const).map((name) => [name, process.rawListeners(name)]));
  for (const name of held.keys()) process.removeAllListeners(name);
  // Replacing the shell lets a signal reach the editor itself; assignments and the like need the shell to stay.
  const plain = /^[-\w./]+(?:\s+[-\w./:=,+]+)*$/.test(editor.trim());
  const child = spawn('sh', ['-c', `${plain ? 'exec ' : ''}${editor} "$@"`, editor, ...discretion(editor, io.env), file], {
    // Where stdout is a pipe it is for data; the screen of a terminal is behind stderr too.
    stdio: ['inherit', process.stdout.isTTY ? 'inherit' : 2, 'inherit'],
    env: { ...io.env, TMPDIR: folder },
  });
  let ended = false;
  let killer: NodeJS.Timeout | undefined;
  const ignore = (): void => {};
  const end = (): void => {
    ended = true;
    child.kill('SIGTERM');
    killer ??= setTimeout(() => child.kill('SIGKILL'), graceMs);
  };
  process.on('SIGINT', ignore).on('SIGQUIT', ignore).on('SIGTERM', end).on('SIGHUP', end);
  try {
    const { code, signal } = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
      child.on('error', (error) =>
        reject(cliErrors.COMMAND_FAILED({ command: program, problem: systemProblem(error) }, { cause: error })),
      );
      child.on('exit', (exit, by) => resolve({ code: exit, signal: by }));
    });
    if (ended) throw editErrors.INTERRUPTED({});
    if (code === 126 || code === 127)
      throw editErrors.EDITOR_FAILED({ problem: `${JSON.stringify(program)} could not be started` });
    if (code !== 0) throw editErrors.EDITOR_FAILED({ problem: signal ? `was ended by ${signal}` : `ended with ${code}` });
  } finally {
    clearTimeout(killer);
    for (const [name, listeners] of held) {
      process.removeAllListeners(name);
      for (const listener of listeners) process.on(name, listener as NodeJS.SignalsListener);
    }
  }
}

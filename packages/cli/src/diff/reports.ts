import { oneLine } from '../console/report.ts';
import { isNothing } from './compare.ts';
import type { KeyChanges, ObjectChange } from './compare.ts';

/** `web/db`. */
function nameOf({ namespace, name }: ObjectChange): string {
  return oneLine(namespace === '' ? name : `${namespace}/${name}`);
}

const marks = { added: '+', removed: '-', changed: '~' } as const;
const kinds = ['added', 'removed', 'changed'] as const;

/** What became of an object, one line for each key. */
function lines({ items, template, other, scope, movedFrom, change }: ObjectChange, quote: (text: string) => string): string[] {
  const of = (changes: KeyChanges, say: (key: string) => string): string[] =>
    kinds.flatMap((kind) => changes[kind].map((key) => `${marks[kind]} ${say(quote(key))}`));
  return [
    ...(movedFrom === undefined ? [] : [`~ moved from ${quote(oneLine(movedFrom))}`]),
    ...(scope ? [`~ scope: ${scope.from} to ${scope.to}`] : []),
    ...of(items, (key) => key),
    // Of an object that came or went whole, the keys say enough.
    ...(change === 'changed' ? [...of(template, (key) => `template ${key}`), ...of(other, (key) => key)] : []),
  ];
}

/** For a person at a terminal. */
export function textReport(changes: readonly ObjectChange[]): string {
  return changes
    .map((change) => {
      const head = `${marks[change.change]} ${nameOf(change)}  ${oneLine(change.file)}:${change.line}\n`;
      return (
        head +
        lines(change, (text) => text)
          .map((line) => `    ${line}\n`)
          .join('')
      );
    })
    .join('');
}

/** For a comment on a pull request. */
export function markdownReport(changes: readonly ObjectChange[]): string {
  if (changes.length === 0) return 'No SealedSecret changed.\n';
  const count = (kind: ObjectChange['change']): number => changes.filter(({ change }) => change === kind).length;
  const rows = changes.map((change) => {
    const said = lines(change, code);
    const where = code(oneLine(change.file));
    return `| ${code(nameOf(change))} | ${change.change} | ${said.map((line) => line.replace(/^-/, '−')).join('<br>')} | ${where} |\n`;
  });
  return [
    `**SealedSecrets**: ${count('added')} added, ${count('changed')} changed, ${count('removed')} removed\n\n`,
    '| object | | keys | file |\n|---|---|---|---|\n',
    ...rows,
    '\n`+` added, `−` removed, `~` sealed anew or changed. Whether a value is another one cannot be seen from outside.\n',
  ].join('');
}

/** Text as code in a cell of a table; what would end the code or the cell is taken out. */
function code(text: string): string {
  return `\`${text.replaceAll(/[`|\n]/g, '?')}\``;
}

/** The changes as one JSON object. */
export function jsonReport(changes: readonly ObjectChange[]): string {
  const count = (kind: ObjectChange['change']): number => changes.filter(({ change }) => change === kind).length;
  const summary = { added: count('added'), changed: count('changed'), removed: count('removed') };
  const objects = changes.map(({ template, other, ...rest }) => ({
    ...rest,
    ...(isNothing(template) ? {} : { template }),
    ...(isNothing(other) ? {} : { other }),
  }));
  return `${JSON.stringify({ summary, objects }, null, 2)}\n`;
}

import { oneLine } from '../../console/report.ts';
import { table } from '../../keys/table.ts';
import type { Explanation, KeyOrigin } from './explain.ts';
import type { Source } from './sources.ts';

/** An explanation for a person. @param now milliseconds since 1970 */
export function explanationText(explanation: Explanation, now: number): string {
  const { namespace, name, target, conditions, stores, keys, items } = explanation;
  const lines = [
    ['ExternalSecret', `${namespace}/${name}`],
    ['target', targetText(explanation)],
    ...conditions.map(({ type, status, reason, message = '' }, at) => {
      const isToldAbove = conditions.slice(0, at).some((one) => one.message === message);
      return [type, `${status}  ${reason ?? ''}${isToldAbove || message === '' ? '' : `: ${message}`}`];
    }),
    ['refresh', refreshText(explanation, now)],
    ...stores.map(({ store, seen, provider, ready, message }) => [
      'store',
      seen === 'found'
        ? `${store} (${provider ?? 'no provider'})  Ready ${ready ?? 'unknown'}${message === undefined ? '' : `: ${message}`}`
        : `${store}  ${seen === 'missing' ? 'does not exist' : 'may not be read with these credentials'}`,
    ]),
  ];
  const shown = keys.flatMap(rowsOf);
  const unused = items.filter(({ item }) => !keys.some(({ sources }) => sources.some((source) => source.item === item)));
  const parts = [
    table(lines.map((cells) => cells.map(oneLine))),
    shown.length === 0
      ? `no keys are known${target.seen === 'forbidden' ? ': the Secret may not be read with these credentials' : ''}\n`
      : table([['KEY', 'THERE', 'ITEM', 'FROM', 'REMOTE', 'TEMPLATE'], ...shown].map((cells) => cells.map(oneLine))),
  ];
  if (unused.length > 0) {
    const rows = unused.map((source) => [source.item, source.from ?? 'no store', remoteText(source)]);
    parts.push(`items that no key is known of:\n${table(rows.map((cells) => cells.map(oneLine)))}`);
  }
  return parts.join('\n');
}

function targetText({ target }: Explanation): string {
  const { name, kind, seen, creationPolicy, deletionPolicy, owner, isOurs } = target;
  const there = {
    found: owner === undefined ? (isOurs ? 'no owner, labelled as made here' : 'no owner') : `owned by ${owner}`,
    missing: 'not there',
    forbidden: 'may not be read with these credentials',
    'not looked at': 'not looked at',
  }[seen];
  return `${kind} ${name}  creationPolicy ${creationPolicy}, deletionPolicy ${deletionPolicy}; ${there}`;
}

function refreshText({ refreshPolicy, refreshTime, nextRefreshTime, conditions }: Explanation, now: number): string {
  const last = refreshTime === undefined ? 'never yet' : `last ${refreshTime}`;
  const isRetried = conditions.some(({ type, status }) => type === 'Reconciling' && status === 'True');
  const absent = isRetried ? 'tried again until it succeeds' : 'next: not by itself';
  const next = nextRefreshTime === undefined ? absent : `next ${nextRefreshTime}${inText(nextRefreshTime, now)}`;
  return `${refreshPolicy}; ${last}; ${next}`;
}

function inText(time: string, now: number): string {
  const seconds = Math.round((Date.parse(time) - now) / 1000);
  if (Number.isNaN(seconds)) return '';
  return seconds < 0 ? ` (${durationText(-seconds)} overdue)` : ` (in ${durationText(seconds)})`;
}

function durationText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

const there = { yes: 'yes', no: 'no', unknown: '?' } as const;

/** One line for each source of a key. */
function rowsOf(origin: KeyOrigin): string[][] {
  const { key, isThere, sources, isForeign, otherManagers, isCertain } = origin;
  if (isForeign) return [[key, there[isThere], '-', `written by ${otherManagers.join(', ')}`, '-', '-']];
  const templates = templateText(origin);
  const mark = isCertain ? '' : '?';
  const rows = sources.map((source) => [`${source.item}${mark}`, source.from ?? 'no store', remoteText(source), templates]);
  if (rows.length === 0) rows.push(['-', '-', '-', templates]);
  if (otherManagers.length > 0) rows.push(['-', `written too by ${otherManagers.join(', ')}`, '-', '-']);
  return rows.map((cells, at) => [at === 0 ? key : '', at === 0 ? there[isThere] : '', ...cells]);
}

function templateText({ template, templates }: KeyOrigin): string {
  const short = (text: string): string => text.replace(/^spec\.target\.template\./, '');
  if (template !== undefined) return short(template);
  return templates.length === 0 ? '-' : templates.map((one) => `${short(one)}?`).join(', ');
}

function remoteText({ takes, key, property, version, isMetadata, isRewritten, isOptional }: Source): string {
  const more = [
    ...(property === undefined ? [] : [`property ${property}`]),
    ...(version === undefined ? [] : [`version ${version}`]),
    ...(isMetadata ? ['metadata'] : []),
    ...(isRewritten ? ['keys rewritten'] : []),
    ...(isOptional ? ['optional'] : []),
  ];
  const what =
    takes === 'value'
      ? (key ?? '')
      : takes === 'generate'
        ? 'generated'
        : `${takes === 'extract' ? 'all of ' : 'find '}${key ?? ''}`;
  return [what, ...more].join(', ');
}

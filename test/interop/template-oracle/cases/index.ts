import { builtin } from './builtin.ts';
import type { Topic } from './case.ts';
import { comparison } from './comparison.ts';
import { crypto } from './crypto.ts';
import { dict } from './dict.ts';
import { encoding } from './encoding.ts';
import { flow } from './flow.ts';
import { language } from './language.ts';
import { list } from './list.ts';
import { mistakes } from './mistakes.ts';
import { number } from './number.ts';
import { pattern } from './pattern.ts';
import { place } from './place.ts';
import { printf } from './printf.ts';
import { text } from './text.ts';
import { time } from './time.ts';

const all: readonly Topic[] = [
  ...language,
  ...mistakes,
  ...comparison,
  ...builtin,
  ...printf,
  ...text,
  ...number,
  ...list,
  ...dict,
  ...flow,
  ...encoding,
  ...time,
  ...pattern,
  ...place,
  ...crypto,
];

const seen = new Map<string, number>();

/** Every listed case. Functions with several tables have topics with a number. */
export const topics: readonly Topic[] = all.map((topic) => {
  const times = (seen.get(topic.name) ?? 0) + 1;
  seen.set(topic.name, times);
  return times === 1 ? topic : { ...topic, name: `${topic.name} (${times})` };
});

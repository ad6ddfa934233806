import type { ConformanceCase } from '../conformance-case.ts';
import { apply } from './apply.ts';
import { create } from './create.ts';
import { customDefinitions } from './custom-definitions.ts';
import { customObjects } from './custom-objects.ts';
import { customSchemas } from './custom-schemas.ts';
import { remove } from './delete.ts';
import { compaction, list } from './list.ts';
import { ownership } from './ownership.ts';
import { patch } from './patch.ts';
import { representations } from './representations.ts';
import { reviews } from './reviews.ts';
import { secretRules } from './secrets.ts';
import { update } from './update.ts';
import { watch } from './watch.ts';

/** Every case, by topic. */
export const topics: Readonly<Record<string, readonly ConformanceCase[]>> = {
  create,
  update,
  patch,
  delete: remove,
  list,
  watch,
  representations,
  apply,
  ownership,
  secrets: secretRules,
  reviews,
  'custom definitions': customDefinitions,
  'custom objects': customObjects,
  'custom schemas': customSchemas,
};

/** Cases that change the server as a whole and run alone, one after the other. */
export const alone: readonly ConformanceCase[] = compaction;

import { catalogue } from '@signet/errors';
import type { Catalogue } from '@signet/errors';

const entries = {
  PARSE: {
    says: (c: { message: string }): string => c.message,
    why: 'The text is not a Go template, or it names a function that templates here do not have. The message is the one Go gives, with literals hidden.',
    next: 'Mend the template at the line that the message names. `signet template test` tries it offline.',
  },
  EXECUTE: {
    says: (c: { message: string }): string => c.message,
    why: 'The template was understood, but could not be carried out with this data. The message is the one Go gives, with values and literals hidden.',
    next: 'Mend the template at the line and column that the message names, or provide the missing key. `signet template render` tries it offline.',
  },
  TARGET: {
    says: (c: { message: string }): string => c.message,
    why: 'The template was carried out, but its output does not fit the place it is meant for: it is no YAML, no base64, or the target path leads elsewhere. The message is the one external-secrets gives, with values hidden.',
    next: 'Compare the output with the target, scope and decoding strategy of the template. `signet template render` shows what it puts out.',
  },
  LIMIT: {
    says: (c: { where: string; limit: string; allowed: number }): string =>
      `${c.where}exceeds the limit of ${c.allowed} ${c.limit}`,
    why: 'Templates come from tenants, and a template that runs for ever or fills the memory would stop the secrets of everybody else.',
    next: 'Make the template or its data smaller. The limits are far above what a Secret can hold.',
  },
};

/** Errors of templates. Messages have Go's wording and never hold a value or a literal. */
export const templateErrors: Catalogue<typeof entries> = catalogue('SIGNET_TEMPLATE', entries);

import { catalogue } from '@signet/errors';
import type { Catalogue } from '@signet/errors';

const entries = {
  DATA_FILE: {
    says: (c: { file: string; line: number }): string => `${c.file} is not a data file of the sandbox (line ${c.line})`,
    why: 'The data file is written by the sandbox only, line by line. A line in the middle that cannot be read means that the file was edited or damaged.',
    next: 'restore the file from a copy, or move it away to start with an empty cluster',
  },
};

/** Errors of the sandbox itself. What the API answers to its clients is a Kubernetes Status, not one of these. */
export const sandboxErrors: Catalogue<typeof entries> = catalogue('SIGNET_SANDBOX', entries);

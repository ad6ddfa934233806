import { Registry } from '@signet/provider';

/** Every provider of this program, each loaded when the first store needs it. */
export const providers: Registry = new Registry({});

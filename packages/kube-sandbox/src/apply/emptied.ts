/**
 * Stands for a list or map that lost everything in it. It counts as set, like null, while ownership is worked out, and is no part of
 * the outcome.
 */
export const emptied: unique symbol = Symbol('emptied');

/**
 * One catalogue of coded errors per package.
 *
 * @module
 */
export { catalogue, isSignetError, pagesOf, SignetError } from './catalogue.ts';
export type { Catalogue, Entry, ErrorOptions, Page, Place, Throwables } from './catalogue.ts';

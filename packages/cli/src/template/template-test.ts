import type { Place } from '@signet/errors';
import type { ManifestObject } from './manifest-object.ts';
import type { Dialect, PlainTemplate } from './plain-template.ts';
import type { Fixed } from './surroundings.ts';

/** What a test renders. */
export type Subject =
  | { readonly kind: 'plain'; readonly template: PlainTemplate }
  | {
      readonly kind: 'manifest';
      readonly object: ManifestObject;
      readonly sources: readonly ManifestObject[];
      readonly part: Part | undefined;
    };

/** One value of a rendered object. */
export interface Part {
  readonly of: 'data' | 'labels' | 'annotations';
  readonly key: string;
}

/** What a test promises of the output. */
export type Expectation =
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  | { readonly kind: 'error'; readonly part: string }
  | { readonly kind: 'matches'; readonly pattern: string };

/** One test of a test file, ready to run. */
export interface TemplateTest {
  readonly name: string;
  readonly place: Place;
  readonly subject: Subject;
  readonly dialect: Dialect;
  readonly values: ReadonlyMap<string, Uint8Array>;
  readonly allowMissing: boolean;
  readonly fixed: Fixed;
  readonly expected: Expectation;
}

/** How a test ended; without a problem it passed. */
export interface Outcome {
  readonly name: string;
  readonly place: Place;
  /** One line. */
  readonly problem?: string | undefined;
  /** What differs, line by line. */
  readonly details?: readonly string[] | undefined;
}

import { isSignetError } from '@signet/errors';
import type { SignetError } from '@signet/errors';
import { defaultLimits } from './limits.ts';
import type { Limits } from './limits.ts';
import { Budget, Spent } from './run.ts';
import type { Surroundings } from './run.ts';
import { sealedSecretsFunctions } from './sets.ts';
import { compile, dotOf } from './template.ts';
import type { Reads, Template } from './template.ts';

/** What the templates of one SealedSecret are rendered from. */
export interface SealedSecretTemplates {
  /** `spec.template.data`: text of a template by the key it gets in the Secret. */
  readonly templates: Readonly<Record<string, string>>;
  /** Opened items of `spec.encryptedData`. */
  readonly values: ReadonlyMap<string, Uint8Array>;
  /**
   * Asked for each key whose template varies from one rendering to the next: the value that it has already and shall keep, or
   * undefined to render it anew. The value depends on the template and on what it reads, besides time and chance.
   */
  readonly keep?: ((key: string, reads: Reads) => Uint8Array | undefined) | undefined;
  readonly surroundings?: Partial<Surroundings> | undefined;
  /** For all templates of the object together, except the size of one output. */
  readonly limits?: Partial<Limits> | undefined;
}

/** One key whose template could not be rendered. */
export interface TemplateFailure {
  readonly key: string;
  /** SIGNET_TEMPLATE_PARSE, SIGNET_TEMPLATE_EXECUTE or SIGNET_TEMPLATE_LIMIT. */
  readonly error: SignetError;
}

/** What became of the templates. */
export interface SealedSecretData {
  /** Rendered keys only. Incomplete when something failed. The bytes are the caller's to wipe. */
  readonly rendered: ReadonlyMap<string, Uint8Array>;
  /** By key what a template reads that calls functions of time or chance: another rendering gives another value. */
  readonly variable: ReadonlyMap<string, Reads>;
  /** Sorted by key; each failing key, not just the first, up to one that ends at a limit: what comes after it is not tried. */
  readonly failures: readonly TemplateFailure[];
}

/**
 * Renders `spec.template.data` of a SealedSecret (sealed-secrets v0.38 behaviour): each text is a Go template with Sprig whose
 * dot is a map of the opened items and, as raw text, of the templates beside it. A key that is sealed as well is not rendered:
 * the sealed value wins. A missing key prints `<no value>`.
 *
 * @example
 * const { rendered } = renderSealedSecretData({ templates: { url: 'postgres://{{ .user }}@db' }, values: new Map([['user', bytes]]) });
 */
export function renderSealedSecretData(of: SealedSecretTemplates): SealedSecretData {
  const { values, surroundings = {} } = of;
  const texts = Object.entries(of.templates)
    .filter(([key]) => !values.has(key))
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const failures: TemplateFailure[] = [];
  let isOver = false;
  const attempt = <T>(key: string, work: () => T): T | undefined => {
    if (isOver) return undefined;
    try {
      return work();
    } catch (error) {
      if (!isSignetError(error)) throw error;
      failures.push({ key, error });
      isOver = error.code === 'SIGNET_TEMPLATE_LIMIT';
      return undefined;
    }
  };

  const spent = new Spent();
  const budget = new Budget({ ...defaultLimits, ...of.limits }, undefined, spent);
  const compiled = new Map<string, Template>();
  for (const [key, text] of texts) {
    const template = attempt(key, () => {
      const made = compile(text, { name: key, functions: sealedSecretsFunctions, ...(of.limits && { limits: of.limits }) });
      budget.compiled(made.tokens);
      return made;
    });
    if (template) compiled.set(key, template);
  }
  const dot = dotOf(new Map<string, Uint8Array | string>([...texts, ...values]));
  const rendered = new Map<string, Uint8Array>();
  const variable = new Map<string, Reads>();
  for (const [key, template] of compiled) {
    if (!template.isDeterministic) variable.set(key, template.reads);
    const known = template.isDeterministic ? undefined : of.keep?.(key, template.reads);
    const value = known ?? attempt(key, () => template.render(dot, { ...surroundings, spent }));
    if (value) rendered.set(key, value);
  }
  return { rendered, variable, failures: failures.toSorted((one, other) => (one.key < other.key ? -1 : 1)) };
}

import { Buffer } from 'node:buffer';
import { isSignetError } from '@signet/errors';
import type { SignetError } from '@signet/errors';
import { templateErrors } from './errors.ts';
import type { FunctionTable } from './functions/function.ts';
import { GoError, hidden } from './go/error.ts';
import { fromBytes, toText } from './go/utf8.ts';
import type { Value } from './go/value.ts';
import { unmarshalJson, unmarshalStringsNoting } from './go/yaml.ts';
import type { Coercion } from './go/yaml.ts';
import type { Delimiters } from './language/lexer.ts';
import { defaultLimits } from './limits.ts';
import type { Limits } from './limits.ts';
import { Budget, Spent } from './run.ts';
import type { Surroundings } from './run.ts';
import { externalSecretsFunctions } from './sets.ts';
import { decodeValue } from './target-decoding.ts';
import type { DecodingStrategy } from './target-decoding.ts';
import { isMap, parsePath, put, setAtPath } from './target-path.ts';
import { asSecret } from './target-secret.ts';
import { compile, dotOf } from './template.ts';
import type { Reads } from './template.ts';

/** Templates of an ExternalSecret and the place in an object that they are for. */
export interface TargetTemplates {
  /** `Values`: each template makes the value of its key. `KeysAndValues`: each makes YAML that holds keys and values. */
  readonly scope: string;
  /** `Data`, `Annotations`, `Labels` or `Spec` in any case, or a path such as `spec.list[0].name`. */
  readonly target: string;
  /** Text of templates by key. The key of a literal is a name of the caller's, for errors. */
  readonly templates: Readonly<Record<string, string>>;
  /** What was fetched; made ready by {@link prepareData} where it is rendered many times. */
  readonly data: ReadonlyMap<string, Uint8Array | string> | PreparedData;
  /** The object so far, with `kind`; it stays as it is. In a Secret, data is base64; in other objects text. */
  readonly object: Readonly<Record<string, unknown>>;
  readonly decodingStrategy?: DecodingStrategy | undefined;
  /** Default those of external-secrets. */
  readonly functions?: FunctionTable | undefined;
  readonly delimiters?: Delimiters | undefined;
  /** Asked for each template that varies: its earlier output, to keep it, or undefined to render it anew. */
  readonly keep?: ((key: string, reads: Reads) => Uint8Array | undefined) | undefined;
  readonly surroundings?: Partial<Surroundings> | undefined;
  /** For all templates together, except the size of one output; with `surroundings.spent` for all that share it. */
  readonly limits?: Partial<Limits> | undefined;
}

/** Something in the output of a template that YAML 1.1 changed without being asked. */
export interface TargetWarning extends Omit<Coercion, 'written'> {
  /** The key of the template. The other key, and the message, show a name only if it stands in the template: others come from values. */
  readonly template: string;
  /** A sentence without values. */
  readonly message: string;
}

/** What became of the object. */
export interface RenderedTarget {
  readonly object: Record<string, unknown>;
  readonly warnings: readonly TargetWarning[];
  /** By key what a template reads that calls functions of time or chance. */
  readonly variable: ReadonlyMap<string, Reads>;
}

declare const prepared: unique symbol;
/** Data in the form that templates read it. It holds secrets: drop it with them. */
export interface PreparedData {
  readonly [prepared]: never;
}

/** Makes data ready once, for many renderings: the time that takes is no template's. */
export function prepareData(data: ReadonlyMap<string, Uint8Array | string>): PreparedData {
  return dotOf(data) as unknown as PreparedData;
}

const mapTargets: ReadonlySet<string> = new Set(['data', 'annotations', 'labels']);

/**
 * Renders templates into an object as external-secrets v2.9 does: `missingkey=error`, the dot a map of strings, YAML read as
 * YAML 1.1. Templates are taken in the order of their keys and the first error ends it; nothing is half done.
 *
 * @throws templateErrors.PARSE and EXECUTE for a template, TARGET for output that does not fit, LIMIT; values never in the message
 * @example renderTarget({ scope: 'Values', target: 'Data', templates: { url: 'pg://{{ .user }}@db' }, data, object: secret })
 */
export function renderTarget(of: TargetTemplates): RenderedTarget {
  if (of.scope !== 'Values' && of.scope !== 'KeysAndValues') {
    throw templateErrors.TARGET({ message: `unknown scope '${of.scope}': expected 'Values' or 'KeysAndValues'` });
  }
  return new Rendering(of).run(of.scope);
}

class Rendering {
  readonly #of: TargetTemplates;
  readonly #spent: Spent;
  readonly #dot: Value;
  readonly #limits: Limits;
  readonly #isSecret: boolean;
  readonly #object: Record<string, unknown>;
  readonly #warnings: TargetWarning[] = [];
  readonly #variable = new Map<string, Reads>();

  constructor(of: TargetTemplates) {
    this.#of = of;
    this.#spent = of.surroundings?.spent ?? new Spent();
    this.#dot = dotOf(of.data as ReadonlyMap<string, Uint8Array | string>);
    this.#limits = { ...defaultLimits, ...of.limits };
    this.#object = structuredClone(of.object) as Record<string, unknown>;
    this.#isSecret = of.object['kind'] === 'Secret' && of.object['apiVersion'] === 'v1';
  }

  run(scope: 'Values' | 'KeysAndValues'): RenderedTarget {
    for (const key of Object.keys(this.#of.templates).sort()) {
      const text = this.#render(key, this.#of.templates[key] ?? '');
      if (scope === 'Values') this.#applyValue(key, this.#decoded(key, text));
      else this.#applyDocument(key, text);
    }
    const object = this.#isSecret ? this.#attempt('', () => asSecret(this.#object)) : this.#object;
    return { object, warnings: this.#warnings, variable: this.#variable };
  }

  #render(key: string, text: string): string {
    const { functions = externalSecretsFunctions, delimiters, limits, surroundings, keep } = this.#of;
    const options = {
      name: key,
      functions,
      missingKey: 'error',
      ...(delimiters && { delimiters }),
      ...(limits && { limits }),
    } as const;
    const again = (stage: string) => (message: string) =>
      `unable to execute template at key ${key}: unable to ${stage} template at key ${key}: ${message}`;
    const template = renamed(key, again('parse'), () => compile(text, options));
    this.#budget().compiled(template.tokens);
    if (!template.isDeterministic) this.#variable.set(key, template.reads);
    const kept = template.isDeterministic ? undefined : keep?.(key, template.reads);
    return fromBytes(
      kept ?? renamed(key, again('execute'), () => template.render(this.#dot, { ...surroundings, spent: this.#spent })),
    );
  }

  #decoded(key: string, value: string): string {
    const before = `failed to decode rendered template value for key ${key}: `;
    return this.#attempt(before, () => decodeValue(value, this.#of.decodingStrategy ?? 'None'));
  }

  /** Errors of Go functions and of paths become one kind, with words before them. */
  #attempt<T>(before: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof GoError) && !isTargetError(error)) throw error;
      throw templateErrors.TARGET({ message: before + error.message });
    }
  }

  #applyValue(key: string, value: string): void {
    this.#attempt('failed to apply to target: ', () => {
      const target = this.#of.target.toLowerCase();
      if (target === 'annotations' || target === 'labels')
        put(this.#field(this.#field(this.#object, 'metadata'), target), key, toText(value));
      else if (target === 'data' || target === 'spec') this.#setField(target, key, value);
      else this.#setPath(value);
      if (!this.#isSecret) for (const name of ['labels', 'annotations']) this.#field(this.#field(this.#object, 'metadata'), name);
    });
  }

  #field(of: Record<string, unknown>, name: string): Record<string, unknown> {
    const existing = of[name];
    if (isMap(existing)) return existing;
    const made: Record<string, unknown> = {};
    of[name] = made;
    return made;
  }

  #setField(name: 'data' | 'spec', key: string, value: string): void {
    const existing = this.#object[name];
    if (existing !== undefined && existing !== null && !isMap(existing)) {
      throw templateErrors.TARGET({
        message: `failed to set ${name} field on object: failed to convert data to map[string][]byte`,
      });
    }
    const written = this.#isSecret ? Buffer.from(value, 'latin1').toString('base64') : toText(value);
    put(this.#field(this.#object, name), key, written);
  }

  #setPath(value: string): void {
    this.#setAtPath(() => this.#parsedOrText(value));
    if (this.#isSecret) asSecret(this.#object);
  }

  /** Lists are filled up to an index, at each level of the path: that counts. */
  #setAtPath(leaf: (existing: unknown) => unknown): void {
    const steps = parsePath(this.#of.target);
    const budget = this.#budget();
    budget.nest(steps.length);
    for (const step of steps) if (typeof step === 'number') budget.make(16 * (step + 1));
    setAtPath(this.#object, this.#of.target, leaf);
  }

  #parsedOrText(value: string): unknown {
    try {
      return unmarshalJson(value, this.#budget());
    } catch (error) {
      if (error instanceof GoError) return toText(value);
      throw error;
    }
  }

  #budget(): Budget {
    return new Budget(this.#limits, undefined, this.#spent);
  }

  #applyDocument(key: string, text: string): void {
    if (mapTargets.has(this.#of.target.toLowerCase())) {
      const before = "could not unmarshal template to 'map[string][]byte': ";
      const { strings, coercions } = this.#attempt(before, () => unmarshalStringsNoting(text, this.#budget()));
      const template = this.#of.templates[key] ?? '';
      const shown = (name: string, written = name): string => (template.includes(written) ? name : hidden);
      for (const { key: bytes, written, what, kind } of coercions)
        this.#warnings.push(warning(key, { key: shown(toText(bytes), toText(written)), what, kind }));
      for (const [bytes, value] of strings) {
        const name = toText(bytes);
        this.#applyValue(name, this.#decoded(shown(name), value));
      }
      return;
    }
    const parsed = this.#attempt('could not unmarshal template YAML: ', () => unmarshalJson(text, this.#budget()));
    const isField = !/[.[]/.test(this.#of.target);
    this.#attempt('', () =>
      this.#setAtPath((existing) => (!isField && isMap(existing) && isMap(parsed) ? { ...existing, ...parsed } : parsed)),
    );
  }
}

function isTargetError(error: unknown): error is SignetError {
  return isSignetError(error) && error.code === 'SIGNET_TEMPLATE_TARGET';
}

/** Puts the words of external-secrets before the message of a template's error. */
function renamed<T>(key: string, say: (message: string) => string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isSignetError(error)) throw error;
    const options = { at: { ...error.at, key } };
    if (error.code === 'SIGNET_TEMPLATE_PARSE') throw templateErrors.PARSE({ message: say(error.message) }, options);
    if (error.code === 'SIGNET_TEMPLATE_EXECUTE') throw templateErrors.EXECUTE({ message: say(error.message) }, options);
    throw error.within({ key });
  }
}

function warning(template: string, of: Omit<Coercion, 'written'>): TargetWarning {
  const { key, what, kind } = of;
  const message =
    what === 'key'
      ? `template ${template}: YAML read a key without quotes as ${kind}, so that it is now ${JSON.stringify(key)}; quote it to keep it as written`
      : `template ${template}: YAML read the value of ${JSON.stringify(key)} without quotes as ${kind} and changed how it is written; quote it to keep it`;
  return { ...of, template, message };
}

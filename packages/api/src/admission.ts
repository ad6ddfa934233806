import type { z } from 'zod';
import type { Fields } from './raw-fields.ts';
import { fieldsOf } from './raw-fields.ts';

/**
 * One rule of admission, said twice: the API server refuses an object by the CEL expression, everybody else judges by the function. A table of
 * objects holds both to the same verdicts, on a real API server.
 */
export interface AdmissionRule<T> {
  /** For the API server; `self` is the value. An evaluation that fails is a refusal too. */
  readonly cel: string;
  /** What is wrong, for people. Names fields, never a value. */
  readonly message: string;
  /** The same for us. Called with defaults filled in. */
  readonly keeps: (self: T) => boolean;
}

/** A schema whose values have to keep rules besides. The rules become `x-kubernetes-validations`. */
export function ruled<S extends z.ZodType>(schema: S, ...rules: readonly AdmissionRule<z.output<S>>[]): S {
  return schema
    .check((context) => {
      for (const { keeps, message } of rules)
        if (!keeps(context.value)) context.issues.push({ code: 'custom', message, input: context.value, continue: true });
    })
    .meta({ 'x-kubernetes-validations': rules.map(({ cel, message }) => ({ rule: cel, message })) });
}

/** Something in an object that the API server would refuse. */
export interface FieldProblem {
  /** As Kubernetes writes it: `spec.data[2].remoteRef.key`. */
  readonly field: string;
  /** The same, step by step: keys and positions. */
  readonly path: readonly (string | number)[];
  /** A phrase that goes on from the field; it holds no value. */
  readonly message: string;
}

/** All that keeps the `spec` of an object from being admitted by a schema, in the order of its fields. Never throws. */
export function problemsOf(schema: z.ZodType, object: unknown): readonly FieldProblem[] {
  const spec = withoutNullFields(fieldsOf(object)?.['spec'], deepest);
  const result = schema.safeParse({ spec });
  if (result.success) return [];
  const named = new Set<string>();
  return result.error.issues.flatMap((issue) => {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    const field = fieldOf(path);
    // An empty name is too short and matches no pattern: one of it is enough.
    if (issue.code !== 'custom' && named.has(field)) return [];
    named.add(field);
    return [{ field, path, message: messageOf(issue) }];
  });
}

/** No field that we know lies deeper; what is below belongs to providers, and may be as deep as its author likes. */
const deepest = 16;

/** The API server drops nulls of fields that are not nullable before it judges; so do we. */
function withoutNullFields(value: unknown, depth: number): unknown {
  if (depth === 0) return value;
  if (Array.isArray(value)) return value.map((entry) => withoutNullFields(entry, depth - 1));
  const fields = fieldsOf(value);
  return fields ? kept(fields, depth) : value;
}

function kept(fields: Fields, depth: number): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === null ? [] : [[key, withoutNullFields(value, depth - 1)]])),
  );
}

/** As the API server writes it: keys of maps after a dot, whatever they hold. */
function fieldOf(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .slice(1);
}

function messageOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? 'is required' : `has to be ${kindOf(issue.expected)}`;
    case 'invalid_union':
      return 'has to be a number or text';
    case 'invalid_value':
      return `has to be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `has to ${sizeOf(issue.origin, `at least ${issue.minimum}`)}`;
    case 'too_big':
      return `has to ${sizeOf(issue.origin, `at most ${issue.maximum}`)}`;
    case 'invalid_format':
      return `has to match ${issue.pattern?.slice(1, -1) ?? issue.format}`;
    case 'custom':
      return issue.message;
    default:
      return 'is not what the schema says';
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  boolean: 'true or false',
  number: 'a whole number',
  int: 'a whole number',
};

function kindOf(expected: string): string {
  return kinds[expected] ?? `of type ${expected}`;
}

function sizeOf(origin: string, bound: string): string {
  if (origin === 'string') return `have ${bound} characters`;
  return origin === 'array' ? `have ${bound} entries` : `be ${bound}`;
}

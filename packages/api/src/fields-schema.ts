import { z } from 'zod';
import { ruled } from './admission.ts';
import { parseGoDuration } from './go-duration.ts';

/** Field shapes that several kinds of external-secrets share, with the limits of its v1. */

/** Nothing below is pruned. */
export const preserved = { 'x-kubernetes-preserve-unknown-fields': true } as const;

/** Name of an object. */
export const objectName: z.ZodString = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);

/** Key within a Secret or ConfigMap. */
export const dataKey: z.ZodString = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[-._a-zA-Z0-9]+$/);

/** Texts by text. */
export const textMap: z.ZodRecord<z.ZodString, z.ZodString> = z.record(z.string(), z.string());

/**
 * CEL: whether a text is a duration as Go writes it, and at least so long. The conversion fails, which is a refusal too, for one that does not fit into
 * 64 bits of nanoseconds.
 */
export function isDuration(self: string, least: string = '-2562047h47m16s'): string {
  return `(${self}.matches('^[+-]?0$') || (${self}.matches('^[+-]?(([0-9]+[.]?[0-9]*|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h))+$') && duration(${self}) >= duration('${least}')))`;
}

/** A duration as Go writes it. */
export const durationText: z.ZodString = ruled(z.string().max(100), {
  cel: isDuration('self'),
  message: 'has to be a duration such as 1h30m or 15s, or 0',
  keeps: (self) => parseGoDuration(self) !== undefined,
});

/** One condition of a status. */
export const statusCondition: z.ZodType = z.looseObject({
  type: z.string().meta({ description: 'Ready, Reconciling, Stalled or Deleted.' }),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string().optional().meta({ description: 'One word for programs.' }),
  message: z.string().optional().meta({ description: 'The cause, naming the failing source, never a value.' }),
  lastTransitionTime: z.string().optional().meta({ format: 'date-time', description: 'When status last changed.' }),
  observedGeneration: z.int().optional().meta({ description: 'The generation this condition speaks of.' }),
});

/** `observedGeneration` of a status. */
export const observedGeneration: z.ZodOptional<z.ZodInt> = z
  .int()
  .optional()
  .meta({ description: 'The generation the conditions speak of.' });

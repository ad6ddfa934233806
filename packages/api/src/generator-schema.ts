import { z } from 'zod';
import { preserved, textMap } from './fields-schema.ts';

const controller = z.string().optional().meta({ description: 'Controller class; empty matches every controller.' });

const fakeSpec = z.looseObject({
  controller,
  data: textMap.optional().meta({ description: 'What is given, by key.' }),
});

const uuidSpec = z.looseObject({ controller }).meta(preserved);

const passwordSpec = z.looseObject({
  controller,
  length: z.int().default(24).meta({ description: 'Number of characters.' }),
  digits: z.int().optional().meta({ description: 'Number of digits; a quarter of the length unless given.' }),
  symbols: z.int().optional().meta({ description: 'Number of symbols; a quarter of the length unless given.' }),
  symbolCharacters: z.string().optional().meta({ description: 'The symbols to choose from.' }),
  noUpper: z.boolean().default(false).meta({ description: 'No upper-case letters.' }),
  allowRepeat: z.boolean().default(false).meta({ description: 'A character may occur more than once.' }),
  encoding: z
    .enum(['raw', 'base64', 'base64url', 'base32', 'hex'])
    .default('raw')
    .meta({ description: 'How the password is written.' }),
  secretKeys: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({ description: 'Keys that get a password each; one key `password` unless given.' }),
});

const clusterSpec = z.looseObject({
  kind: z.string().min(1).max(253).meta({ description: 'Kind of the generator.' }),
  generator: z
    .looseObject({
      fakeSpec: fakeSpec.optional(),
      uuidSpec: uuidSpec.optional(),
      passwordSpec: passwordSpec.optional(),
    })
    .meta({ ...preserved, minProperties: 1, maxProperties: 1, description: 'Its spec, below the key that names its kind.' }),
});

const generator = (spec: z.ZodType, description: string): z.ZodType =>
  z.looseObject({ spec: spec.optional(), status: z.looseObject({}).optional().meta(preserved) }).meta({ description });

/** Schemas of the generators that we have; others are read by nobody here. */
export const generatorSchemas: Readonly<Record<'Fake' | 'UUID' | 'Password' | 'ClusterGenerator', z.ZodType>> = {
  Fake: generator(fakeSpec, 'Gives what it is told.'),
  UUID: generator(uuidSpec, 'Gives a random UUID.'),
  Password: generator(passwordSpec, 'Gives random passwords.'),
  ClusterGenerator: generator(clusterSpec, 'A generator for all namespaces.'),
};

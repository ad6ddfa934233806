import { isSignetError } from '@signet/errors';
import { compile, externalSecretsFunctions, sealedSecretsFunctions } from '@signet/template';
import { templateName } from './question.ts';
import type { Answer, Question } from './question.ts';

const tables = { 'sealed-secrets': sealedSecretsFunctions, 'external-secrets': externalSecretsFunctions };

const stages = {
  SIGNET_TEMPLATE_PARSE: 'parse',
  SIGNET_TEMPLATE_EXECUTE: 'execute',
  SIGNET_TEMPLATE_LIMIT: 'limit',
} as const;

/** Far above what a question needs, so that the comparison is about the language and not about limits. */
const limits = { outputBytes: 16 << 20 };

/** Our answer. What is thrown but is not one of our errors is a defect. */
export function answerHere({ set, template, data, missingKey, delimiters }: Question): Answer {
  try {
    const compiled = compile(Buffer.from(template, 'latin1'), {
      name: templateName,
      functions: tables[set],
      limits,
      ...(missingKey && { missingKey }),
      ...(delimiters && { delimiters }),
    });
    const values = new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'latin1')]));
    const bytes = compiled.render(values);
    return { output: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1') };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const stage = isSignetError(error) ? stages[error.code as keyof typeof stages] : undefined;
    return stage
      ? { error: Buffer.from(message, 'utf8').toString('latin1'), stage }
      : { error: error instanceof Error ? `${error.name}: ${error.stack}` : message, stage: 'defect' };
  }
}

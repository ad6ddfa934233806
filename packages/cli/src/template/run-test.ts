import { compile } from '@signet/template';
import { refusalsOf } from '../errors.ts';
import { difference } from './difference.ts';
import { renderPlain } from './plain-template.ts';
import { renderObject } from './render-object.ts';
import { textOf } from './rendered-secret.ts';
import { Samples } from './samples.ts';
import { surroundingsOf } from './surroundings.ts';
import type { Outcome, TemplateTest } from './template-test.ts';

/** Renders what a test names and compares it with what the test promises. */
export function runTest(test: TemplateTest): Outcome {
  const { name, place, expected } = test;
  const rendered = attempt(test);
  return { name, place, ...(rendered instanceof Uint8Array ? judge(rendered, expected) : judgeErrors(rendered, expected)) };
}

type Verdict = Pick<Outcome, 'problem' | 'details'>;

function judge(rendered: Uint8Array, expected: TemplateTest['expected']): Verdict {
  if (expected.kind === 'error')
    return { problem: `it renders, where an error with ${JSON.stringify(expected.part)} is expected`, details: shown(rendered) };
  if (expected.kind === 'matches') {
    if (matches(expected.pattern, rendered)) return {};
    return { problem: `the output does not match ${expected.pattern}`, details: shown(rendered) };
  }
  const details = difference(expected.bytes, rendered);
  return details.length === 0 ? {} : { problem: 'the output differs (- expected, + rendered)', details };
}

function judgeErrors(messages: readonly string[], expected: TemplateTest['expected']): Verdict {
  if (expected.kind !== 'error') return { problem: 'it does not render', details: messages.map((message) => `! ${message}`) };
  if (messages.some((message) => message.includes(expected.part))) return {};
  return { problem: `no error says ${JSON.stringify(expected.part)}`, details: messages.map((message) => `! ${message}`) };
}

/** The whole output, as lines of a difference from nothing. */
function shown(rendered: Uint8Array): string[] {
  return textOf(rendered) === undefined
    ? [`+ ${rendered.length} bytes that are not UTF-8`]
    : difference(new Uint8Array(), rendered).filter((line) => !line.startsWith('- '));
}

/** The output, or what went wrong. */
function attempt(test: TemplateTest): Uint8Array | readonly string[] {
  try {
    return render(test);
  } catch (error) {
    return refusalsOf(error).map(({ message, at }) => {
      const where = at?.line !== undefined && at.file !== test.place.file ? ` (${at.file}:${at.line})` : '';
      return `${message}${where}`;
    });
  }
}

function render({ subject, dialect, values, allowMissing, fixed }: TemplateTest): Uint8Array | readonly string[] {
  const samples = new Samples(values, { allowMissing });
  const surroundings = surroundingsOf(fixed);
  if (subject.kind === 'plain') return renderPlain(subject.template, dialect, samples, surroundings).output;
  const { object, sources, part } = subject;
  const { parts } = renderObject(object, { samples, surroundings, sources, delimiters: dialect.delimiters });
  if (part === undefined) return new Uint8Array();
  const value = parts[part.of].get(part.key);
  if (value === undefined) return [`the rendered object has no ${JSON.stringify(part.key)} in its ${part.of}`];
  return typeof value === 'string' ? new TextEncoder().encode(value) : value;
}

/** Whether a regular expression (RE2) is found in an output. @throws the error of the function for one that is none */
export function matches(pattern: string, output: Uint8Array): boolean {
  const template = compile('{{ mustRegexMatch .pattern .output }}', { name: 'matches' });
  return (
    textOf(
      template.render(
        new Map<string, string | Uint8Array>([
          ['pattern', pattern],
          ['output', output],
        ]),
      ),
    ) === 'true'
  );
}

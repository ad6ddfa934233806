import { describe, expect, test } from 'vitest';
import { renderSealedSecretData } from './sealed-secret.ts';
import { renderTarget } from './target.ts';

// What one object may have, all its templates have together.

const values = new Map([['a', Buffer.from('x')]]);

describe('templates of one object', () => {
  test.each([
    ['long ones', Array.from({ length: 4 }, (_, i) => '{{1}}'.repeat(15_000 - i))],
    ['many short ones', Array.from({ length: 20_000 }, (_, i) => `{{ .a | upper | quote }} ${i}`)],
  ])('%s have a limit together, which ends it', (_name, texts) => {
    const templates = Object.fromEntries(texts.map((text, i) => [`k${i}`, text]));
    const { failures } = renderSealedSecretData({ templates, values });
    expect(failures.map(({ error }) => error.message)).toEqual([
      expect.stringContaining('exceeds the limit of 100000 tokens of all templates'),
    ]);
    const data = new Map([['a', 'x']]);
    expect(() => renderTarget({ scope: 'Values', target: 'Data', templates, data, object: {} })).toThrow(
      'exceeds the limit of 100000 tokens of all templates',
    );
  });
});

test.each([
  ['lists filled up at each level', `spec${'[10000]'.repeat(2000)}`],
  ['deeper than anything', `a${'.a'.repeat(200_000)}`],
])('a path with %s ends at a limit', (_name, target) => {
  expect(() => renderTarget({ scope: 'Values', target, templates: { a: 'x' }, data: new Map(), object: {} })).toThrow(
    expect.objectContaining({ code: 'SIGNET_TEMPLATE_LIMIT' }),
  );
});

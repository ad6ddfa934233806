import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal } from './journal.ts';
import { RevisionError, Store } from './store.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-journal-'));
  file = join(folder, 'deep', 'data.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true }));

const object = (name: string): { apiVersion: string; kind: string; metadata: { namespace: string; name: string } } => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'n', name },
});

function open(): { store: Store; journal: Journal } {
  const journal = new Journal(file, () => ({ made: 'once' }));
  return { journal, store: new Store({ historyLimit: 100, journal }) };
}

describe('the data file', () => {
  test('brings back objects, revision, history and identity', () => {
    const first = open();
    first.store.create('/secrets', object('a'));
    const { revision } = first.store;
    first.store.create('/secrets', object('b'));
    first.store.delete('/secrets', 'n/a');
    first.journal.close();

    const second = open();
    expect(second.journal.identity).toEqual({ made: 'once' });
    expect(second.store.revision).toBe(first.store.revision);
    expect(second.store.range('/secrets', {}).items.map((item) => item.metadata.name)).toEqual(['b']);
    const told: string[] = [];
    second.store.watch('/secrets', revision, (change) => void told.push(`${change.type} ${change.object.metadata.name}`));
    expect(told).toEqual(['ADDED b', 'DELETED a']);
    second.journal.close();
  });

  test('keeps what was compacted compacted', () => {
    const first = open();
    first.store.create('/secrets', object('a'));
    first.store.create('/secrets', object('b'));
    first.store.compact();
    first.journal.close();
    const second = open();
    expect(() => second.store.watch('/secrets', 2, () => {})).toThrow(RevisionError);
    second.store.watch('/secrets', 3, () => {})();
    second.journal.close();
  });

  test('is readable by its owner only', () => {
    open().journal.close();
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('loses a torn last line and nothing else', () => {
    const first = open();
    first.store.create('/secrets', object('a'));
    first.journal.close();
    const whole = readFileSync(file, 'utf8');
    appendFileSync(file, '{"type":"ADDED","collection":"/secrets","obj');
    const second = open();
    expect(second.store.size('/secrets')).toBe(1);
    second.store.create('/secrets', object('b'));
    second.journal.close();
    expect(readFileSync(file, 'utf8').startsWith(whole)).toBe(true);
    const third = open();
    expect(third.store.size('/secrets')).toBe(2);
    third.journal.close();
  });

  test('with a broken line in the middle is refused by name and line', () => {
    const first = open();
    first.store.create('/secrets', object('a'));
    first.journal.close();
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, [lines[0], 'broken', lines[1], ''].join('\n'));
    expect(open).toThrow(`${file} is not a data file of the sandbox (line 2)`);
  });
});

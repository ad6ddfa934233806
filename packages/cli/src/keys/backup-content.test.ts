import { keyLabel } from '@signet/controller/sealing-keys';
import type { Secret } from '@signet/kube/client';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isSignetError } from '@signet/errors';
import { backupText, readBackupText } from './backup-content.ts';
import { kindOf } from './age-file.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const data = { 'tls.key': 'a2V5', 'tls.crt': 'Y2VydA==' };

describe('the List of a backup', () => {
  const secret: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'k1',
      namespace: 'kube-system',
      uid: 'u',
      resourceVersion: '7',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { [keyLabel]: 'active', yes: 'true' },
      annotations: { note: 'a: b', 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"copy of the key"}' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'y' }],
      managedFields: [{}],
    },
    type: 'kubernetes.io/tls',
    data: { ...data, other: 'b3RoZXI=' },
  };

  test('holds what makes a key, and nothing that belongs to one cluster', () => {
    const text = backupText([secret], ['about it']);
    expect(text).toMatch(/^# about it\napiVersion: v1\n/);
    expect(parse(text)).toEqual({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: {
            name: 'k1',
            namespace: 'kube-system',
            labels: { [keyLabel]: 'active', yes: 'true' },
            annotations: { note: 'a: b' },
          },
          type: 'kubernetes.io/tls',
          data,
        },
      ],
    });
  });

  test('is read again as it was written, whatever labels and annotations hold', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 20 });
    const words = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9.-]{0,10}$/), word, { maxKeys: 4 });
    fc.assert(
      fc.property(words, words, (labels, annotations) => {
        const metadata = { name: 'k', namespace: 'n', labels, ...(Object.keys(annotations).length > 0 && { annotations }) };
        const wanted: Secret = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data };
        expect(readBackupText(bytes(backupText([wanted], [])), 'f')).toEqual([wanted]);
      }),
    );
  });
});

describe('what is read as a backup', () => {
  const item = (more: string): string => `{kind: Secret, metadata: {name: a}, ${more}}`;
  test.each([
    ['a List', `kind: List\nitems:\n- ${item('data: {tls.key: a2V5, tls.crt: Y2VydA==}')}\n`, 1],
    [
      'several documents',
      `${item('data: {tls.key: a2V5, tls.crt: Y2VydA==}')}\n---\n${item('stringData: {tls.key: key, tls.crt: cert}')}\n`,
      2,
    ],
    ['base64 in lines', `${item('data: {tls.key: "a2\\nV5", tls.crt: Y2VydA==}')}\n`, 1],
  ])('%s', (_, text, count) => {
    expect(readBackupText(bytes(text), 'f').map((secret) => secret.data)).toEqual(Array.from({ length: count }, () => data));
  });

  test.each([
    ['nothing', ''],
    ['a ConfigMap', '{kind: ConfigMap, metadata: {name: a}, data: {tls.key: a2V5, tls.crt: Y2VydA==}}'],
    ['no certificate', item('data: {tls.key: a2V5}')],
    ['bad base64', item('data: {tls.key: "a2V5", tls.crt: "!canary!"}')],
    ['no YAML', 'canary: ["'],
    ['no text', '\xff\xfe'],
  ])('not %s, and the error quotes nothing of it', (_, text) => {
    const input = text.startsWith('\xff') ? Uint8Array.of(0xff, 0xfe) : bytes(text);
    expect(() => readBackupText(input, 'f')).toThrow(
      expect.objectContaining({ code: 'SIGNET_KEYS_NOT_A_BACKUP', message: expect.not.stringContaining('canary') }),
    );
  });

  test('whatever the bytes are: Secrets or a coded error', async () => {
    const start = fc.constantFrom(
      '',
      'age-encryption.org/v1\n',
      'age-encryption.org/v1\n-> scrypt a 18\n',
      '-----BEGIN AGE ENCRYPTED FILE-----\n',
      'kind: List\nitems:\n- ',
    );
    await fc.assert(
      fc.asyncProperty(start, fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string().map(bytes)), async (head, tail) => {
        const input = Uint8Array.from([...bytes(head), ...tail]);
        const coded = (error: unknown): void => expect(isSignetError(error)).toBe(true);
        await kindOf(input, 'f').catch(coded);
        try {
          readBackupText(input, 'f');
        } catch (error) {
          coded(error);
        }
      }),
    );
  });
});

import { spawnSync } from 'node:child_process';
import { generateSealingKey } from '@signet/sealing';
import { expect, test } from 'vitest';
import { needing } from './needing.ts';

function openssl(args: readonly string[], input: string): string {
  const { status, stdout, stderr } = spawnSync('openssl', args, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

needing('openssl', spawnSync('openssl', ['version']).status === 0, () => {
  test('openssl reads our certificate and finds its extensions', async () => {
    const { certificatePem } = await generateSealingKey({ bits: 2048, now: new Date('2026-07-01T12:00:00Z') });
    const text = openssl(['x509', '-noout', '-text'], certificatePem);
    for (const line of [
      /Version: 3 \(0x2\)/,
      /Signature Algorithm: sha256WithRSAEncryption/,
      /Issuer: *\n/,
      /Subject: *\n/,
      /Not Before: Jul {2}1 12:00:00 2026 GMT/,
      /Not After : Jun 28 12:00:00 2036 GMT/,
      /X509v3 Key Usage: critical\n *Encipher Only\n/,
      /X509v3 Basic Constraints: critical\n *CA:TRUE\n/,
      /X509v3 Subject Key Identifier: *\n *(?:[0-9A-F]{2}:){19}[0-9A-F]{2}\n/,
      /Exponent: 65537/,
    ]) {
      expect(text).toMatch(line);
    }
  });

  test('openssl finds the structure of our private key sound, and the certificate made for it', async () => {
    const { certificatePem, privateKeyPem } = await generateSealingKey({ bits: 2048 });
    expect(openssl(['rsa', '-check', '-noout'], privateKeyPem)).toContain('RSA key ok');
    expect(openssl(['pkey', '-pubout'], privateKeyPem)).toBe(openssl(['x509', '-noout', '-pubkey'], certificatePem));
  });
});

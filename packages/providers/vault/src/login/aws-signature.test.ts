import { expect, test } from 'vitest';
import { signed } from './aws-signature.ts';

test('a form is signed as in the published test suite of AWS Signature Version 4 (post-x-www-form-urlencoded)', () => {
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
  const { authorization } = signed(keys, {
    url: 'https://example.amazonaws.com/',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Param1=value1',
    service: 'service',
    region: 'us-east-1',
    now: Date.UTC(2015, 7, 30, 12, 36, 0),
  });
  expect(authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ' +
      'SignedHeaders=content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  );
});

test('a session token is signed with the rest', () => {
  const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x', sessionToken: 'temporary' };
  const request = { url: 'https://sts.amazonaws.com/', headers: {}, body: '', service: 'sts', region: 'us-east-1', now: 0 };
  const headers = signed(keys, request);
  expect(headers['x-amz-security-token']).toBe('temporary');
  expect(headers['authorization']).toContain('SignedHeaders=host;x-amz-date;x-amz-security-token,');
});

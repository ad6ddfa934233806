import { expect, test } from 'vitest';
import { stsUrl } from './aws-keys.ts';

// Source: AWS General Reference, endpoints of the Security Token Service. The global one signs for us-east-1.
test.each([
  ['us-east-1', 'https://sts.amazonaws.com/'],
  ['eu-west-1', 'https://sts.eu-west-1.amazonaws.com/'],
  ['us-gov-west-1', 'https://sts.us-gov-west-1.amazonaws.com/'],
  ['cn-north-1', 'https://sts.cn-north-1.amazonaws.com.cn/'],
])('STS of %s is %s', (region, url) => {
  expect(stsUrl(region)).toBe(url);
});

import { Buffer } from 'node:buffer';
import { createHmac, hash, scryptSync } from 'node:crypto';
import { defineType } from '../../go/type.ts';
import type { Run } from '../../run.ts';
import { fn, variable } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { bcryptHash } from './bcrypt.ts';

/** What slow hashes weigh: 50 and 160 ms. */
const weights = { bcrypt: 1, derive: 2 } as const;

const longestForBcrypt = 72;

/** Sprig puts an error into the result; this one has no value in it. */
function bcrypt(run: Run, password: string): string {
  if (password.length > longestForBcrypt) return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
  return run.budget.slow(weights.bcrypt, () => bcryptHash(password, run.random(16), 10));
}

/** Shapes of passwords and what each of their letters stands for: the Master Password algorithm, version 3. */
const shapes: Readonly<Record<string, string>> = {
  maximum: 'anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno',
  long: [
    'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv',
    'CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv',
    'CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno',
  ].join(' '),
  medium: 'CvcnoCvc CvcCvcno',
  short: 'Cvcn',
  basic: 'aaanaaan aannaaan aaannaaa',
  pin: 'nnnn',
};
const characters: Readonly<Record<string, string>> = {
  C: 'BCDFGHJKLMNPQRSTVWXYZ',
  v: 'aeiou',
  c: 'bcdfghjklmnpqrstvwxyz',
  a: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz',
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()',
};
const purpose = 'com.lyndir.masterpassword';

function derivePassword(run: Run, counter: bigint, kind: string, password: string, user: string, site: string): string {
  const templates = Object.hasOwn(shapes, kind) ? shapes[kind]?.split(' ') : undefined;
  if (!templates) return `cannot find password template ${kind}`;
  const cost = { N: 32_768, r: 8, p: 2, maxmem: 64 << 20 };
  const salt = Buffer.from(purpose + uint32(user.length) + user, 'latin1');
  const key = run.budget.slow(weights.derive, () => scryptSync(Buffer.from(password, 'latin1'), salt, 64, cost));
  const message = purpose + uint32(site.length) + site + uint32(Number(BigInt.asUintN(32, counter)));
  const [first = 0, ...seed] = createHmac('sha256', key).update(Buffer.from(message, 'latin1')).digest();
  const letters = templates[first % templates.length] ?? '';
  return Array.from(letters, (letter, i) => pick(characters[letter] ?? '', seed[i] ?? 0)).join('');
}

function pick(alphabet: string, byte: number): string {
  return alphabet[byte % alphabet.length] ?? '';
}

function uint32(number: number): string {
  return String.fromCharCode(number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff);
}

function passwordLine(user: string, hashed: () => string): string {
  return user.includes(':') ? `invalid username: ${user}` : `${user}:${hashed()}`;
}

/** Hashes of passwords, and passwords made from a master password. */
export const passwordFunctions: FunctionTable = {
  bcrypt: variable('func(string) string', bcrypt),
  htpasswd: variable('func(string, string) string', (run, user, password) => passwordLine(user, () => bcrypt(run, password))),
  derivePassword: fn('func(uint32, string, string, string, string) string', derivePassword),
};

/** The type of an argument that only a literal can be: a string in a variable is of another type. */
defineType({ text: 'sprig.HashAlgorithm', kind: 'string' });

/** What external-secrets has in another form: its htpasswd takes the algorithm, `sha` or anything else for bcrypt. */
export const esoPasswordFunctions: FunctionTable = {
  htpasswd: variable('func(string, string, sprig.HashAlgorithm) string', (run, user, password, algorithm) =>
    passwordLine(user, () =>
      algorithm === 'sha' ? `{SHA}${hash('sha1', Buffer.from(password, 'latin1'), 'base64')}` : bcrypt(run, password),
    ),
  ),
};

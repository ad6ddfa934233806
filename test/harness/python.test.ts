import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

test('without Python it is said what is missing, and how to get it', async () => {
  const module = JSON.stringify(`${import.meta.dirname}/python.ts`);
  const script = `import(${module}).then((room) => room.pythonPrograms()).catch((error) => console.log(error.name, error.message))`;
  const { stdout } = await run(process.execPath, ['-e', script], { env: { PATH: '/nonexistent' } });
  expect(stdout).toContain('MissingPrerequisite OpenBao and moto under the tests are Python packages, and there is no `python3`');
  expect(stdout).toContain('apt-get install python3 python3-venv');
});

import { pythonPrograms } from '../harness/python.ts';
import { controlPlanePrograms, MissingPrerequisite } from './programs.ts';

/**
 * Before the cluster tests: builds the control plane, and installs the servers that come as Python packages, where that has not happened on
 * this machine, so that no test pays for it.
 * What is missing fails the whole run on CI (`CI=true`). Elsewhere it is said here once, and only the tests that need the control
 * plane fail, with the same words.
 */
export default async function setup(): Promise<void> {
  try {
    await Promise.all([controlPlanePrograms(), pythonPrograms()]);
  } catch (error) {
    if (!(error instanceof MissingPrerequisite) || process.env['CI'] === 'true') throw error;
    console.error(`\n${error.message}\n`);
  }
}

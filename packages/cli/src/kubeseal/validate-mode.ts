import type { Io } from '../console/io.ts';
import { emitJson } from '../document/emit-json.ts';
import { jsonOf } from '../document/tree.ts';
import { askController } from './cluster.ts';
import { problemOf } from './controller-problem.ts';
import type { KubesealFlags } from './flags.ts';
import { kubesealErrors } from './messages.ts';
import { secretBytes } from './seal-mode.ts';
import { readSealedStream } from './sealed-stream.ts';

/** `kubeseal --validate`: asks the controller for each document whether it could open it. Says nothing when it could. */
export async function validateMode(flags: KubesealFlags, io: Io): Promise<void> {
  const documents = readSealedStream(flags.text('secret-file') || '<stdin>', await secretBytes(flags, io));
  await askController(flags, io, async ({ ask }) => {
    for (const { name, tree } of documents) {
      const headers = { 'content-type': 'application/json' };
      const answer = await ask({ method: 'POST', path: '/v1/verify', headers, body: emitJson(jsonOf(tree)) });
      if (answer.status === 409) throw kubesealErrors.CANNOT_DECRYPT({ name });
      if (answer.status !== 200) throw kubesealErrors.CANNOT_VALIDATE({ problem: problemOf(answer) });
    }
  });
}

import type { ControllerService } from '../cluster/controller-service.ts';
import { mapConcurrent } from '../console/map-concurrent.ts';
import { emitJson } from '../document/emit-json.ts';
import { cliErrors } from '../errors.ts';
import { problemOf } from '../kubeseal/controller-problem.ts';
import { jsonInNamespace } from '../manifests/json-in-namespace.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { checkErrors } from './errors.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';

const atOnce = 4;

/**
 * Asks the controller for each object whether it could open it.
 *
 * @param namespace of objects that name none
 * @throws SIGNET_CLI_CLUSTER_UNREACHABLE when the answer is not the controller's
 */
export async function askCluster(
  objects: readonly ManifestObject[],
  controller: ControllerService,
  namespace: string | undefined,
  onAnswer: () => void,
): Promise<Finding[]> {
  const answers = await mapConcurrent(objects, { limit: atOnce }, async (object) => {
    const headers = { 'content-type': 'application/json' };
    const body = emitJson(jsonInNamespace(object, namespace));
    const answer = await controller.ask({ method: 'POST', path: '/v1/verify', headers, body });
    onAnswer();
    if (answer.status === 200) return [];
    if (answer.status === 409) return [finding('error', checkErrors.CLUSTER_CANNOT_OPEN({}), object.place())];
    // 500 and 413 are the controller's word on this object; anything else is somebody on the way.
    if (answer.status !== 500 && answer.status !== 413) throw cliErrors.CLUSTER_UNREACHABLE({ problem: problemOf(answer) });
    return [finding('error', checkErrors.CLUSTER_REFUSES({ problem: problemOf(answer) }), object.place())];
  });
  return answers.flat();
}

import type { Resource } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { useControlPlane } from '../../control-plane/use-control-plane.ts';
import { account, Scene } from './scene.ts';

// Small in all, so that one share of it is one seat.
const plane = useControlPlane({ apiServerFlags: ['--max-requests-inflight=40', '--max-mutating-requests-inflight=20'] });

const flowcontrol = { group: 'flowcontrol.apiserver.k8s.io', version: 'v1', namespaced: false } as const;
const levels: Resource = { ...flowcontrol, plural: 'prioritylevelconfigurations', kind: 'PriorityLevelConfiguration' };
const flows: Resource = { ...flowcontrol, plural: 'flowschemas', kind: 'FlowSchema' };
const name = 'storm';

describe('an API server that defends itself', () => {
  test('429 storm: the controller gets one seat and the rest of its requests are refused, and it settles all the same', async () => {
    await using scene = await Scene.on(plane());
    await startStorm();
    const names = Array.from({ length: 40 }, (_, index) => `db-${index}`);
    await Promise.all(names.map(async (each) => scene.write(each, { password: `in the storm, ${each}` })));
    await until('requests of the controller are refused', async () => (await refused()) >= 20, { withinMs: 60_000, everyMs: 250 });
    expect(scene.controller.ending, scene.controller.logs(40)).toBeUndefined();
    await Promise.all(names.slice(0, 5).map(async (each) => scene.write(each, { password: 'newer' })));
    await plane().admin.delete(flows, { name });
    await plane().admin.delete(levels, { name });
    await scene.settles();
    await scene.holds();
  });
});

async function startStorm(): Promise<void> {
  await plane().admin.create(levels, {
    metadata: { name },
    spec: {
      type: 'Limited',
      limited: { nominalConcurrencyShares: 1, lendablePercent: 0, borrowingLimitPercent: 0, limitResponse: { type: 'Reject' } },
    },
  });
  await plane().admin.create(flows, {
    metadata: { name },
    spec: {
      matchingPrecedence: 2,
      priorityLevelConfiguration: { name },
      rules: [
        {
          subjects: [{ kind: 'ServiceAccount', serviceAccount: account }],
          resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
        },
      ],
    },
  });
}

/** Requests that the API server refused to this flow, so far. */
async function refused(): Promise<number> {
  const { body } = await plane().admin.request({ method: 'GET', path: '/metrics' });
  const series = new RegExp(`^apiserver_flowcontrol_rejected_requests_total\\{[^}]*flow_schema="${name}"[^}]*\\} (\\S+)$`, 'gm');
  return [...Buffer.from(body).toString('utf8').matchAll(series)].reduce((sum, [, count]) => sum + Number(count), 0);
}

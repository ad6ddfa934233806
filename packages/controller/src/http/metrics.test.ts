import { readSealedSecret } from '@signet/api';
import { expect, test } from 'vitest';
import { ControllerMetrics } from './metrics.ts';

const sealed = (labels?: Record<string, string>): ReturnType<typeof readSealedSecret> =>
  readSealedSecret({ metadata: { name: 'db', namespace: 'web', labels } });
async function conditions(metrics: ControllerMetrics): Promise<string[]> {
  const text = await metrics.registry.metrics();
  return text.split('\n').filter((line) => line.startsWith('sealed_secrets_controller_condition_info{'));
}
const make = (omitSecretLabels = false): ControllerMetrics => new ControllerMetrics({ omitSecretLabels, processMetrics: false });

// Source: acceptance checklist of sealed-secrets v0.38, item 25.
test('acceptance 25: condition_info: 1, -1 or 0, with the instance label; gone with the object', async () => {
  const metrics = make();
  metrics.condition(sealed({ 'app.kubernetes.io/instance': 'shop' }), 'True');
  const labels = 'namespace="web",name="db",condition="Synced",ss_app_kubernetes_io_instance';
  expect(await conditions(metrics)).toEqual([`sealed_secrets_controller_condition_info{${labels}="shop"} 1`]);
  metrics.condition(sealed(), 'False');
  expect(await conditions(metrics)).toEqual([`sealed_secrets_controller_condition_info{${labels}=""} -1`]);
  metrics.condition(sealed());
  expect(await conditions(metrics)).toEqual([`sealed_secrets_controller_condition_info{${labels}=""} 0`]);
  metrics.forget({ namespace: 'web', name: 'db' });
  expect(await conditions(metrics)).toEqual([]);
});

test('--metrics-omit-secret-labels: nothing is shown', async () => {
  const metrics = make(true);
  metrics.condition(sealed(), 'True');
  expect(await conditions(metrics)).toEqual([]);
});

test('errors are counted by reason and namespace', async () => {
  const metrics = make();
  metrics.failed('unmanaged', 'web');
  expect(await metrics.registry.metrics()).toContain(
    'sealed_secrets_controller_unseal_errors_total{reason="unmanaged",namespace="web"} 1',
  );
});

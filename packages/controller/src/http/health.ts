import type { HealthChecks } from '@signet/kube/runtime';
import { page } from './server.ts';
import type { Route } from './server.ts';

/** The process runs and answers. Nothing else: a liveness probe must not restart a program that is waiting for others. */
export const healthz: Route = page(() => ({ status: 200, body: 'ok\n' }));

/** Ready to serve: caches read, and a key to seal with. Says what is missing. */
export function readyz(checks: HealthChecks): Route {
  return page(async () => {
    const { healthy, text } = await checks.report();
    return { status: healthy ? 200 : 503, body: text };
  });
}

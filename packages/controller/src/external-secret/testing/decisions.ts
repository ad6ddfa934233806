import type { Secret } from '@signet/kube/client';
import { decide } from '../decide.ts';
import type { Decision, Observed } from '../decide.ts';
import { created, external, making, readFrom } from './target-objects.ts';
import type { Draft } from './target-objects.ts';

/** What is decided for a draft; there are no ConfigMaps and Secrets to take templates from. */
export async function decided(draft: Draft, more: Partial<Observed> = {}): Promise<Decision> {
  return decide(making({ es: external(draft), ...more }), readFrom());
}

/** A Secret that an ExternalSecret of this draft made. */
export async function own(draft: Draft = {}, more: Partial<Observed> = {}): Promise<Secret> {
  const decision = await decided(draft, more);
  if (decision.do !== 'create') throw new Error(`a Secret is created, not: ${decision.do}`);
  return created(decision.secret);
}

/** What people see of a decision. */
export function told(decision: Decision): readonly [what: string, reason: string, message: string] {
  return decision.do === 'refuse'
    ? ['refuse', decision.reason, decision.message]
    : [decision.do, decision.told.reason, decision.told.message];
}

/** What they see when all is well. */
export const synced = ['SecretSynced', 'secret synced'] as const;

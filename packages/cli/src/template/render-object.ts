import { renderExternalSecret } from './external-secret.ts';
import type { ExternalRoom } from './external-secret.ts';
import type { ManifestObject } from './manifest-object.ts';
import type { Rendered } from './rendered-secret.ts';
import { renderSealedSecret } from './sealed-secret.ts';

/** Renders a SealedSecret or an ExternalSecret. @throws Refusals, SIGNET_CLI_TEMPLATE_VALUES_MISSING and others */
export function renderObject(object: ManifestObject, room: ExternalRoom): Rendered {
  if (object.kind === 'ExternalSecret') return renderExternalSecret(object, room);
  return renderSealedSecret(object, room.samples, room.surroundings);
}

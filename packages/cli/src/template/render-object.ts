import { cliErrors } from '../errors.ts';
import { isDataKey } from '../secret/read-secret.ts';
import { renderExternalSecret } from './external-secret.ts';
import type { ExternalRoom } from './external-secret.ts';
import type { ManifestObject } from './manifest-object.ts';
import type { Rendered } from './rendered-secret.ts';
import { renderSealedSecret } from './sealed-secret.ts';

/**
 * Renders a SealedSecret or an ExternalSecret.
 *
 * @throws Refusals with every template that fails, SIGNET_CLI_TEMPLATE_VALUES_MISSING and others; SIGNET_CLI_BAD_KEY for a key that
 * the API server would refuse
 */
export function renderObject(object: ManifestObject, room: ExternalRoom): Rendered {
  for (const field of ['name', 'namespace']) object.text('metadata', field); // refuses what is no text
  const rendered = render(object, room);
  const bad = rendered.isSecret ? [...rendered.parts.data.keys()].find((key) => !isDataKey(key)) : undefined;
  if (bad !== undefined) throw cliErrors.BAD_KEY({ key: bad }, { at: object.place() });
  return rendered;
}

function render(object: ManifestObject, room: ExternalRoom): Rendered {
  if (object.kind === 'ExternalSecret') return renderExternalSecret(object, room);
  return renderSealedSecret(object, room.samples, room.surroundings);
}

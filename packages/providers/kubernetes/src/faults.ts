import { isSignetError } from '@signet/errors';
import { isApiError } from '@signet/kube/client';
import { comeBack, providerErrors } from '@signet/provider';

/** What was asked for when it went wrong. */
export interface Occasion {
  /** The remote key as the user wrote it, or the list. */
  readonly key: string;
}

/** The error of a provider for what the Kubernetes client threw; errors of providers and aborts pass as they are. */
export function faultOf(error: unknown, { key }: Occasion): unknown {
  if (isApiError(error)) {
    // The server may be anything that a tenant names: of what it says, only a word of the API's own kind is told.
    const because = `HTTP ${error.status}${/^[A-Z][A-Za-z]{1,40}$/.test(error.reason) ? ` ${error.reason}` : ''}`;
    return refusal(error.status, because, key, error.retryAfterMs);
  }
  if (!isSignetError(error)) return error;
  const problem = problemOf(error);
  switch (error.code) {
    case 'SIGNET_KUBE_UNREACHABLE':
      return problem === 'UND_ERR_RES_EXCEEDED_MAX_SIZE'
        ? providerErrors.BAD_ANSWER({ because: 'it is longer than allowed' })
        : providerErrors.UNAVAILABLE({ because: problem });
    case 'SIGNET_KUBE_UNTRUSTED':
      return providerErrors.UNAVAILABLE({ because: `its certificate is not trusted (${problem})` });
    case 'SIGNET_KUBE_TIMEOUT':
      return providerErrors.UNAVAILABLE({ because: 'it did not answer in time' });
    case 'SIGNET_KUBE_CLOSED':
      return providerErrors.UNAVAILABLE({ because: 'the store was closed' });
    case 'SIGNET_KUBE_NOT_JSON':
      return providerErrors.BAD_ANSWER({ because: 'not a JSON object' });
    case 'SIGNET_KUBE_BAD_NAME':
      return providerErrors.INVALID_CONFIG({
        field: 'remoteRef.key',
        because: `${JSON.stringify(key)} is not the name of a Secret`,
      });
    case 'SIGNET_KUBE_BAD_CERTIFICATES':
      return providerErrors.INVALID_CONFIG({
        field: 'spec.provider.kubernetes',
        because: `its certificates cannot be used (${problem})`,
      });
    default:
      return error.code.startsWith('SIGNET_KUBE_')
        ? providerErrors.INVALID_CONFIG({ field: 'spec.provider.kubernetes', because: error.message })
        : error;
  }
}

function refusal(status: number, because: string, key: string, retryAfterMs: number | undefined): Error {
  const later = <E extends Parameters<typeof comeBack>[0]>(error: E): E =>
    retryAfterMs === undefined ? error : comeBack(error, retryAfterMs);
  if (status === 401 || status === 403) return providerErrors.ACCESS_DENIED({ because });
  if (status === 404) return providerErrors.NOT_FOUND({ key });
  if (status === 429) return later(providerErrors.THROTTLED({ because }));
  if (status >= 500 || status === 410) return later(providerErrors.UNAVAILABLE({ because }));
  return providerErrors.INVALID_CONFIG({ field: 'spec.provider.kubernetes', because: `the API server refused: ${because}` });
}

/** The short code at the end of a client's message: `cannot reach https://host (ECONNREFUSED)`. Never text of an answer. */
function problemOf(error: Error): string {
  const [, code] = /\(([A-Z][A-Z0-9_]+)\)$/.exec(error.message) ?? [];
  return code ?? 'the connection broke';
}

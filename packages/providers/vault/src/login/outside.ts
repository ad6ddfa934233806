import type { StoreRoom } from '@signet/provider';
import { providerErrors } from '@signet/provider';
import type { Answer, HttpCall } from '@signet/provider/http';
import { faultOf, httpClient, jsonOf } from '@signet/provider/http';
import { z } from 'zod';

/** A call to somebody who vouches for us: AWS STS, Google, the machine's metadata service. */
export type OutsideCall = Omit<HttpCall, 'path' | 'query'> & {
  readonly url: string;
  /** Who is asked, for errors: `AWS STS`. */
  readonly who: string;
};

/** Makes one call on a connection of its own: logins are rare. @throws UNAVAILABLE, THROTTLED, ACCESS_DENIED, BAD_ANSWER */
export async function outside({ clock, env, limits }: StoreRoom, { url, who, ...call }: OutsideCall): Promise<Answer> {
  const { origin, pathname, search } = new URL(url);
  const client = httpClient({ baseUrl: origin, clock, env, ...limits, sockets: 1 });
  try {
    const answer = await client.call({ ...call, path: `${pathname}${search}` });
    const fault = faultOf(answer, clock.now(), who);
    // What the others call a bad request is here a credential that they do not take.
    if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) {
      throw providerErrors.ACCESS_DENIED({ because: `${who} refuses (HTTP ${answer.status})` });
    }
    if (fault) throw fault;
    return answer;
  } finally {
    await client.close();
  }
}

/** A field of an answer that has to be text. @throws BAD_ANSWER */
export function textField(answer: Answer, field: string, who: string): string {
  const { data } = z.record(z.string(), z.unknown()).safeParse(jsonOf(answer));
  const value = data?.[field];
  if (typeof value === 'string' && value !== '') return value;
  throw providerErrors.BAD_ANSWER({ because: `${who} gave no ${field}` });
}

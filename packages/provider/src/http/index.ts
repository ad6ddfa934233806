export { httpClient } from './client.ts';
export type { Answer, HttpCall, HttpClient, HttpClientOptions } from './client.ts';
export { causeOf, faultOf, retryAfterMs } from './fault.ts';
export { jsonOf } from './json-answer.ts';
export { proxyOf } from './proxy.ts';

import type { LoginTools } from './request.ts';

/** Asks the metadata service of a Google machine. @param path below `/computeMetadata/v1/` */
export async function metadata(path: string, query: Readonly<Record<string, string>>, tools: LoginTools): Promise<string> {
  const { room, outside, signal } = tools;
  const host = room.env['GCE_METADATA_HOST'] || 'metadata.google.internal';
  const url = `http://${host}/computeMetadata/v1/${path}?${new URLSearchParams(query).toString()}`;
  const headers = { 'metadata-flavor': 'Google' };
  const answer = await outside({ method: 'GET', url, who: 'the metadata service', headers, signal });
  return Buffer.from(answer.body).toString('utf8').trim();
}

/**
 * A program for the kill test: starts a sandbox with a data file and creates ConfigMaps through its API, printing the name of
 * each one after it was acknowledged. First line: the URL and the token as JSON.
 */
import { startSandbox } from '../sandbox.ts';
import { ApiClient } from './api-client.ts';

const [dataFile = '', prefix = ''] = process.argv.slice(2);
const sandbox = await startSandbox({ dataFile });
const api = new ApiClient(sandbox);
console.log(JSON.stringify({ url: sandbox.url, token: sandbox.token, ca: sandbox.ca }));
for (let index = 0; ; index++) {
  const name = `${prefix}-${index}`;
  const answer = await api.post('/api/v1/namespaces/default/configmaps', { metadata: { name } });
  if (answer.status !== 201) throw new Error(answer.text);
  console.log(name);
}

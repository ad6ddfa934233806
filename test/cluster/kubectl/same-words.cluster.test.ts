import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Kubectl, servers, startKubectl } from '../../kubectl/kubectl.ts';
import { type Step, stories } from '../../kubectl/stories.ts';
import { widgetCrd } from '../../kubectl/widgets.ts';

/** What differs between any two clusters. */
const accidents: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UID'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME'],
  [/(resourceVersion"?: )"?\d+"?/g, '$1VERSION'],
  [/127\.0\.0\.1:\d+/g, 'HOST'],
];

interface Shown {
  readonly metadata?: { managedFields?: readonly ManagedFields[] };
}

interface ManagedFields {
  readonly manager: string;
  readonly operation: string;
  readonly subresource?: string;
}

/** Managed fields are ordered by second of their time, which is an accident too. */
function settled(text: string): string {
  if (!text.startsWith('{\n')) return text;
  const object = JSON.parse(text) as Shown;
  const name = ({ manager, operation, subresource = '' }: ManagedFields): string => `${manager} ${operation} ${subresource}`;
  const entries = object.metadata?.managedFields?.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
  return JSON.stringify({ ...object, metadata: { ...object.metadata, managedFields: entries } }, null, 1);
}

async function tell(kubectl: Kubectl, namespace: string, { args, input }: Step): Promise<string> {
  const { code, stdout, stderr } = await kubectl.run([`--namespace=${namespace}`, ...args], input === undefined ? {} : { input });
  const text = `$ kubectl ${args.join(' ')}\n${input ?? ''}\n${settled(stdout)}${stderr}ended with ${code}`;
  return accidents.reduce((rest, [pattern, name]) => rest.replaceAll(pattern, name), text).replaceAll(namespace, 'NAMESPACE');
}

// Promise of the sandbox: what works on it works on a real cluster, word for word.
describe('kubectl says the same of both servers', () => {
  let both: Kubectl[];

  beforeAll(async () => {
    both = await Promise.all(servers.map((server) => startKubectl(server)));
    for (const kubectl of both) {
      await kubectl.ok(['create', '-f', '-'], { input: widgetCrd });
      await kubectl.ok(['wait', '--for=condition=Established', 'crd/widgets.example.com', '--timeout=20s']);
    }
  });

  afterAll(() => Promise.all(both.map((kubectl) => kubectl.stop())));

  test.each(Object.entries(stories))('%s', async (title, steps) => {
    const namespace = `story-${Object.keys(stories).indexOf(title)}`;
    const [sandbox = [], real = []] = await Promise.all(
      both.map(async (kubectl) => {
        await kubectl.ok(['create', 'namespace', namespace]);
        const told: string[] = [];
        for (const step of steps) told.push(await tell(kubectl, namespace, step));
        return told;
      }),
    );
    for (const [index, words] of real.entries()) expect(sandbox[index]).toBe(words);
  });
});

// Compiling and rendering a typical template, here and with Go's own engine and the real Sprig, in the same run.
import { availableParallelism } from 'node:os';
import { compile, sealedSecretsFunctions } from '@signet/template';
import { TemplateOracle } from '../interop/template-oracle/oracle.ts';
import type { Question } from '../interop/template-oracle/question.ts';

const aims = { render: 5, compile: 10 };

/** Twenty lines of configuration, as people put together from a few secrets. */
const text = `# database settings, rendered from the sealed values
[database]
host = {{ .host | quote }}
port = {{ .port | default "5432" }}
user = {{ .user | lower }}
password = {{ .password | quote }}
url = "postgres://{{ .user }}:{{ .password | urlquery }}@{{ .host }}:{{ .port }}/{{ .name }}?sslmode={{ .sslmode | default "require" }}"
{{- if eq .replicas "true" }}

[replicas]
{{- range $index, $host := splitList "," .replicaHosts }}
replica-{{ add1 $index }} = {{ printf "%s:%s" ($host | trim) $.port }}
{{- end }}
{{- end }}

[auth]
{{- with .token }}
token = {{ . | b64enc }}
{{- else }}
anonymous = true
{{- end }}
checksum = {{ printf "%s-%s" .user .password | sha256sum | trunc 12 }}
`;

const data: Readonly<Record<string, string>> = {
  host: 'db.internal.example',
  port: '5432',
  user: 'Application',
  password: 'p@ss w0rd/+&?',
  name: 'orders',
  sslmode: 'verify-full',
  replicas: 'true',
  replicaHosts: 'replica-a.example, replica-b.example, replica-c.example',
  token: 'c0ffee-c0ffee-c0ffee',
};

const question: Question = { set: 'sealed-secrets', template: text, data };

interface Times {
  readonly compileNs: number;
  readonly renderNs: number;
}

/** `npm run bench -- template [--rounds 7] [--iterations 2000]`. The best round of each counts. */
export const bench = {
  name: 'template',
  target: `render <= ${aims.render}x, compile <= ${aims.compile}x of Go's text/template with Sprig`,
  async run(options: Readonly<Record<string, string>>): Promise<{ table: string; figures: object; met: boolean }> {
    const rounds = Number(options['rounds'] ?? 7);
    const iterations = Number(options['iterations'] ?? 2000);
    const oracle = new TemplateOracle();
    try {
      const ours: Times[] = [];
      const theirs: Times[] = [];
      for (let round = 0; round < rounds; round += 1) {
        ours.push(measure(iterations, round));
        const go = await oracle.bench(question, iterations);
        if (go.output !== Buffer.from(render()).toString('latin1')) throw new Error('Go renders something else');
        theirs.push(go);
      }
      return evaluate(ours, theirs);
    } finally {
      oracle.stop();
    }
  },
};

const values = new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value)]));
const render = (): Uint8Array => compile(text, { functions: sealedSecretsFunctions }).render(values);

function measure(iterations: number, round: number): Times {
  const compiled = compile(text, { functions: sealedSecretsFunctions });
  const renderNs = timed(iterations, () => compiled.render(values));
  // The text differs each time: a text seen before is not compiled again.
  const compileNs = timed(iterations, (index) => compile(`${text}#${round}-${index}`, { functions: sealedSecretsFunctions }));
  return { compileNs, renderNs };
}

/** Nanoseconds for one. */
function timed(iterations: number, work: (index: number) => unknown): number {
  const start = process.hrtime.bigint();
  for (let index = 0; index < iterations; index += 1) work(index);
  return Number(process.hrtime.bigint() - start) / iterations;
}

function evaluate(ours: readonly Times[], theirs: readonly Times[]): { table: string; figures: object; met: boolean } {
  const best = (times: readonly Times[], of: keyof Times): number => Math.round(Math.min(...times.map((each) => each[of])));
  const rows = (['render', 'compile'] as const).map((name) => {
    const [here, go] = [best(ours, `${name}Ns`), best(theirs, `${name}Ns`)];
    return { name, hereNs: here, goNs: go, ratio: Math.round((100 * here) / go) / 100, aim: aims[name] };
  });
  const lines = rows.map(
    ({ name, hereNs, goNs, ratio, aim }) =>
      `  ${name.padEnd(10)}${(hereNs / 1000).toFixed(1).padStart(10)}${(goNs / 1000).toFixed(1).padStart(10)}${`${ratio.toFixed(2)}x`.padStart(9)}${`${aim}x`.padStart(8)}`,
  );
  const table = [
    `a template of 20 lines, microseconds, best round, ${availableParallelism()} cores`,
    `  ${''.padEnd(10)}${'here'.padStart(10)}${'Go'.padStart(10)}${'ratio'.padStart(9)}${'aim'.padStart(8)}`,
    ...lines,
  ].join('\n');
  return { table, figures: { rows }, met: rows.every(({ ratio, aim }) => ratio <= aim) };
}

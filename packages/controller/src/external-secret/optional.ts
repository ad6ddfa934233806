import { externalSecretMarks } from '@signet/api';
import type { ExternalSecret } from '@signet/api';

/**
 * Which items may be missing, by the annotation `signet.dev/optional`: names with commas between, each the `secretKey` of an item of `data`, or
 * `dataFrom[0]`. Blanks around a name do not count; names of nothing have no effect.
 */
export class Optional {
  readonly #names: ReadonlySet<string>;

  constructor(es: Pick<ExternalSecret, 'metadata'>) {
    const text = es.metadata.annotations?.[externalSecretMarks.optional] ?? '';
    this.#names = new Set(text.split(',').map((name) => name.trim()));
  }

  data(secretKey: string): boolean {
    return this.#names.has(secretKey);
  }

  dataFrom(index: number): boolean {
    return this.#names.has(`dataFrom[${index}]`);
  }
}

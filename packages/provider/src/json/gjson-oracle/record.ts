// node packages/provider/src/json/gjson-oracle/record.ts: asks gjson every listed question and writes its answers to testdata. Needs Go.
import { questions } from './cases.ts';
import { GjsonOracle } from './oracle.ts';
import type { Answer } from './question.ts';
import { write } from './recorded.ts';

/** What gjson says now to every listed question. */
export async function askAll(oracle: GjsonOracle): Promise<readonly Answer[]> {
  return oracle.solve(questions);
}

if (import.meta.main) {
  const oracle = new GjsonOracle();
  try {
    write(await askAll(oracle));
  } finally {
    oracle.stop();
  }
}

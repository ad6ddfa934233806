// node packages/provider/src/json/gjson-oracle/record.ts: asks gjson every listed question and writes its answers to testdata. Needs Go.
import { questions } from './cases.ts';
import { GjsonOracle } from './oracle.ts';
import { write } from './recorded.ts';

const oracle = new GjsonOracle();
try {
  write(await oracle.solve(questions));
} finally {
  oracle.stop();
}

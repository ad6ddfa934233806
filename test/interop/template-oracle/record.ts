// node test/interop/template-oracle/record.ts: asks Go about every listed case and writes its answers to testdata. Needs Go.
import { TemplateOracle } from './oracle.ts';
import { ask, write } from './recorded.ts';

const oracle = new TemplateOracle();
try {
  write(await ask(oracle));
} finally {
  oracle.stop();
}

import { describe, expect, test } from 'vitest';
import { checkFile } from './arrows.ts';

describe('arrows', () => {
  const rows: [file: string, text: string, wrong: number][] = [
    ['packages/sealing/src/a.ts', `import { x } from '@signet/errors';`, 0],
    ['packages/sealing/src/a.ts', `import { x } from '@signet/kube/client';`, 1],
    ['packages/sealing/src/a.ts', `const x = await import('@signet/api');`, 1],
    ['packages/kube/src/a.ts', `import { startSandbox } from '@signet/kube-sandbox';`, 1],
    ['packages/kube/src/a.test.ts', `import { startSandbox } from '@signet/kube-sandbox';`, 0],
    ['packages/cli/src/a.ts', `import { x } from '../../sealing/src/format.ts';`, 1],
    ['packages/cli/src/deep/a.ts', `import { x } from '../b.ts';`, 0],
    ['packages/providers/aws/src/a.ts', `import { x } from '@signet/provider/http';`, 0],
    ['packages/providers/aws/src/a.ts', `import { x } from '@signet/provider-vault';`, 1],
    ['packages/providers/aws/src/a.cluster.test.ts', `import { x } from '../../../../test/harness/moto.ts';`, 0],
    ['packages/providers/aws/src/a.cluster.test.ts', `import { x } from '../../../../test/chaos/world.ts';`, 1],
    ['packages/providers/aws/src/a.ts', `import { x } from '../../../../test/harness/moto.ts';`, 1],
    ['packages/providers/aws/src/deep/a.ts', `import { x } from '../b.ts';`, 0],
    ['packages/providers/aws/src/a.ts', `import { x } from '../../vault/src/b.ts';`, 1],
    ['packages/newcomer/src/a.ts', ``, 1],
  ];
  test.each(rows)('%s %s', (file, text, wrong) => {
    expect(checkFile(file, text)).toHaveLength(wrong);
  });
});

// npm run generate: writes the files that are made from code and checked in.
import { writeGeneratedFiles } from './generated-files.ts';

const changed = await writeGeneratedFiles();
console.log(changed.length > 0 ? changed.map((file) => `wrote ${file}`).join('\n') : 'everything is current');

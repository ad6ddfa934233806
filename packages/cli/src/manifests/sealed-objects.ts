import { isSignetError } from '@signet/errors';
import type { SignetError } from '@signet/errors';
import type { Io } from '../console/io.ts';
import { readBytes } from '../console/read-inputs.ts';
import { sourceOf } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { findFiles } from './find-files.ts';
import type { Search } from './find-files.ts';
import { documentsOf, isSealedSecret, looksLikeSecret, manifestObjects } from './manifest-file.ts';
import type { ManifestDocument } from './manifest-file.ts';

/** A SealedSecret, and the document of the file it stands in. */
export interface PlacedObject {
  readonly object: ManifestObject;
  readonly document: ManifestDocument;
}

/** The SealedSecrets of one input. */
export interface SealedFile {
  readonly source: Source;
  /** Undefined for stdin. */
  readonly path: string | undefined;
  readonly objects: readonly PlacedObject[];
  /** Documents that look like a Secret or SealedSecret and cannot be read. */
  readonly problems: readonly SignetError[];
}

/** The SealedSecrets of a text. Documents of other kinds are passed over, also those that cannot be read. */
export function sealedIn(source: Source, path: string | undefined): SealedFile {
  const documents = documentsOf(source);
  const objects = documents.flatMap((document) =>
    manifestObjects(document)
      .filter(({ tree }) => isSealedSecret(tree))
      .map((object) => ({ object, document })),
  );
  return { source, path, objects, problems: documents.filter(looksLikeSecret).flatMap(({ problems }) => problems) };
}

/** Reads inputs one by one and finds their SealedSecrets; `-` is stdin. What cannot be read comes in `problems`. */
export async function readSealedFiles(
  names: readonly string[],
  search: Search,
  io: Io,
): Promise<{ readonly files: readonly SealedFile[]; readonly problems: readonly SignetError[] }> {
  const found = await findFiles(
    names.filter((name) => name !== '-'),
    search,
  );
  const problems: SignetError[] = [...found.problems];
  const files: SealedFile[] = [];
  const inputs = [...(names.includes('-') ? [undefined] : []), ...found.files];
  for (const path of inputs) {
    io.signal.throwIfAborted();
    try {
      const source = sourceOf(path ?? '<stdin>', path === undefined ? await io.readStdin() : await readBytes(path));
      const file = sealedIn(source, path);
      problems.push(...file.problems);
      if (file.objects.length > 0) files.push(file);
    } catch (error) {
      if (!isSignetError(error)) throw error;
      problems.push(error);
    }
  }
  return { files, problems };
}

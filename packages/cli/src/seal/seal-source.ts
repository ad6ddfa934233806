import type { SignetError } from '@signet/errors';
import type { SealingCertificate } from '@signet/sealing';
import { emitJson } from '../document/emit-json.ts';
import { emitYaml } from '../document/emit-yaml.ts';
import { readDocument } from '../document/read-document.ts';
import { placeAt } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { isBlank, splitStream } from '../document/split.ts';
import type { Piece } from '../document/split.ts';
import { child, jsonOf, stringAt } from '../document/tree.ts';
import type { Json, Tree } from '../document/tree.ts';
import { collect, Refusals } from '../errors.ts';
import { boundSecret } from '../secret/bind.ts';
import type { BoundSecret, Wishes } from '../secret/bind.ts';
import { isSecretTree, secretsOf } from '../secret/find-secrets.ts';
import { readSecret } from '../secret/read-secret.ts';
import { sealedManifest } from '../secret/sealed-manifest.ts';

/** Format of the output. `input`: each document stays what it was. */
export type Format = 'input' | 'yaml' | 'json';

/** A document to seal, or to leave as it is. */
type Part =
  | { readonly kind: 'text'; readonly text: string; readonly tree?: Tree; readonly format?: 'yaml' | 'json' }
  | {
      readonly kind: 'objects';
      readonly format: 'yaml' | 'json';
      readonly head: string;
      readonly eol: string;
      readonly objects: readonly (BoundSecret | Tree)[];
    };

/** An input whose Secrets were all read and found good, ready to be sealed. */
export interface Plan {
  readonly parts: readonly Part[];
  readonly secrets: readonly BoundSecret[];
  /** Documents that are not Secrets. */
  readonly others: number;
  /** Remarks for the person, without values. */
  readonly notes: readonly string[];
}

/**
 * Reads every document of an input and finds its Secrets. Nothing is sealed yet, so that one bad document anywhere keeps
 * everything from being written.
 *
 * @throws Refusals with the problems of all documents
 */
export function planSource(source: Source, wishes: Wishes): Plan {
  const problems: SignetError[] = [];
  const parts: Part[] = [];
  const notes: string[] = [];
  let number = 0;
  let others = 0;
  for (const piece of splitStream(source.text)) {
    if (piece.kind === 'separator' || piece.kind === 'blank') {
      parts.push({ kind: 'text', text: source.text.slice(piece.start, piece.end) });
      continue;
    }
    number += 1;
    const place = { ...placeAt(source, firstContent(source.text, piece)), document: number };
    const part = collect(problems, place, () => planDocument(source, piece, wishes, notes));
    if (part === undefined) continue;
    if (part.kind === 'text' && part.tree) others += 1;
    parts.push(part);
  }
  if (problems.length > 0) throw new Refusals(problems);
  const secrets = parts.flatMap((part) => (part.kind === 'objects' ? part.objects.filter(isSecret) : []));
  return { parts, secrets, others, notes };
}

/** Seals what was planned and gives the output text. */
export async function sealPlan(plan: Plan, certificate: SealingCertificate, format: Format): Promise<string> {
  let output = '';
  for (const part of plan.parts) {
    if (part.kind === 'text') {
      output += otherText(part, format, output);
      continue;
    }
    const manifests: Json[] = [];
    for (const object of part.objects) {
      manifests.push(isSecret(object) ? await sealedManifest(object.secret, object.scope, certificate) : jsonOf(object));
    }
    output += objectsText(part, manifests, format, output);
  }
  return output === '' || output.endsWith('\n') || plan.secrets.length === 0 ? output : `${output}\n`;
}

function planDocument(source: Source, piece: Piece, wishes: Wishes, notes: string[]): Part {
  const format = piece.kind === 'json' ? 'json' : 'yaml';
  const text = source.text.slice(piece.start, piece.end);
  const { tree, contentStart } = readDocument(source, piece);
  const found = secretsOf(tree);
  if (found === undefined) return { kind: 'text', text, tree, format };
  const problems: SignetError[] = [];
  const objects = found.map((object) => {
    if (!isSecretTree(object)) return object;
    const name = stringAt(child(object, 'metadata'), 'name');
    const place = { ...placeAt(source, object.at), ...(name === undefined ? {} : { object: `Secret ${JSON.stringify(name)}` }) };
    return collect(problems, place, () => {
      const bound = boundSecret(readSecret(source, object, wishes.reading), wishes);
      for (const [key, value] of bound.secret.values)
        if (value.length === 0) notes.push(`Secret "${bound.secret.name}": the value of ${key} is empty`);
      return bound;
    });
  });
  if (problems.length > 0) throw new Refusals(problems);
  const eol = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
  return {
    kind: 'objects',
    format,
    head: headOf(source.text, piece, contentStart),
    eol,
    objects: objects.filter((one) => one !== undefined),
  };
}

/**
 * Comments and blank lines before the first line of a document. Everything from that line on is replaced, comments
 * included: a value that was commented out is still a secret.
 */
function headOf(text: string, piece: Piece, contentStart: number): string {
  const lineStart = text.lastIndexOf('\n', contentStart - 1) + 1;
  const head = text.slice(piece.start, Math.max(piece.start, lineStart));
  return isBlank(head) ? head : '';
}

function firstContent(text: string, piece: Piece): number {
  const found = /^[ \t]*[^\s#%]/m.exec(text.slice(piece.start, piece.end));
  return piece.start + (found?.index ?? 0);
}

function isSecret(object: BoundSecret | Tree): object is BoundSecret {
  return 'secret' in object;
}

/** A document that is not a Secret, in the wanted format: untouched unless that differs from its own. */
function otherText(part: Part & { kind: 'text' }, format: Format, before: string): string {
  if (part.tree === undefined) return format === 'json' ? '' : part.text;
  if (format === 'input' || (format === 'yaml' && part.format === 'yaml')) return part.text;
  if (format === 'json') return part.format === 'json' ? `${part.text}\n` : emitJson(jsonOf(part.tree));
  return separatorAfter(before) + emitYaml(jsonOf(part.tree));
}

function objectsText(part: Part & { kind: 'objects' }, manifests: readonly Json[], format: Format, before: string): string {
  if ((format === 'input' ? part.format : format) === 'json') {
    const text = manifests.map(emitJson).join('');
    // The white space that follows a JSON document in the input is still there.
    return format === 'input' ? text.slice(0, -1) : text;
  }
  const documents = manifests.map((manifest) => emitYaml(manifest).replaceAll('\n', part.eol)).join(`---${part.eol}`);
  return part.format === 'json' ? separatorAfter(before) + documents : part.head + documents;
}

/** The `---` a YAML document needs when none stands before it. */
function separatorAfter(before: string): string {
  const tail = before.slice(-80);
  if (/(?:^|\n)---[ \t]*\r?\n$/.test(tail) || !/\S/.test(before)) return '';
  return `${before.endsWith('\n') ? '' : '\n'}---\n`;
}

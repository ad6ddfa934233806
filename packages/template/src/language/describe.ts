import { hidden } from '../go/error.ts';
import { toText } from '../go/utf8.ts';
import type { Node, Pipe } from './node.ts';

/**
 * A node as the text of an error shows it: written as Go writes it, with every literal hidden behind its marks
 * (`"…"`, `` `…` ``, `…` for numbers and characters). Names of templates are literals too.
 */
export function describe(node: Node): string {
  switch (node.kind) {
    case 'text':
      return hidden;
    case 'action':
      return `{{${describe(node.pipe)}}}`;
    case 'list':
      return node.statements.map(describe).join('');
    case 'if':
    case 'with':
    case 'range':
      return `{{${node.kind} ${describe(node.pipe)}}}${describe(node.body)}${node.otherwise ? `{{else}}${describe(node.otherwise)}` : ''}{{end}}`;
    case 'template':
      return `{{template "${hidden}"${node.pipe ? ` ${describe(node.pipe)}` : ''}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'pipe':
      return describePipe(node);
    case 'command':
      return node.operands.map((operand) => (operand.kind === 'pipe' ? `(${describe(operand)})` : describe(operand))).join(' ');
    case 'bool':
      return String(node.value);
    case 'number':
      return hidden;
    case 'string':
      return node.raw ? `\`${hidden}\`` : `"${hidden}"`;
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'field':
      return node.names.map((name) => `.${toText(name)}`).join('');
    case 'variable':
      return [node.name, ...node.fields].map(toText).join('.');
    case 'identifier':
      return toText(node.name);
    case 'chain':
      return [node.of.kind === 'pipe' ? `(${describe(node.of)})` : describe(node.of), ...node.fields.map(toText)].join('.');
  }
}

function describePipe({ declared, assigns, commands }: Pipe): string {
  const names = declared.map(describe).join(', ');
  return (declared.length === 0 ? '' : `${names} ${assigns ? '=' : ':='} `) + commands.map(describe).join(' | ');
}

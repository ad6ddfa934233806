import type { Budget } from '../run.ts';

/** json.Indent: compact JSON on several lines; empty objects and lists stay on one. */
export function indentJson(json: string, prefix: string, indent: string, budget?: Budget): string {
  budget?.step(json.length >> 4);
  let out = '';
  let depth = 0;
  let start = 0;
  const line = (): string => {
    budget?.make(prefix.length + indent.length * depth);
    return `\n${prefix}${indent.repeat(depth)}`;
  };
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case 0x22:
        at = endOfString(json, at);
        break;
      case 0x5b:
      case 0x7b: {
        const next = json.charCodeAt(at + 1);
        if (next === 0x5d || next === 0x7d) {
          at++;
          break;
        }
        depth++;
        out += json.slice(start, at + 1) + line();
        start = at + 1;
        break;
      }
      case 0x5d:
      case 0x7d:
        depth--;
        out += json.slice(start, at) + line();
        start = at;
        break;
      case 0x2c:
        out += json.slice(start, at + 1) + line();
        start = at + 1;
        break;
      case 0x3a:
        out += `${json.slice(start, at + 1)} `;
        start = at + 1;
        break;
      default:
        break;
    }
  }
  return out + json.slice(start);
}

/** Where a string that starts here has its closing quote. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json.charCodeAt(at) !== 0x22) at += json.charCodeAt(at) === 0x5c ? 2 : 1;
  return at;
}

import type { HtmlElement } from './html-blocks.ts';

/** Deeper formulas are hostile: what is inside is left out. */
const MAX_DEPTH = 60;

/** Returns a MathML formula in one line: `(a + b)/2`, `x^2`, `√(x)`. */
export function linearMath(math: HtmlElement): string {
  return linear(math, 0).replaceAll(/\s+/g, ' ').trim();
}

function linear(element: HtmlElement, depth: number): string {
  if (depth > MAX_DEPTH || element.tagName.startsWith('annotation')) return '';
  const elements = element.childNodes.filter((node): node is HtmlElement => 'tagName' in node);
  const parts = elements.map((child) => linear(child, depth + 1).trim());
  const [first = '', second = '', third = ''] = parts;
  switch (element.tagName) {
    case 'mfrac':
      return `${grouped(first)}/${grouped(second)}`;
    case 'msup':
    case 'mover':
      return `${grouped(first)}^${grouped(second)}`;
    case 'msub':
    case 'munder':
      return `${grouped(first)}_${grouped(second)}`;
    case 'msubsup':
    case 'munderover':
      return `${grouped(first)}_${grouped(second)}^${grouped(third)}`;
    case 'msqrt':
      return `√(${parts.join(' ')})`;
    case 'mroot':
      return `root(${first}, ${second})`;
    case 'mtr':
      return `${parts.join(', ')}; `;
    default:
      return elements.length === 0
        ? element.childNodes.map((node) => ('value' in node ? node.value : '')).join('')
        : parts.filter((part) => part !== '').join(' ');
  }
}

function grouped(part: string): string {
  return /^[\p{L}\p{N}.,]*$/u.test(part) || part.length < 2 ? part : `(${part})`;
}

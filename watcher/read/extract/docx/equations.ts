import { valueOf } from './xml/word-xml.ts';
import { elementsOf, findElement, textIn, type XmlElement } from './xml/xml-tree.ts';

/** Returns an equation (`m:oMath`) as it would be typed in one line: `x = (a + b)/2`, `x^2`, `√(x)`, `∑_(i=1)^n i`. */
export function equationText(element: XmlElement): string {
  return elementsOf(element).map(partText).join('').replaceAll(/\s+/g, ' ').trim();
}

function partText(element: XmlElement): string {
  const inner = (name: string): string => contentOf(findElement(element, name));
  const property = (name: string): string | undefined => {
    return findElement(element, `${element.name}Pr`, name)?.attributes['m:val'];
  };
  switch (element.name) {
    case 'm:r':
      return elementsOf(element, 'm:t').map(textIn).join('');
    case 'm:f':
      return `${grouped(inner('m:num'))}/${grouped(inner('m:den'))}`;
    case 'm:sSup':
      return `${inner('m:e')}^${grouped(inner('m:sup'))}`;
    case 'm:sSub':
      return `${inner('m:e')}_${grouped(inner('m:sub'))}`;
    case 'm:sSubSup':
      return `${inner('m:e')}_${grouped(inner('m:sub'))}^${grouped(inner('m:sup'))}`;
    case 'm:sPre':
      return `_${grouped(inner('m:sub'))}^${grouped(inner('m:sup'))}${inner('m:e')}`;
    case 'm:rad': {
      const degree = inner('m:deg');
      return `${{ '': '√', 2: '√', 3: '∛', 4: '∜' }[degree] ?? `root ${degree} of `}(${inner('m:e')})`;
    }
    case 'm:nary': {
      const [sub, sup] = [inner('m:sub'), inner('m:sup')];
      const bounds = `${sub === '' ? '' : `_${grouped(sub)}`}${sup === '' ? '' : `^${grouped(sup)}`}`;
      return `${property('m:chr') ?? '∫'}${bounds} ${inner('m:e')}`;
    }
    case 'm:d': {
      const parts = elementsOf(element, 'm:e').map(contentOf);
      return `${property('m:begChr') ?? '('}${parts.join(property('m:sepChr') ?? '|')}${property('m:endChr') ?? ')'}`;
    }
    case 'm:func':
      return `${inner('m:fName')} ${inner('m:e')}`;
    case 'm:limLow':
      return `${inner('m:e')}_${grouped(inner('m:lim'))}`;
    case 'm:limUpp':
      return `${inner('m:e')}^${grouped(inner('m:lim'))}`;
    case 'm:m':
      return `[${elementsOf(element, 'm:mr')
        .map((row) => elementsOf(row, 'm:e').map(contentOf).join(', '))
        .join('; ')}]`;
    case 'm:eqArr':
      return elementsOf(element, 'm:e').map(contentOf).join('; ');
    case 'm:acc':
      return `${inner('m:e')}${property('m:chr') ?? '\u0302'}`;
    default:
      return element.name.endsWith('Pr') || valueOf(element, 'w:vanish') !== undefined ? '' : contentOf(element);
  }
}

function contentOf(element: XmlElement | undefined): string {
  return element === undefined ? '' : elementsOf(element).map(partText).join('');
}

/** In brackets if it is more than a number, a word or a bracket. */
function grouped(text: string): string {
  return /^(?:[\p{L}\p{M}]+|[\d.,]+|\([^()]*\)|.)$/u.test(text) ? text : `(${text})`;
}

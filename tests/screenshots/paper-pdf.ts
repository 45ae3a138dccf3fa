/** A4, in points. */
const PAGE = { width: 595, height: 842, margin: 64, top: 768 } as const;
const LINE_WIDTH = PAGE.width - 2 * PAGE.margin;

/** How a paragraph looks. F1 is Helvetica, F2 is its bold. */
const LOOKS = {
  title: { font: 'F2', size: 20, leading: 26, before: 0 },
  heading: { font: 'F2', size: 15, leading: 19, before: 20 },
  text: { font: 'F1', size: 12.5, leading: 18.5, before: 8 },
} as const;

/** The widths of Helvetica in thousandths of its size, from the space to the tilde. An accent adds nothing. */
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];

/**
 * Returns a PDF that looks like a typed letter.
 * @param pages a list of paragraphs for each page, in Latin-1: one that begins with `# ` is the title, with `## ` a
 * heading; a line break inside of one is kept.
 */
export function paperPdf(title: string, pages: readonly (readonly string[])[]): Buffer {
  const first = 6;
  const kids = pages.map((_, index) => `${first + 2 * index} 0 R`).join(' ');
  const fonts = '/Font<</F1 3 0 R/F2 4 0 R>>';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>',
    `<</Title(${escaped(title)})>>`,
    ...pages.flatMap((paragraphs, index) => {
      const content = `${textOf(paragraphs)}\nBT /F1 9 Tf ${PAGE.width / 2 - 8} 40 Td (${index + 1} / ${pages.length}) Tj ET`;
      return [
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${PAGE.width} ${PAGE.height}]/Contents ${first + 2 * index + 1} 0 R/Resources<<${fonts}>>>>`,
        `<</Length ${content.length}>>stream\n${content}\nendstream`,
      ];
    }),
  ];
  return written(objects);
}

function textOf(paragraphs: readonly string[]): string {
  let y: number = PAGE.top;
  return paragraphs
    .map((paragraph) => {
      const look = LOOKS[paragraph.startsWith('# ') ? 'title' : paragraph.startsWith('## ') ? 'heading' : 'text'];
      const lines = paragraph
        .replace(/^#+ /, '')
        .split('\n')
        .flatMap((part) => justified(part, look.size));
      y -= look.before;
      const shown = lines.map(({ text, gap }) => `${gap.toFixed(3)} Tw (${escaped(text)}) Tj T*`).join(' ');
      const drawn = `BT /${look.font} ${look.size} Tf ${look.leading} TL ${PAGE.margin} ${y} Td ${shown} ET`;
      y -= look.leading * lines.length;
      return drawn;
    })
    .join('\n');
}

/** A line, and by how much each of its spaces is wider than the font has it, in points. */
interface Line {
  readonly text: string;
  readonly gap: number;
}

function justified(text: string, size: number): readonly Line[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = [lines.at(-1), word].filter((part) => part !== '').join(' ');
    if (widthOf(longer, size) <= LINE_WIDTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line, index) => ({
    text: line,
    gap: index === lines.length - 1 ? 0 : (LINE_WIDTH - widthOf(line, size)) / (line.split(' ').length - 1),
  }));
}

/** Returns the width in points. What the table does not have is as wide as a digit. */
function widthOf(text: string, size: number): number {
  const letters = Buffer.from(text.normalize('NFD').replaceAll(/\p{Mn}/gu, ''), 'latin1');
  const width = letters.reduce((sum, code) => sum + (WIDTHS[code - 32] ?? 556), 0);
  return (width * size) / 1000;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\()]/g, String.raw`\$&`);
}

/** @see ISO 32000-1, 7.5 */
function written(objects: readonly string[]): Buffer {
  let pdf = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  return Buffer.from(
    `${pdf}xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}trailer<</Size ${size}/Root 1 0 R/Info 5 0 R>>\nstartxref\n${pdf.length}\n%%EOF`,
    'latin1',
  );
}

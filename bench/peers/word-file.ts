import { zipOf } from '../../watcher/testing/files.ts';

/** What a Word document of the folder holds, from top to bottom. */
export interface WordText {
  readonly header: string;
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Of the first paragraph. */
  readonly footnote: string;
}

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const CONTENT = 'application/vnd.openxmlformats-officedocument.wordprocessingml';
const NAMESPACES = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${RELATIONS}"`;
const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const PARTS = ['document.main', 'styles', 'header', 'footnotes'] as const;

/** Returns a DOCX with everything that the format demands, so that strict readers read it as well. */
export function wordFile({ header, heading, paragraphs, rows, footnote }: WordText): Buffer {
  const table = rows.map((row) => `<w:tr>${row.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`);
  const reference = '<w:r><w:footnoteReference w:id="2"/></w:r>';
  const body = [
    paragraph(heading, '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'),
    ...paragraphs.map((text, i) => paragraph(text, '', i === 0 ? reference : '')),
    `<w:tbl><w:tblPr/><w:tblGrid>${rows[0]!.map(() => '<w:gridCol/>').join('')}</w:tblGrid>${table.join('')}</w:tbl>`,
    '<w:p/><w:sectPr><w:headerReference w:type="default" r:id="header"/></w:sectPr>',
  ];
  const style = '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>';
  return zipOf({
    '[Content_Types].xml': `${DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${PARTS.map(
      (part) => `<Override PartName="/word/${fileOf(part)}" ContentType="${CONTENT}.${part}+xml"/>`,
    ).join('')}</Types>`,
    '_rels/.rels': relations({ document: 'officeDocument' }, 'word/'),
    'word/_rels/document.xml.rels': relations({ styles: 'styles', header: 'header', footnotes: 'footnotes' }),
    'word/document.xml': `${DECLARATION}<w:document ${NAMESPACES}><w:body>${body.join('')}</w:body></w:document>`,
    'word/styles.xml': `${DECLARATION}<w:styles ${NAMESPACES}>${style}</w:styles>`,
    'word/header.xml': `${DECLARATION}<w:hdr ${NAMESPACES}>${paragraph(header)}</w:hdr>`,
    'word/footnotes.xml': `${DECLARATION}<w:footnotes ${NAMESPACES}><w:footnote w:id="2">${paragraph(footnote)}</w:footnote></w:footnotes>`,
  });
}

function fileOf(part: (typeof PARTS)[number]): string {
  return `${part.split('.')[0]}.xml`;
}

/** @param types the kinds of the related parts by the names of their files. */
function relations(types: Readonly<Record<string, string>>, folder = ''): string {
  const entries = Object.entries(types).map(
    ([name, type]) => `<Relationship Id="${name}" Type="${RELATIONS}/${type}" Target="${folder}${name}.xml"/>`,
  );
  return `${DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${entries.join('')}</Relationships>`;
}

function paragraph(text: string, properties = '', after = ''): string {
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r>${after}</w:p>`;
}

import { crc32, deflateRawSync } from 'node:zlib';

// Small files for tests, built from their parts, so that a reader can see what they contain.

/**
 * Returns a PDF with one page for each list of lines.
 * @param trailer more entries for its trailer, such as /Encrypt.
 */
export function samplePdf(pages: readonly (readonly string[])[], trailer = ''): Buffer {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    `<</Type/Pages/Kids[${pages.map((_, i) => `${4 + 2 * i} 0 R`).join(' ')}]/Count ${pages.length}>>`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
  ];
  for (const [i, lines] of pages.entries()) {
    const content = `BT /F1 12 Tf 15 TL 50 800 Td ${lines.map((line) => `(${line}) Tj T*`).join(' ')} ET`;
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${5 + 2 * i} 0 R/Resources<</Font<</F1 3 0 R>>>>>>`,
      `<</Length ${content.length}>>stream\n${content}\nendstream`,
    );
  }
  return pdfOf(objects, trailer);
}

/**
 * Returns a PDF with one page for each content stream, in which /F1 is Helvetica.
 * @param objects more objects; the first one has the number 4.
 * @param page more entries for each page, such as /Annots.
 * @param catalog more entries for the catalog, such as /AcroForm.
 */
export function drawnPdf(
  contents: readonly string[],
  { objects = [], page = '', catalog = '' }: { objects?: readonly string[]; page?: string; catalog?: string } = {},
): Buffer {
  const first = 4 + objects.length;
  const all = [
    `<</Type/Catalog/Pages 2 0 R${catalog}>>`,
    `<</Type/Pages/Kids[${contents.map((_, i) => `${first + 2 * i} 0 R`).join(' ')}]/Count ${contents.length}>>`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
    ...objects,
  ];
  for (const [i, content] of contents.entries()) {
    all.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${first + 2 * i + 1} 0 R/Resources<</Font<</F1 3 0 R>>>>${page}>>`,
      `<</Length ${content.length}>>stream\n${content}\nendstream`,
    );
  }
  return pdfOf(all);
}

/** Returns a PDF of A4 pages: a list of lines is a page of text, JPEG bytes are a scan of 1240 × 1754 pixels. */
export function scannedPdf(pages: readonly (readonly string[] | Buffer)[]): Buffer {
  const kids = pages.map((_, i) => `${4 + 3 * i} 0 R`).join(' ');
  const font = '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>';
  const objects = ['<</Type/Catalog/Pages 2 0 R>>', `<</Type/Pages/Kids[${kids}]/Count ${pages.length}>>`, font];
  for (const [i, page] of pages.entries()) {
    const scan = Buffer.isBuffer(page) ? page.toString('latin1') : '';
    const content = Buffer.isBuffer(page)
      ? 'q 595 0 0 842 0 0 cm /I Do Q'
      : `BT /F1 12 Tf 15 TL 50 800 Td ${page.map((line) => `(${line}) Tj T*`).join(' ')} ET`;
    objects.push(
      `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${5 + 3 * i} 0 R/Resources<</Font<</F1 3 0 R>>/XObject<</I ${6 + 3 * i} 0 R>>>>>>`,
      `<</Length ${content.length}>>stream\n${content}\nendstream`,
      `<</Type/XObject/Subtype/Image/Width 1240/Height 1754/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length ${scan.length}>>stream\n${scan}\nendstream`,
    );
  }
  return pdfOf(objects);
}

/** Returns a 2.7 kB PDF that expands to a billion words: a form that draws another form ten times, nine levels deep. */
export function pdfThatNeverEnds(): Buffer {
  const form = (next: number, content: string): string =>
    `<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>/XObject<</X ${next} 0 R>>>>/Length ${content.length}>>stream\n${content}\nendstream`;
  return pdfOf([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</X 6 0 R>>>>>>',
    '<</Length 5>>stream\n/X Do\nendstream',
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    ...Array.from({ length: 9 }, (_, level) => form(7 + level, '/X Do '.repeat(10))),
    form(15, 'BT /F1 12 Tf (lol) Tj ET'),
  ]);
}

function pdfOf(objects: readonly string[], trailer = ''): Buffer {
  let pdf = '%PDF-1.7\n';
  const offsets = objects.map((object, i) => {
    const offset = pdf.length;
    pdf += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}`;
  return Buffer.from(
    `${pdf}${table}trailer<</Size ${size}/Root 1 0 R${trailer}>>\nstartxref\n${pdf.length}\n%%EOF`,
    'latin1',
  );
}

/**
 * Returns a Word document with this WordprocessingML body.
 * @param parts its other parts by their names under word/, such as `numbering.xml`, or from the root, with a slash before
 * them. The document refers to each by the name without folder and extension: `header1`.
 */
export function sampleDocx(body: string, parts: Readonly<Record<string, string | Buffer>> = {}): Buffer {
  const relations = Object.keys(parts).map((name) => {
    const id = name.replace(/^.*\//, '').replace(/\.\w+$/, '');
    const type = name.endsWith('.xml') ? id.replace(/^data\d*$/, 'diagramData').replace(/\d+$/, '') : 'aFChunk';
    return `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${name}"/>`;
  });
  return zipOf({
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>',
    '_rels/.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/_rels/document.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="${RELATIONS}/styles" Target="styles.xml"/>${relations.join('')}</Relationships>`,
    'word/styles.xml':
      '<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" w:styleId="Ttulo1"><w:name w:val="heading 1"/></w:style></w:styles>',
    'word/document.xml': `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    ...Object.fromEntries(
      Object.entries(parts).map(([name, content]) => [name.startsWith('/') ? name.slice(1) : `word/${name}`, content]),
    ),
  });
}

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/**
 * Returns a zip archive of these files, deflated.
 * @param nameEncoding of the names, which the archive does not declare; `latin1` for names that are given as bytes.
 */
export function zipOf(
  files: Readonly<Record<string, string | Buffer>>,
  nameEncoding: 'utf8' | 'latin1' = 'utf8',
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const nameBytes = Buffer.from(name, nameEncoding);
    const deflated = deflateRawSync(bytes);
    const common = Buffer.alloc(26); // the fields that the local header and the directory entry share
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(deflated.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, nameBytes, deflated]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, rest, nameBytes]));
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, entries, Buffer.from('PK\x05\x06'), end]);
}

// A full stop after one of these does not end a sentence. Compared in lower case, without the full stop itself.
const ABBREVIATIONS = new Set(
  [
    'sr sra srs sras srta dr dra drs dras prof profa profs exmo exma ilmo ilma eng arq adv des dep gov pres gen sto sta',
    'av r al pça trav tv rod estr jd pq qd lt bl cj ap apto apt tel fone fls fl pág págs cap vol ed obs ref cód',
    'art arts inc incs par cl n nº nr no núm p pp ex cf i.e e.g etc ltda cia s.a a.m p.m min máx aprox séc qtd qtde unid',
    'jan fev mar abr jun jul ago set out nov dez mr mrs ms st jr vs fig figs tab eq sec dept inc corp co approx feb apr aug',
    'sept oct dec',
  ]
    .join(' ')
    .split(' '),
);

// What laws, contracts and manuals number their parts with. Longer names first, since the first that fits is taken.
const UNIT_NAMES = [
  'artigos?|arts?|cláusulas?|clausulas?|parágrafos?|paragrafos?|incisos?|alíneas?|alineas?|itens|item|subitem',
  'capítulo|capitulo|título|titulo|seção|secao|subseção|anexo|apêndice|tópico|topico|passo|etapa|fase|questão|questao',
  'exercício|exercicio|tabela|quadro|figura|parte|livro|norma|regra|nota|súmula|sumula|enunciado|lote|unidade|módulo|aula',
  'articles?|clauses?|sections?|chapter|paragraphs?|appendix|annex|schedule|exhibit|part|rule|step|question|exercise|table',
  'figure|lesson|unit|module|cl|cap|par|sec|fig|no|nº|n',
].join('|');
const NUMBER = String.raw`(?:\d{1,4}(?:\.\d{1,3}){0,5}\s?[ºª°o]?(?:-[a-z])?|[ivxlcdm]{1,7}|[a-z]|únic[oa]|primeir[oa]|segund[oa]|terceir[oa]|\p{L}{3,9}[ei]m[oa])`;
const NUMBERED_UNIT = new RegExp(
  String.raw`^[\s*_#>("“'‘\[-]*(?:(?:(?:${UNIT_NAMES})\b\.?|§{1,2})\s*(?:n[ºo°.]{0,2}\s*)?${NUMBER}|\d{1,4}(?:\.\d{1,3}){0,5}|[ivxlcdm]{1,7}|[a-z])\s?[.)]?[\s:*_\])-]*$`,
  'iu',
);

/**
 * Returns whether a text is only the number of a part, such as `Art. 15.`, `Cláusula 12.`, `§ 2º`, `Parágrafo único.`,
 * `3.2.` or `IV.`: it names what follows and says nothing itself.
 */
export function isNumberedUnit(text: string): boolean {
  return text.length <= 40 && NUMBERED_UNIT.test(text);
}

// The rules for sentence ends are the same in Portuguese and English; only the abbreviations above differ.
const segmenter = new Intl.Segmenter('pt', { granularity: 'sentence' });

/**
 * Returns where the sentences of a text begin, ascending, the first at 0; each extends to the next, white space
 * included. Line breaks count as spaces, since text files break lines anywhere. "O Sr. Silva, art. 5º, inc. II" stays
 * one sentence; `Intl.Segmenter` alone splits it into four. The number of a part belongs to the sentence after it.
 */
export function sentenceStarts(text: string): readonly number[] {
  const starts: number[] = [];
  const line = text.replaceAll('\n', ' ');
  let previous = '';
  for (const { segment, index } of segmentsOf(line)) {
    const isContinued =
      index > 0 &&
      (continues(previous, segment) ||
        isNumberedUnit(line.slice(starts.at(-1), index).slice(0, 50)) ||
        !/[\p{L}\p{N}]/u.test(segment)); // such as the marks that end bold text
    if (!isContinued) starts.push(index);
    previous = segment;
  }
  return starts;
}

/** The segmenter takes `§ 3º` for the continuation of a sentence in lower case, because of the ordinal. */
function* segmentsOf(line: string): Generator<{ readonly segment: string; readonly index: number }> {
  for (const { segment, index } of segmenter.segment(line)) {
    let from = 0;
    for (const match of segment.matchAll(/\.\s+(?=§{1,2}\s?\d)/g)) {
      const to = match.index + match[0].length;
      yield { segment: segment.slice(from, to), index: index + from };
      from = to;
    }
    yield { segment: segment.slice(from), index: index + from };
  }
}

function continues(previous: string, next: string): boolean {
  const stopped = /(\S+)\.\s*$/.exec(previous.slice(-40));
  if (stopped === null) return /^\p{Ll}/u.test(next);
  // Bold and italic text begins with asterisks or underscores in Markdown.
  const lastWord = stopped[1]!.toLowerCase().replace(/^[("'“‘[*_]+/, '');
  const isInitial = /^\p{L}$/u.test(lastWord);
  return isInitial || ABBREVIATIONS.has(lastWord) || /^\p{Ll}/u.test(next);
}

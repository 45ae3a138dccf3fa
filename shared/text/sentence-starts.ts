// A full stop after one of these does not end a sentence. Compared in lower case, without the full stop itself.
const ABBREVIATIONS = new Set(
  [
    'sr sra srs sras dr dra drs dras prof profa exmo exma ilmo ilma eng arq av r al pça tel fls fl pág págs cap vol ed obs',
    'art arts inc incs n nº nr no núm p pp ex cf i.e e.g etc ltda cia s.a min máx aprox séc jan fev mar abr jun jul ago set out nov dez',
    'mr mrs ms st jr vs fig figs eq sec dept inc corp co approx e.g i.e feb apr aug sept oct dec',
  ]
    .join(' ')
    .split(' '),
);

// The rules for sentence ends are the same in Portuguese and English; only the abbreviations above differ.
const segmenter = new Intl.Segmenter('pt', { granularity: 'sentence' });

/**
 * Returns where the sentences of a text begin, ascending, the first at 0; each extends to the next, white space
 * included. Line breaks count as spaces, since text files break lines anywhere. "O Sr. Silva, art. 5º, inc. II" stays
 * one sentence; `Intl.Segmenter` alone splits it into four.
 */
export function sentenceStarts(text: string): readonly number[] {
  const starts: number[] = [];
  let previous = '';
  for (const { segment, index } of segmenter.segment(text.replaceAll('\n', ' '))) {
    if (index === 0 || !continues(previous, segment)) starts.push(index);
    previous = segment;
  }
  return starts;
}

function continues(previous: string, next: string): boolean {
  const stopped = /(\S+)\.\s*$/.exec(previous.slice(-40));
  if (stopped === null) return /^\p{Ll}/u.test(next);
  const lastWord = stopped[1]!.toLowerCase().replace(/^[("'“‘[]+/, '');
  const isInitial = /^\p{L}$/u.test(lastWord);
  return isInitial || ABBREVIATIONS.has(lastWord) || /^\p{Ll}/u.test(next);
}

/**
 * Relevance below which the documents are taken to be about something else, and the answer abstains.
 * Measured with everyday questions over a folder of 40 documents, without an embedder: of 62 that share words with their
 * passage 3 are refused, and of 35 that have no answer 26; a floor of .45 refuses 2 fewer of these, and gains nothing.
 * Questions written while looking at the paragraph suffer from it: of SQuAD-pt .19 are not answered. Of FaQuAD's
 * questions over SQuAD-pt, which has no answer to them, .24 are answered.
 */
export const RELEVANCE_FLOOR = 0.5;

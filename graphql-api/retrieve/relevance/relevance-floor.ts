/**
 * Relevance below which the documents are taken to be about something else, and the answer abstains.
 * Measured without an embedder. Of everyday questions over a folder of 40 documents, 2 of 62 that share words with their
 * passage are refused, and of 35 that have no answer 28. Of SQuAD-pt, written while looking at the paragraph, .09 are not
 * answered. Of FaQuAD's questions over SQuAD-pt, which has no answer to them, .32 are answered.
 */
export const RELEVANCE_FLOOR = 0.5;

/**
 * Relevance below which the documents are taken to be about something else, and the answer abstains.
 * Measured by `npm run eval` with --whole and --foreign. Share of answerable questions that are not answered:
 * FaQuAD .008, SQuAD-pt .053, XQuAD-en .031. Share of foreign questions that are answered: .062 for the questions of
 * SQuAD-pt over FaQuAD, .330 the other way round (.341 with the floor that abstains from exactly 5 % of SQuAD-pt). Of
 * Spanish questions over English passages, .90 are not answered: words alone do not distinguish them from foreign ones.
 */
export const RELEVANCE_FLOOR = 0.5;

/**
 * Returns the inverse document frequency of a term as in BM25: ln((N - df + .5) / (df + .5) + 1). Never negative.
 * @param count in how many texts the term is: df. May be a sum of shares.
 * @param all how many texts there are: N.
 */
export function idf(count: number, all: number): number {
  return Math.log((all - count + 0.5) / (count + 0.5) + 1);
}

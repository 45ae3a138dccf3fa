import type { EmbedderFolder } from './embedder-folder.ts';

/** What of an embedder decides about its vectors. */
type Embedding = Pick<
  EmbedderFolder,
  'name' | 'isInCatalogue' | 'revision' | 'dtype' | 'pooling' | 'tokenizerDigest' | 'prefixes'
>;

/** Returns the name of an embedder's vector space: everything that its vectors depend on besides the text. */
export function spaceNameOf(embedding: Embedding): string {
  return embedding.name + endingOf(embedding);
}

/**
 * Whether the vectors of a space are what the embedder would make now: those of its own space, and of a space that an
 * earlier version of askbox named, or whose model's folder was renamed since. Such vectors need not be computed again.
 */
export function makesVectorsOf(embedding: Embedding, spaceName: string): boolean {
  const { name, isInCatalogue, pooling } = embedding;
  // Earlier names did not contain the pooling. Models of the catalogue had the same one then; a folder's was lost when it
  // was imported, so that its vectors are the mean whatever the model wants.
  const hasEarlierName = isInCatalogue || pooling === 'MEAN';
  return [endingOf(embedding), ...(hasEarlierName ? [earlierEndingOf(embedding)] : [])].some((ending) =>
    // The digest of the weights identifies a model whatever its folder is called; a revision such as `main` does not.
    isInCatalogue ? spaceName === name + ending : spaceName.endsWith(ending),
  );
}

/** Whether a space is one of the same model, even if it now embeds in another way, such as with other prefixes. */
export function isOfSameModel({ name, isInCatalogue, revision, dtype }: Embedding, spaceName: string): boolean {
  const model = `@${revision} ${dtype} `;
  return isInCatalogue ? spaceName.startsWith(name + model) : spaceName.includes(model);
}

function endingOf({ revision, dtype, pooling, tokenizerDigest, prefixes: { query, passage } }: Embedding): string {
  const texts = [query, passage].map((prefix) => JSON.stringify(prefix)).join(' ');
  return `@${revision} ${dtype} ${pooling} ${tokenizerDigest} ${texts}`;
}

/** As it was before pooling and tokenizer were part of it. */
function earlierEndingOf({ revision, dtype, prefixes: { query, passage } }: Embedding): string {
  return `@${revision} ${dtype} ${JSON.stringify(query)} ${JSON.stringify(passage)}`;
}

/** What a model reads, taken apart again. */
export interface ReadPrompt {
  /** The question, or the request as a whole if no question is found in it. */
  readonly question: string;
  readonly passages: readonly { readonly rank: number; readonly text: string }[];
}

const PASSAGE = /^\[(?<rank>\d+)\]\n(?<fence>`{3,})\n[^\n]*\n\n(?<text>[\s\S]*?)\n\k<fence>$/gm;

/** Returns the question and the passages of a prompt that graphql-api/generate/prompt.ts wrote. */
export function readPrompt(user: string): ReadPrompt {
  const passages = [...user.matchAll(PASSAGE)].map(({ groups }) => ({
    rank: Number(groups!['rank']),
    text: groups!['text']!,
  }));
  const question = /(?:^|\n)(?:Pergunta|Question): (?<question>[\s\S]*)$/.exec(user)?.groups?.['question'];
  return { question: question ?? user, passages };
}

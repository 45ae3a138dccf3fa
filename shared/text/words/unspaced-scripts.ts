// Chinese, Japanese, Thai, Lao, Khmer and Burmese put no spaces between words.
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const PARTS =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+|[^\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/** Whether a token has letters of a script that puts no spaces between words. */
export function isUnspaced(token: string): boolean {
  return UNSPACED.test(token);
}

/**
 * Returns the overlapping pairs of characters of such a token, which stand for its words; parts in other scripts and
 * single characters as they are.
 */
export function pairsOf(token: string): readonly string[] {
  return (token.match(PARTS) ?? []).flatMap((part) => {
    const characters = Array.from(part);
    if (characters.length === 1 || !isUnspaced(part)) return [part];
    return characters.slice(1).map((character, index) => characters[index]! + character);
  });
}

// What asks, folded: Chinese, Japanese, Thai.
const QUESTION_WORDS =
  /什么|甚么|多久|多少|怎么|哪里|哪个|何时|谁|吗|呢|是|てすか|ますか|いつ|とこ|たれ|何|いくら|とう|เทาใด|เทาไร|อะไร|ทไหน|ไหน|เมอไร|อยางไร|ใคร|คอ/gu;

/** Returns the parts of such a token of a question between its question words. */
export function withoutQuestionWords(token: string): readonly string[] {
  return token.split(QUESTION_WORDS).filter((part) => part !== '');
}

// Words that the rules below would reduce to the wrong form.
const IRREGULAR: Readonly<Record<string, string>> = { maes: 'mae', pais: 'pais' };

// Applied in this order, each at most once, to words of at least `minLength` letters. They reduce singular and plural in
// both languages to one form, which need not be a word.
const RULES: readonly { readonly minLength: number; readonly ending: RegExp; readonly becomes: string }[] = [
  { minLength: 4, ending: /[ao]es$/, becomes: 'ao' }, // ações, pães: ação, pão
  { minLength: 5, ending: /ais$/, becomes: 'al' }, // municipais: municipal; not pais
  { minLength: 5, ending: /eis$/, becomes: 'el' }, // papéis, úteis: papel, utel (as útil becomes below); not leis
  { minLength: 5, ending: /(?<=[^aeiou])is$/, becomes: 'el' }, // civis: civil
  { minLength: 4, ending: /(?<=[^s])s$/, becomes: '' }, // contratos, terms; not process
  { minLength: 4, ending: /il$/, becomes: 'el' },
  { minLength: 4, ending: /m$/, becomes: 'n' }, // homens, homem: homen
  { minLength: 4, ending: /y$/, becomes: 'i' }, // policies, policy: polici
  { minLength: 4, ending: /e$/, becomes: '' }, // valores, meses, boxes: valor, mês, box
  { minLength: 5, ending: /[ao]$/, becomes: '' }, // aluna, aluno
];

/**
 * Returns one form for singular and plural, feminine and masculine, as far as a few endings allow.
 * Takes a folded word, because Portuguese is often typed without accents: licitacao and licitação must match.
 * @param word lower case, no accents, no digits.
 */
export function stem(word: string): string {
  const irregular = IRREGULAR[word];
  if (irregular !== undefined) return irregular;
  return RULES.reduce(
    (form, { minLength, ending, becomes }) => (form.length < minLength ? form : form.replace(ending, becomes)),
    word,
  );
}

/** More than this is an answer, whatever its first sentence says. */
const MAX_CHARS = 400;
const MAX_SENTENCES = 3;

// All patterns are for folded text: lower case, without accents and markers.

/** What may precede the statement. Its "but" is no turn. */
const LEAD =
  /^(?:(?:infelizmente|desculp[ea](?:-me)?|sinto muito|lamento|resposta|unfortunately|(?:i'?m |i am )?sorry|i apologi[sz]e|answer)\b[\s,:.;-]*(?:(?:mas|porem|but|however)\b[\s,]*)?)+/;
/** "Based on the passages, …" */
const BASIS =
  /^(?:com base|de acordo com|segundo|conforme|considerando|a partir d|pel[oa]s|nos?\b|nas?\b|em nenhum|based on|according to|given|from|in|within)[^.,]{0,80}?(?:trechos?|passagens|passagem|documentos?|textos?|fontes?|contexto|informac(?:ao|oes)|passages?|documents?|texts?|sources?|context|information|excerpts?)[^.,]{0,40}?(?:,\s*|\s(?=nao\b|there\b|i\b|it\b|no\b))/;

const PT_WHERE = String.raw`(?:trechos?|passage(?:m|ns)|documentos?|textos?|fontes?|contexto|materia(?:l|is)|informac(?:ao|oes)|conteudos?)`;
const PT_GIVEN = String.raw`(?:\s(?:[a-z]+(?:d[oa]s?|veis|vel|ntes?)|acima|em questao|do contexto|dos? documentos?))*`;
const PT_OBJECT = String.raw`(?:(?:nenhum[ao]?s?|qualquer|uma?|a|as|o|os|dados|detalhes|mais)\s){0,3}(?:[a-z]+\s){0,2}?(?:informac(?:ao|oes)|respostas?|mencao|mencoes|referencias?|dados|detalhes|elementos|nada)`;
const PT_TELL = String.raw`(?:respond|mencion|inform|diz|dizem|especific|fal|trat|abord|esclarec|indic|fornec|cit|revel|descrev|explic|defin|traz|detalh)`;
const PT_HOLD = String.raw`(?:contem|inclu|apresent|tem|tem|possu|oferec|trazem|traz|ha|permit)`;
const PT_ACT = String.raw`(?:responder|determinar|saber|identificar|afirmar|dizer|informar|concluir|precisar|confirmar|localizar|encontrar|achar|obter|fornecer)`;

const EN_WHERE = String.raw`(?:passages?|documents?|texts?|sources?|context|excerpts?|materials?|information|content)`;
const EN_GIVEN = String.raw`(?:\s(?:provided|given|above|supplied|available|shown|you provided|i have|in question))*`;
const EN_OBJECT = String.raw`(?:(?:any|an|the|a|enough|sufficient|specific|direct|relevant|explicit|further|more|such)\s){0,3}(?:[a-z]+\s){0,2}?(?:information|answers?|mention|references?|details?|data)`;
const EN_TELL = String.raw`(?:answer|mention|say|state|specify|tell|address|discuss|cover|indicate|provide|give|describe|explain|define|refer|reveal|disclose|talk|detail|clarify)`;
const EN_HOLD = String.raw`(?:contain|include|have|offer|hold|present|show|support)`;
const EN_NOT = String.raw`(?:do(?:es)? not|don'?t|doesn'?t|did not|didn'?t|cannot|can'?t|can not|could not|couldn'?t)`;

const STATEMENTS: readonly RegExp[] = [
  String.raw`(?:(?:os?|as?|ess[ea]s?|est[ea]s?)\s)?${PT_WHERE}${PT_GIVEN}\s(?:tambem\s)?nao\s(?:me\s|nos\s|se\s)?${PT_TELL}`,
  String.raw`(?:os?|ess[ea]s?|est[ea]s?)\s(?:trechos?|passage(?:m|ns))${PT_GIVEN}\snao\s${PT_HOLD}`,
  String.raw`(?:(?:os?|as?|ess[ea]s?|est[ea]s?)\s)?${PT_WHERE}${PT_GIVEN}\snao\s${PT_HOLD}[a-z]*\s${PT_OBJECT}`,
  String.raw`nenhum[ao]?\s(?:d[oae]s?\s)?${PT_WHERE}${PT_GIVEN}\s(?:${PT_TELL}|${PT_HOLD})`,
  String.raw`nao\s(?:ha|existe|existem|consta|constam|encontrei|encontramos|achei|localizei|tenho|temos|foram?\s[a-z]+d[oa]s?|possuo)\s${PT_OBJECT}`,
  String.raw`nao\s(?:e|foi|seria)\spossivel\s${PT_ACT}(?=[^.]{0,160}(?:trechos|passagens|documentos|textos?|fontes|contexto|informac|pergunta|resposta)|\s*[.!]?$)`,
  String.raw`nao\s(?:e|foi|seria)\spossivel\s(?:responder|determinar|saber)`,
  String.raw`(?:eu\s)?nao\s(?:posso|consigo|consegui|sei|pude)\s(?:como\s)?(?:responder|dizer|informar|determinar|encontrar\s${PT_OBJECT})`,
  String.raw`(?:eu\s)?nao\s(?:sei|encontrei|achei|localizei)(?:\s[^.]{0,120}(?:trechos|passagens|documentos|textos?|fontes|contexto)|\s*[.!]?$)`,
  String.raw`(?:a|essa|esta)\s(?:resposta|informacao|pergunta)[^.]{0,60}\snao\s(?:e|esta|consta|aparece|foi|pode|se encontra|e)\b(?=[^.]{0,120}(?:trechos|passagens|documentos|textos?|fontes|contexto|respondid|disponivel|mencionad|fornecid|informad|encontrad)|\s*[.!]?$)`,
  String.raw`(?:essa\s|esta\s|isso\s|isto\s)?(?:informacao\s)?nao\s(?:e|esta|foi|consta)\s?(?:mencionad|informad|especificad|disponivel|descrit|citad|respondid)?[a-z]*\s(?:n[oae]s?|em)\s(?:nenhum\s(?:d[oae]s?\s)?)?(?:trechos?|passage(?:m|ns)|documentos?\s(?:fornecid|apresentad|disponive|acima)|textos?\s(?:fornecid|apresentad|disponive|acima)|contexto)`,
  String.raw`(?:sem|nenhuma)\s(?:resposta|informacao|informacoes)\s(?:n[oae]s?|sobre|foi|disponive|suficiente)`,
  String.raw`informac(?:ao|oes)\s(?:nao\s(?:disponive|encontrad|fornecid|mencionad)|insuficiente)`,

  String.raw`(?:(?:the|these|those|this|your)\s)?(?:provided\s|given\s|available\s|supplied\s)?${EN_WHERE}${EN_GIVEN}\s${EN_NOT}\s(?:[a-z]+ly\s)?${EN_TELL}`,
  String.raw`(?:the|these|those)\s(?:provided\s|given\s|available\s)?(?:passages?|excerpts?)${EN_GIVEN}\s${EN_NOT}\s(?:[a-z]+ly\s)?${EN_HOLD}`,
  String.raw`(?:(?:the|these|those|this)\s)?(?:provided\s|given\s|available\s|supplied\s)?${EN_WHERE}${EN_GIVEN}\s${EN_NOT}\s(?:[a-z]+ly\s)?${EN_HOLD}\s${EN_OBJECT}`,
  String.raw`(?:none|neither|no(?:ne)?\sone)\sof\s(?:the|these|those)\s(?:provided\s|given\s)?${EN_WHERE}`,
  String.raw`no\s(?:provided\s)?(?:passages?|excerpts?)\s(?:${EN_TELL}|${EN_HOLD})`,
  String.raw`there\s(?:is|are|was|were)(?:\sno|n'?t\sany|\snot\sany|\snot\senough|\sinsufficient|n'?t\senough)\s(?:[a-z]+\s){0,2}?(?:information|answers?|mention|references?|details?|data)`,
  String.raw`i\s(?:(?:cannot|can'?t|can not|could not|couldn'?t|am unable to|'?m unable to|was unable to|am not able to)\s(?:answer|find|determine|provide|locate|(?:tell|say)\s(?:from|based))|do(?: not|n'?t)\s(?:know(?:\sthe\sanswer\b|(?=\s*(?:[.,!]|$)))|have\s${EN_OBJECT})|did(?: not|n'?t)\sfind\s${EN_OBJECT})`,
  String.raw`it(?:\sis|'?s|\swas)\s(?:not\spossible|impossible)\sto\s(?:answer|determine|tell|say|know)`,
  String.raw`(?:the|this|your|that)\s(?:question|answer|information)[^.]{0,60}\s(?:cannot|can'?t|can not|could not|couldn'?t|is not|isn'?t|was not|wasn'?t)\b(?=[^.]{0,120}(?:passages?|documents?|texts?|sources?|context|excerpts?|answered|available|provided|found|given|mentioned|stated))`,
  String.raw`(?:this\s|it\s|that\s)?(?:is\s|was\s)?not\s(?:mentioned|stated|specified|answered|provided|addressed|available|found|given)\s(?:in|by|within)\s(?:any\sof\s)?(?:the|these)\s(?:[a-z]+\s)?(?:passages?|excerpts?|context|text|sources?|documents?)`,
  String.raw`no\s(?:[a-z]+\s){0,2}?(?:information|answers?|mention|details?)\s(?:is|was|were|are|about|on|in|regarding|provided|given|found|available)`,
].map((source) => new RegExp(`^(?:${source})`));

/** After this, the text answers after all. */
const TURN =
  /\b(?:mas|porem|contudo|todavia|entretanto|no entanto|embora|apesar|ainda assim|but|however|although|though|nevertheless|still|yet)\b/;

/**
 * Whether an answer, in Portuguese or English, says only that the passages do not answer the question. One that goes on
 * to answer it in part, or at length, does not.
 */
export function abstains(answer: string): boolean {
  const text = folded(answer);
  if (text === '' || text.length > MAX_CHARS) return false;
  const statement = text.replace(LEAD, '').replace(BASIS, '').replace(LEAD, '');
  if (TURN.test(statement)) return false;
  if (statement.split(/[.!?](?:\s|$)/).filter((sentence) => /[a-z]/.test(sentence)).length > MAX_SENTENCES)
    return false;
  return STATEMENTS.some((pattern) => pattern.test(statement));
}

function folded(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/[[【][^\]】]{0,40}[\]】]/g, '')
    .replaceAll(/[*_#>`"“”«»]/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^[-–•]\s*/, '');
}

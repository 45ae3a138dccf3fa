/**
 * Portuguese and English words too common to find anything by, folded (lower case, no accents).
 * Words of negation and quantity are not in the list: "sem" and "não" may be the point of a question.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a ao aos aquela aquelas aquele aqueles aquilo as ate com como da das de dela delas dele deles depois do dos e ela ' +
    'elas ele eles em entre era eram essa essas esse esses esta estao estas estava este estes estou eu foi for foram ' +
    'ha isso isto ja lhe lhes mas me mesmo meu meus minha minhas muito na nas nem no nos nossa nossas nosso nossos num ' +
    'numa o onde os ou para pela pelas pelo pelos pode podem por porque pois quais qual quando que quem se seja sejam ' +
    'ser sera seu seus so sua suas tambem te tem tinha tu um uma umas uns voce voces ' +
    'about an and any are at be been being but by can could d did does doing from had has have having he her here hers ' +
    'him his how i if in into is it its itself ll my of on or our ours re s she should such t than that the their ' +
    'theirs them then there these they this those to ve was we were what when where which while who whom whose why ' +
    'will with would you your yours'
  ).split(' '),
);

/**
 * Portuguese and English words that say how something is asked, and not what about, folded: quantifiers, light and modal
 * verbs, courtesy, time and place of the speaker, and short forms of chat. A passage need not hold them to answer. They
 * are searched for all the same: in a document they may mean something. Words of negation are not in the list.
 */
export const QUESTION_WORDS: ReadonlySet<string> = new Set(
  (
    'quanto quanta quantos quantas qto qta qtos qtas qdo qnd qnt cade aonde q vc vcs tb tbm pq pra pro pras pros pros eh ta ' +
    'to tao tava custa custam custaram custar custou custava custaria fica ficam ficar ficou ficaram ficava faz fazem fazer fazia ' +
    'faco fez fizeram fizemos tem tenho temos ter teve tinha tinham dar dao deu dava vai vao vou vamos ir iria preciso ' +
    'precisa precisam precisamos precisar posso podemos podia poderia consigo consegue conseguem conseguir devo deve devem ' +
    'devemos dever deveria quero quer queremos queria gostaria sei sabe sabem saber diz dizem dizer disse fala falam falar ' +
    'existe existem existia houve havia mostre mostra mostrar liste listar explique explica explicar resuma resumir ' +
    'informe diga conte favor obrigado obrigada oi ola aqui ai ali agora hoje ainda entao ne algum alguma alguns algumas ' +
    'alguem todo toda todos todas cada qualquer quaisquer outro outra outros outras coisa coisas gente acontece aconteceu ' +
    'veio vieram vem sao possivel possiveis permitido permitida permitidos permitidas necessario necessaria la ' +
    'significa chama chamam serve servem sobre desde durante sob apos mim comigo nosso novo certo mesma ' +
    'alem apesar cujo cuja cujos cujas mais quao sido atraves ' +
    'am a lot all also anyone anything cost costs do done each every everyone explain find get gets getting give go goes ' +
    'going got happen happened happens happening here just kind know let list made make makes many may mean means might ' +
    'much must need needed needs now ok one only out please say says see shall show some someone something still take ' +
    'allowed most between because often soon possible somebody nobody everybody taking ' +
    'takes tell thanks thing things till to too took until up use used us want wants way yet'
  ).split(' '),
);

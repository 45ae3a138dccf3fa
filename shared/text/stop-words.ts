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

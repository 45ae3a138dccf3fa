/** As people type on a telephone, folded, and the word that is meant; an empty one says nothing a text is found by. */
const MEANT: ReadonlyMap<string, string> = new Map(
  (
    'qdo: qnd: qto:quanto qnto:quanto qts:quantos qtos:quantos qtas:quantas q: vc: vcs: pra: pro: pras: pros: ta: tao: ' +
    'tava: ne: pq: porq: tb: tbm: mto: mt: td:tudo tds:todos hj:hoje dps:depois msm: kd: cade: qm: n:nao obg: vlw: pfv: ' +
    'pls: plz: thx: u: ur: eh: aki:aqui hrs:hora sab:sabado dom:domingo fds:fim wk:week wks:week yr:year yrs:year'
  )
    .split(' ')
    .map((entry): [string, string] => {
      const [short = '', meant = ''] = entry.split(':');
      return [short, meant];
    }),
);

/** Returns the word that a colloquial short form stands for, empty for one that is a stop word; any other word as it is. */
export function meantBy(word: string): string {
  return MEANT.get(word) ?? word;
}

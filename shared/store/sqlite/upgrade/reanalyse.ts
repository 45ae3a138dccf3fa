import type { DatabaseSync } from 'node:sqlite';
import { eachRow, firstRow, inTransaction } from '../../../sqlite.ts';
import { ANALYSER_VERSION } from '../../../text/analyser.ts';
import { chunkVector } from '../../../text/sparse.ts';
import { sparseBlobs } from '../rows.ts';

interface Row {
  readonly id: number;
  readonly title: string | null;
  readonly headings: string;
  readonly text: string;
}

/**
 * Computes all postings again if another version of the analyser made them. Text, title and headings are stored, so no
 * file has to be read again. One transaction; afterwards readers of the other version get STORE_FOREIGN.
 */
export function reanalyse(db: DatabaseSync): void {
  inTransaction(db, 'IMMEDIATE', () => {
    const meta = firstRow<{ analyser_version: number }>(db.prepare('SELECT analyser_version FROM meta'));
    if (meta?.analyser_version === ANALYSER_VERSION) return;
    const chunks = db.prepare(
      'SELECT chunks.id, title, headings, text FROM chunks JOIN contents ON contents.id = content',
    );
    const update = db.prepare('UPDATE postings SET terms = ?, weights = ? WHERE chunk = ?');
    for (const { id, title, headings, text } of eachRow<Row>(chunks)) {
      const { terms, weights } = sparseBlobs(chunkVector({ title, headings: JSON.parse(headings), text }));
      update.run(terms, weights, id);
    }
    db.prepare('UPDATE meta SET analyser_version = ?, changes = changes + 1').run(ANALYSER_VERSION);
  });
}

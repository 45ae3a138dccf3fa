import type { PdfLine } from './pdf-lines.ts';

const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}]/u;

/** Whether a piece of text has letters that are written from right to left. */
export function isRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(text);
}

/** A wider gap, in font sizes, is a space: those of Arabic and Hebrew are narrower than the 0.25 of Latin type. */
const TOUCH = 0.15;

/** A piece of text at the height of a line. */
interface Piece {
  readonly str: string;
  readonly left: number;
  readonly right: number;
  readonly size: number;
  /** Whether a space was drawn before it. */
  readonly isSpacePending: boolean;
}

/** A line on a page of a script that is written from right to left. */
export interface Leftward {
  /** Adds the next piece if it goes on with the line to the left, or with its figures. @returns whether it did. */
  add(piece: Piece): boolean;
}

/**
 * Opens a line that has its first piece. Pieces follow each other to the left; figures and signs between them are read
 * from left to right, in whichever order they are drawn: `1403/10/04` often comes as 04, /, 10, /, 1403.
 */
export function openLeftward(line: PdfLine): Leftward {
  /** The figures and signs at the end of the line so far. */
  let figures = isRightToLeft(line.text) ? null : { at: 0, left: line.left, right: line.right };
  return {
    add({ str, left, right, size, isSpacePending }) {
      const isLetters = isRightToLeft(str);
      const gap = line.left - right;
      const touch = TOUCH * size;
      const isNextFigure = figures !== null && !isLetters && !isSpacePending && Math.abs(left - figures.right) < touch;
      if (figures !== null && isNextFigure) {
        line.text += str;
        figures.right = right;
        line.right = Math.max(line.right, right);
        return true;
      }
      // A wider gap separates the cells of a table.
      if (gap < -0.5 * size || gap > 1.5 * size) return false;
      const space = (isSpacePending || gap > touch) && !/\s$/.test(line.text) && !/^\s/.test(str) ? ' ' : '';
      if (figures !== null && !isLetters) {
        line.text = `${line.text.slice(0, figures.at)}${str}${space}${line.text.slice(figures.at)}`;
        figures.left = left;
      } else {
        line.text += space;
        figures = isLetters ? null : { at: line.text.length, left, right };
        line.text += str;
      }
      line.left = left;
      if (str.length > line.longest) Object.assign(line, { size, longest: str.length });
      return true;
    },
  };
}

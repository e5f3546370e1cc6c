import { withoutControls } from '../markup.ts';

/** Drawn over the character before. */
const combining = /\p{M}|\u200d|\ufe0f/u;
const wide =
  /\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303f\uff01-\uff60]/u;

/** How many columns of a terminal a text takes. */
export const widthOf = (text: string): number => [...text].reduce((sum, character) => sum + columns(character), 0);

const columns = (character: string): number => (combining.test(character) ? 0 : wide.test(character) ? 2 : 1);

/** One line of at most `width` columns, with `…` where something was cut. */
export function fit(text: string, width: number): string {
  const line = oneLine(text);
  if (widthOf(line) <= width) return line;

  let used = 1;
  let cut = '';
  for (const character of line) {
    used += columns(character);
    if (used > width) break;
    cut += character;
  }
  return width < 1 ? '' : `${cut.trimEnd()}…`;
}

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));
export const padLeft = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/** Text from outside as it may stand in a line: no control character reaches the terminal. */
export const oneLine = (text: string): string => withoutControls(text.replace(/\s+/g, ' ').trim());

/** Cuts a text into lines of at most `width` columns, at spaces, and inside a word only where it is longer than a line. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of oneLine(text)
    .split(' ')
    .flatMap((each) => pieces(each, width))) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function pieces(word: string, width: number): readonly string[] {
  const cut: string[] = [''];
  for (const character of word) {
    const last = cut.at(-1) ?? '';
    if (last !== '' && widthOf(last) + columns(character) > width) cut.push(character);
    else cut[cut.length - 1] = last + character;
  }
  return cut;
}

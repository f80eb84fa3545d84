const WORD = /(?:[([{"-]*(?=\d)|[([{"]*)(?:[^\s()[\]{}"!%,.:;?\-$']|(?<=\d)[.,](?=\d))*(?:-+|[)\]}"!%,.:;?]*)/.source;
const PIECE = new RegExp(`(?:${WORD}(?:[$']+${WORD})*)[ \\t]*\\n?`, 'y');

/**
 * Cuts text where a line may end: after spaces and hyphens, after closing and before opening punctuation. These are
 * the places that Java's BreakIterator finds in what tools print; both option libraries wrap by it.
 */
export function linePieces(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    PIECE.lastIndex = at;
    const piece = PIECE.exec(text)?.[0] || text.slice(at, at + 1);
    pieces.push(piece);
    at += piece.length;
  }
  return pieces;
}

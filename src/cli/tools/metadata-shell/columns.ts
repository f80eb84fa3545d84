const GAP = 2;
/** Fewer columns of the screen than this have no room for a column of names. */
const LEAST_COLUMN = 4;

/**
 * Names in as many columns as the screen has room for, read from top to bottom.
 *
 * @param screenWidth null where there is no screen: one name a line
 */
export function inColumns(names: readonly string[], screenWidth: number | null): string {
  const widths = columnWidths(names, screenWidth ?? 0);
  const rows = Math.ceil(names.length / widths.length);
  let text = '';
  for (let row = 0; row < rows; row++) {
    const cells = widths.flatMap((width, column) => {
      const name = names[column * rows + row];
      if (name === undefined) return [];
      return [column === widths.length - 1 ? name : name.padEnd(width)];
    });
    text += `${cells.join('')}\n`;
  }
  return text;
}

function columnWidths(names: readonly string[], screenWidth: number): number[] {
  for (let count = Math.floor(screenWidth / LEAST_COLUMN); count > 1; count--) {
    const rows = Math.ceil(names.length / count);
    const widths = new Array<number>(count).fill(0);
    for (const [index, name] of names.entries()) {
      const column = Math.floor(index / rows);
      widths[column] = Math.max(widths[column] as number, name.length + GAP);
    }
    const isFull = (widths.at(-1) as number) > 0;
    if (isFull && widths.reduce((sum, width) => sum + width, 0) <= screenWidth) return widths;
  }
  return [0];
}

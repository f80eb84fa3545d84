/**
 * Widths of columns whose sum is no more than `available`: the widest gives way first, and none below its least. Null
 * where there is not even room for those.
 */
export function fitWidths(
  natural: readonly number[],
  least: readonly number[],
  available: number,
): readonly number[] | null {
  const widths = [...natural];
  let sum = widths.reduce((total, width) => total + width, 0);
  while (sum > available) {
    let widest = -1;
    for (const [index, width] of widths.entries()) {
      const mayShrink = width > (least[index] as number);
      if (mayShrink && (widest < 0 || width > (widths[widest] as number))) widest = index;
    }
    if (widest < 0) return null;
    widths[widest] = (widths[widest] as number) - 1;
    sum--;
  }
  return widths;
}

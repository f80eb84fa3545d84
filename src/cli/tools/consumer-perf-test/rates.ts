export const MIB = 1024 * 1024;

/** As Java's `%.4f` has it. */
export const javaFixed = (value: number): string => (Number.isFinite(value) ? value.toFixed(4) : String(value));

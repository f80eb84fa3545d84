/**
 * The exception by which joptsimple tells of a command line that it cannot read; undefined for other messages, which
 * are the tool's own.
 */
export function optionException(message: string): string | undefined {
  const name = EXCEPTIONS.find(([pattern]) => pattern.test(message))?.[1];
  return name === undefined ? undefined : `joptsimple.${name}Exception`;
}

const EXCEPTIONS: readonly (readonly [RegExp, string])[] = [
  [/ is not a recognized option$/, 'UnrecognizedOption'],
  [/ are unavailable given other options on the command line$/, 'UnavailableOption'],
  [/^Option \S+ requires an argument$/, 'OptionMissingRequiredArgument'],
];

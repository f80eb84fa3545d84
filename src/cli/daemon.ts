/** Tools that run until they are stopped, and the file that their output goes to in the background. */
const OUTPUT_FILES: Readonly<Record<string, string>> = {
  'server-start': 'kafkaServer.out',
  'connect-distributed': 'connectDistributed.out',
  'connect-standalone': 'connectStandalone.out',
  'connect-mirror-maker': 'mirrorMaker.out',
};

/**
 * The file for the output of a tool that is to start in the background: with `-daemon` as the first word, as Kafka's
 * scripts take it. Else null.
 */
export function daemonOutput(name: string, argv: readonly string[]): string | null {
  return argv[0] === '-daemon' && Object.hasOwn(OUTPUT_FILES, name) ? (OUTPUT_FILES[name] as string) : null;
}

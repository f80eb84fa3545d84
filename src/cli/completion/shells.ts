import type { Candidate, Candidates } from './candidates.js';
import { shellWords } from './shell-words.js';

/** A shell: its script, what the script hands to `--complete`, and how it takes the answer. */
export interface Shell {
  /** @param launcher the path of this program; @param commands what it completes */
  script(launcher: string, commands: readonly string[]): string;
  /** All words up to the cursor, the tool's name first. */
  words(handed: readonly string[]): readonly string[];
  /** One line of the answer. */
  line(candidate: Candidate, handed: readonly string[]): string;
}

/**
 * What a script reads: a line that says what follows, then the candidates. `words` are whole, to `parts` more is added
 * at once, and for `files` the shell itself looks.
 */
export function answer(shell: Shell, { words, files }: Candidates, handed: readonly string[]): string {
  const kind = files ? 'files' : words.some(({ word }) => word.endsWith('=')) ? 'parts' : 'words';
  return [kind, ...words.map((candidate) => shell.line(candidate, handed))].map((line) => `${line}\n`).join('');
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Hands over the line up to the cursor, and what of its last word bash takes for a word: it also cuts at `=` and `:`. */
const bash: Shell = {
  script: (launcher, commands) => `# Completion of Kafka's tools for bash.
_kafkalite_complete() {
  local line kind=
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $kind ]]; then kind=$line; else COMPREPLY+=("$line"); fi
  done < <(${quoted(launcher)} --complete bash -- "\${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
  case $kind in
    files) compopt -o default 2>/dev/null || while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$2") ;;
    parts) compopt -o nospace 2>/dev/null ;;
  esac
}
complete -F _kafkalite_complete ${commands.join(' ')}
`,
  words: ([line = '']) => shellWords(line).map(({ text }) => text),
  line({ word }, [line = '', taken = '']) {
    const last = shellWords(line).at(-1);
    if (last === undefined) return word;
    const cut = last.raw.endsWith(taken) ? last.raw.length - taken.length : 0;
    if (last.openQuote !== '' || last.raw !== last.text)
      return word.slice(Math.min(cut, last.text.length - taken.length));
    return word.slice(cut).replace(/[^\w@%+=:,./-]/g, '\\$&');
  },
};

/** Hands over the words without their quotes. */
const zsh: Shell = {
  script: (launcher, commands) => `# Completion of Kafka's tools for zsh.
_kafkalite_complete() {
  local kind
  local -a found
  found=("\${(@f)$(${quoted(launcher)} --complete zsh -- "\${(@Q)words[1,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  kind=$found[1]
  shift found
  case $kind in
    files) compset -P 1 '*='; _files ;;
    parts) _describe 'kafka' found -S '' ;;
    words) _describe 'kafka' found ;;
  esac
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
compdef _kafkalite_complete ${commands.join(' ')}
`,
  words: (handed) => handed,
  line({ word, description }) {
    const name = word.replace(/[\\:]/g, '\\$&');
    return description === '' ? name : `${name}:${oneLine(description)}`;
  },
};

const fish: Shell = {
  script: (launcher, commands) => `# Completion of Kafka's tools for fish.
function __kafkalite_complete
    set -l token (commandline -ct)
    set -l found (${quoted(launcher)} --complete fish -- (commandline -opc) "$token" 2>/dev/null)
    switch "$found[1]"
        case files
            set -l before (string match -r -- '^-[^=]*=' "$token"; or echo '')
            set -l path (string replace -r -- '^-[^=]*=' '' "$token")
            printf '%s\\n' $before(__fish_complete_path "$path")
        case '*'
            printf '%s\\n' $found[2..-1]
    end
end
for command in ${commands.join(' ')}
    complete -c $command -f -a '(__kafkalite_complete)'
end
`,
  // The last is as it stands in the line, with a quote that may be open.
  words: (handed) => handed.map((word, at) => (at === handed.length - 1 ? word.replace(/^['"]/, '') : word)),
  line: ({ word, description }) => (description === '' ? word : `${word}\t${oneLine(description)}`),
};

export const SHELLS = { bash, zsh, fish } as const;

import { flag, type OptionRow, type OptionRows } from './option-rows.js';

/** Options of which only one may be given, or exactly one. */
export interface ExclusiveGroup {
  readonly required?: boolean;
  readonly names: readonly string[];
}

/** Options that the help shows under a heading of their own. */
export interface HelpSection {
  readonly title: string;
  readonly description: string;
  readonly names: readonly string[];
}

/** What a tool, or one of its commands, takes. `--help` and `-h` are added to the rows. */
export interface ArgparseSpec<Rows extends OptionRows = OptionRows> {
  readonly description?: string;
  readonly options: Rows;
  readonly groups?: readonly ExclusiveGroup[];
  readonly sections?: readonly HelpSection[];
  /** Words that are no options, in order; the last may take many. */
  readonly positionals?: OptionRows;
}

export interface ArgparseCommand<Rows extends OptionRows = OptionRows> extends ArgparseSpec<Rows> {
  /** A line about it in the help of the tool. */
  readonly help?: string;
}

/** A tool with the options of argparse4j. */
export interface ArgparseTool<
  Rows extends OptionRows = OptionRows,
  Commands extends Readonly<Record<string, ArgparseCommand>> = Readonly<Record<string, ArgparseCommand>>,
> extends ArgparseSpec<Rows> {
  /** What usage and errors call the tool. */
  readonly prog: string;
  /** One of these has to be named, where there are any. */
  readonly commands?: Commands;
  /** What the usage calls the commands, and under which heading the help lists them. */
  readonly commandsName?: string;
  readonly commandsTitle?: string;
  readonly commandsDescription?: string;
}

/** The tool, or one of its commands, made complete. */
export interface ArgparseParser {
  readonly prog: string;
  readonly command: string | null;
  readonly parent: ArgparseParser | null;
  readonly description: string;
  readonly help: string;
  readonly rows: OptionRows;
  readonly positionals: OptionRows;
  readonly groups: readonly ExclusiveGroup[];
  readonly sections: readonly HelpSection[];
  readonly commands: ReadonlyMap<string, ArgparseParser>;
  readonly commandsName: string;
  readonly commandsTitle: string;
  readonly commandsDescription: string;
}

const HELP: OptionRow = flag('show this help message and exit', { short: 'h', shortFirst: true });

export function parserOf(tool: ArgparseTool): ArgparseParser {
  const commands = new Map<string, ArgparseParser>();
  const parser: ArgparseParser = {
    ...common(tool.prog, tool),
    command: null,
    parent: null,
    help: '',
    commands,
    commandsName: tool.commandsName ?? '',
    commandsTitle: tool.commandsTitle ?? '',
    commandsDescription: tool.commandsDescription ?? '',
  };
  for (const [command, spec] of Object.entries(tool.commands ?? {})) {
    commands.set(command, {
      ...common(tool.prog, spec),
      command,
      parent: parser,
      help: spec.help ?? '',
      commands: new Map(),
      commandsName: '',
      commandsTitle: '',
      commandsDescription: '',
    });
  }
  return parser;
}

function common(
  prog: string,
  spec: ArgparseSpec,
): Pick<ArgparseParser, 'prog' | 'description' | 'rows' | 'positionals' | 'groups' | 'sections'> {
  return {
    prog,
    description: spec.description ?? '',
    rows: { help: HELP, ...spec.options },
    positionals: spec.positionals ?? {},
    groups: spec.groups ?? [],
    sections: spec.sections ?? [],
  };
}

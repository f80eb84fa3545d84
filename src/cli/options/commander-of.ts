import { Command, Option } from 'commander';
import type { OptionRow, OptionRows } from './option-rows.js';
import type { GivenOptions } from './option-set.js';

/**
 * A commander command for a table of options. Each dialect has brought the command line into commander's plain form
 * before (`--name`, `--name=value`, `--` and the rest), so that what is an option and what its argument no longer
 * depends on rules that differ.
 */
export function commandOf(name: string, rows: OptionRows): Command {
  const command = new Command(name).helpOption(false).exitOverride().allowExcessArguments();
  command.configureOutput({ writeErr: () => undefined });
  for (const [long, row] of Object.entries(rows)) command.addOption(optionOf(long, row));
  return command;
}

function optionOf(long: string, row: OptionRow): Option {
  const mayBeBare = row.argument === 'optional' || row.details.many !== undefined;
  const argument = row.argument === 'none' ? '' : mayBeBare ? ' [text]' : ' <text>';
  const option = new Option(`--${long}${argument}`, row.help)
    .argParser((text, before: readonly string[] | undefined) => [...(before ?? []), text])
    .hideHelp(row.details.hidden ?? false);
  // To commander --no-x would be the opposite of --x; here it is a name like any other.
  option.negate = false;
  return option;
}

/** Reads a command line in commander's plain form. */
export function read(command: Command, argv: readonly string[]): GivenOptions {
  command.parse(argv, { from: 'user' });
  const texts = new Map<string, readonly string[]>();
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (Array.isArray(value)) texts.set(option.name(), value);
    else if (value !== undefined) texts.set(option.name(), []);
  }
  return { texts, rest: command.args };
}

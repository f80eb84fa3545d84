import type { ArgparseParser } from './argparse-parser.js';
import { justify } from './justified-text.js';
import type { OptionRow, OptionRows } from './option-rows.js';

/** Columns of the terminal less five, as argparse4j takes them; 75 where they are not known. */
export function usageWidth(columns: string | undefined): number {
  const width = Number(columns);
  return Number.isInteger(width) && width > 5 ? width - 5 : 75;
}

export function flagsOf(long: string, row: OptionRow): string[] {
  const { short, shortFirst } = row.details;
  if (short === undefined) return [`--${long}`];
  return shortFirst ? [`-${short}`, `--${long}`] : [`--${long}`, `-${short}`];
}

/** `usage: kafka-storage info [-h] --config CONFIG`, wrapped under itself. */
export function argparseUsage(parser: ArgparseParser, width: number): string {
  const start = `usage: ${parser.prog}`;
  const wide = start.length > 30;
  const indent = ' '.repeat(wide ? 6 : start.length);
  let text = wide ? `${start}\n${indent}` : start;
  let lineWidth = wide ? indent.length * 2 : start.length;
  let isFirst = true;
  for (const part of usageParts(parser)) {
    if (!isFirst && lineWidth + part.length + 1 > width) {
      text += `\n${indent} ${part}`;
      lineWidth = indent.length + 1 + part.length;
    } else {
      text += ` ${part}`;
      lineWidth += 1 + part.length;
      isFirst = false;
    }
  }
  return `${text}\n`;
}

function usageParts(parser: ArgparseParser): string[] {
  const parts = parser.parent === null ? [] : partsOfParent(parser.parent);
  if (parser.command !== null) parts.push(parser.command);
  const grouped = new Set(parser.groups.flatMap(({ names }) => names));
  for (const [name, row] of visible(parser.rows)) {
    // The usage is part of every error: there options of our own would be a difference from Kafka's.
    if (!grouped.has(name) && !row.details.own) parts.push(bracketed(name, row));
  }
  for (const { names, required } of parser.groups) parts.push(...groupParts(parser, names, required ?? false));
  for (const [name, row] of Object.entries(parser.positionals)) parts.push(argumentText(name, row, name));
  if (parser.commands.size > 0) parts.push(commandsText(parser), '...');
  return parts;
}

/** Of the parser above only what has to be given. */
function partsOfParent(parent: ArgparseParser): string[] {
  const required = visible(parent.rows).filter(([, row]) => row.details.required);
  const positionals = Object.entries(parent.positionals).map(([name, row]) => argumentText(name, row, name));
  const groups = parent.groups.filter((group) => group.required);
  const grouped = groups.flatMap(({ names }) => groupParts(parent, names, true));
  return [...required.map(([name, row]) => bracketed(name, row)), ...grouped, ...positionals];
}

function groupParts(parser: ArgparseParser, names: readonly string[], required: boolean): string[] {
  const brackets: [string, string] = names.length === 1 ? ['', ''] : ['(', ')'];
  const [open, close] = required ? brackets : ['[', ']'];
  const texts = names.map((name) => plain(name, parser.rows[name] as OptionRow));
  return texts.flatMap((text, index) => {
    const opened = index === 0 ? open + text : text;
    return index === texts.length - 1 ? [opened + close] : [opened, '|'];
  });
}

function visible(rows: OptionRows): [string, OptionRow][] {
  return Object.entries(rows).filter(([, row]) => !row.details.hidden);
}

function bracketed(name: string, row: OptionRow): string {
  return row.details.required ? plain(name, row) : `[${plain(name, row)}]`;
}

function plain(name: string, row: OptionRow): string {
  const argument = argumentText(name, row);
  return `${flagsOf(name, row)[0]}${argument === '' ? '' : ` ${argument}`}`;
}

/** What stands for the argument: its name, the choices, or the option's own name in capitals. */
function argumentText(name: string, row: OptionRow, plainName?: string): string {
  if (row.argument === 'none') return '';
  const choices = row.details.choices;
  const inferred = plainName ?? name.replaceAll('-', '_').toUpperCase();
  const argument = row.argumentName || (choices === undefined ? inferred : `{${choices.join(',')}}`);
  if (row.details.many === '+') return `${argument} [${argument} ...]`;
  if (row.details.many === '*') return `[${argument} [${argument} ...]]`;
  return row.argument === 'optional' ? `[${argument}]` : argument;
}

function commandsText(parser: ArgparseParser): string {
  return parser.commandsName || `{${[...parser.commands.keys()].join(',')}}`;
}

/** All of `--help`. */
export function argparseHelp(parser: ArgparseParser, width: number): string {
  const paragraphs = [argparseUsage(parser, width)];
  if (parser.description !== '') paragraphs.push(`${justify(parser.description, width, 0, '')}\n`);
  const untitled = parser.commandsTitle === '' && parser.commandsDescription === '';
  const positionals = Object.entries(parser.positionals).map(([name, row]) => entry(name, row.help, width));
  if (parser.commands.size > 0 && untitled) positionals.push(commandsHelp(parser, width));
  if (positionals.length > 0) paragraphs.push(`positional arguments:\n${positionals.join('')}`);
  const apart = new Set(parser.sections.flatMap(({ names }) => names));
  const options = visible(parser.rows).filter(([name]) => !apart.has(name));
  if (options.length > 0) paragraphs.push(`optional arguments:\n${optionsHelp(options, width)}`);
  if (parser.commands.size > 0 && !untitled) paragraphs.push(titledCommands(parser, width));
  for (const { title, description, names } of parser.sections) {
    const rows = names.map((name): [string, OptionRow] => [name, parser.rows[name] as OptionRow]);
    const about = description === '' ? '' : `  ${justify(description, width, 2, '  ')}\n\n`;
    paragraphs.push(`${title}:\n${about}${optionsHelp(rows, width)}`);
  }
  return paragraphs.join('\n');
}

function titledCommands(parser: ArgparseParser, width: number): string {
  const about = parser.commandsDescription;
  const introduction = about === '' ? '' : `  ${justify(about, width, 2, '  ')}\n\n`;
  return `${parser.commandsTitle || 'sub-commands'}:\n${introduction}${commandsHelp(parser, width)}`;
}

function commandsHelp(parser: ArgparseParser, width: number): string {
  const helps = [...parser.commands].filter(([, { help }]) => help !== '');
  return (
    entry(commandsText(parser), '', width) + helps.map(([name, { help }]) => entry(`  ${name}`, help, width)).join('')
  );
}

function optionsHelp(rows: readonly [string, OptionRow][], width: number): string {
  return rows
    .map(([name, row]) => {
      const argument = argumentText(name, row);
      const forms = flagsOf(name, row).map((flag) => (argument === '' ? flag : `${flag} ${argument}`));
      const fallback = row.details.default;
      return entry(
        forms.join(', '),
        fallback === undefined ? row.help : `${row.help} (default: ${fallback})`.trim(),
        width,
      );
    })
    .join('');
}

const HELP_COLUMN = 25;

/** A title, and its text beside it or, where the title is long, under it. */
function entry(title: string, help: string, width: number): string {
  if (help === '') return `  ${title}\n`;
  const gap = title.length <= 21 ? ' '.repeat(HELP_COLUMN - title.length - 2) : `\n${' '.repeat(HELP_COLUMN)}`;
  return `  ${title}${gap}${justify(help, width, HELP_COLUMN, ' '.repeat(HELP_COLUMN))}\n`;
}

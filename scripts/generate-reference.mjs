// Writes the reference of the tools from their tables in the built code: docs/tools.md, docs/output.md and the table of
// tools in README.md. An argument names another directory to write to, with a README.md of its own.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const built = new URL('../dist/src/cli/', import.meta.url);
const { argparseUsage, flagsOf } = await import(`${built}options/argparse-usage.js`);
const { levelOf, spellingsOf, TOOL_TABLES } = await import(`${built}tool-tables.js`);
const { outputSchemas } = await import(`${built}output-schemas.js`);

const root = process.argv[2] ?? fileURLToPath(new URL('../', import.meta.url));
const USAGE_WIDTH = 115;
const MARKS = ['<!-- tools: written by scripts/generate-reference.mjs -->', '<!-- end of tools -->'];
const WRITTEN = '<!-- Written by scripts/generate-reference.mjs: change the tables in src/cli/tools instead. -->';

const tools = await Promise.all(
  Object.entries(TOOL_TABLES).map(async ([name, load]) => ({ name, table: await load() })),
);
const schemas = await outputSchemas();

mkdirSync(join(root, 'docs'), { recursive: true });
writeFileSync(join(root, 'docs/tools.md'), toolsPage());
writeFileSync(join(root, 'docs/output.md'), outputPage());
const readme = join(root, 'README.md');
writeFileSync(readme, withTable(readFileSync(readme, 'utf8')));

function toolsPage() {
  return `# Tools

${WRITTEN}

Each tool is there under its plain name and with \`.sh\`. Most are Apache Kafka 4.3.1's, with its options; those marked
*not in Kafka* are kafkalite's own. Kafka reads command lines in two dialects:

- **joptsimple**: names in full, after two dashes or one; an argument in the next word, whatever it looks like, or after
  \`=\`.
- **argparse4j**: names in full or by any beginning that is unique; an argument in the next word unless that looks like
  an option, or after \`=\`; letters after one dash, several at once.

What a tool writes with \`--output json\` or \`--output ndjson\` is in [output.md](output.md).

${tools.map(({ name, table }) => toolText(name, table)).join('\n')}`;
}

function toolText(name, table) {
  const level = levelOf(table);
  const commands = [...level.commands].map(([command, below]) => commandText(name, command, below, table.dialect));
  const dialect = table.dialect === 'own' ? '' : `Dialect: ${table.dialect}.`;
  const usage = table.dialect === 'own' ? table.tool.usage.join('\n') : usageOf(name, table.dialect, level);
  const own = /^(?:kafka|connect)-/.test(name) ? '' : ' *Not in Kafka.*';
  const parts = [
    `## ${name}`,
    `${prose(table.tool.description ?? '')}${own}`,
    table.tool.remarks ?? '',
    dialect,
    fenced('', usage),
    rowsText(table.dialect, level),
    ...commands,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function commandText(name, command, level, dialect) {
  const parts = [
    `### ${name} ${command}`,
    prose(level.help),
    fenced('', usageOf(name, dialect, level)),
    rowsText(dialect, level),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function usageOf(name, dialect, level) {
  if (dialect === 'argparse4j')
    return argparseUsage(level, USAGE_WIDTH)
      .replace(/^usage: /, '')
      .replace(/\n {7}/g, '\n');
  const required = Object.entries(level.rows).filter(([, row]) => isRequired(row));
  return [name, ...required.map(([long, row]) => `--${long} <${argumentOf(dialect, long, row)}>`), '[options]'].join(
    ' ',
  );
}

function rowsText(dialect, { rows, positionals, groups }) {
  const lines = [
    ...Object.entries(positionals).map(([name, row]) => line(code(name), '', row, [])),
    ...Object.entries(rows)
      .filter(([, { details }]) => !details.hidden)
      .map(([name, row]) => line(namesOf(dialect, name, row), argumentOf(dialect, name, row), row, groups, name)),
  ];
  return `| option | argument | default | notes | what it is for |\n|---|---|---|---|---|\n${lines.join('\n')}`;
}

function line(names, argument, row, groups, name) {
  const shown = argument === '' ? '' : code(row.argument === 'optional' ? `[${argument}]` : argument);
  const fallback = row.details.default === undefined ? '' : code(row.details.default);
  return `| ${names} | ${shown} | ${fallback} | ${notesOf(row, groups, name)} | ${prose(row.help.replace(/^REQUIRED: /, ''))} |`;
}

function namesOf(dialect, name, row) {
  const spelled = dialect === 'argparse4j' ? flagsOf(name, row) : spellingsOf(dialect, name, row.details.short);
  return spelled.map(code).join(', ');
}

function argumentOf(dialect, name, { argument, argumentName, details, type }) {
  if (argument === 'none') return '';
  if (argumentName !== '') return argumentName;
  if (dialect !== 'argparse4j') return type.name;
  return details.choices === undefined ? name.replaceAll('-', '_').toUpperCase() : details.choices.join(',');
}

/** Some options are called for by the tool itself, which its help says first. */
function isRequired({ details, help }) {
  return details.required || help.startsWith('REQUIRED: ');
}

function notesOf(row, groups, name) {
  const { details } = row;
  const others = groups
    .filter(({ names }) => names.includes(name))
    .map((group) => {
      const rest = group.names.filter((other) => other !== name).map((other) => code(`--${other}`));
      return `${group.required ? 'either this or' : 'not with'} ${rest.join(', ')}`;
    });
  const notes = [
    isRequired(row) ? 'required' : '',
    details.repeats ? 'repeatable' : '',
    details.many === undefined ? '' : 'takes several',
    details.onlyWith === undefined ? '' : `with ${details.onlyWith.map((other) => code(`--${other}`)).join(' or ')}`,
    ...others,
    details.own ? '*not in Kafka*' : '',
  ];
  return notes.filter((note) => note !== '').join('; ');
}

function outputPage() {
  const sections = [...schemas].map(([tool, ofTool]) => {
    const parts = [...ofTool.values()].map(
      (schema) => `### ${schemaHeading(tool, schema)}\n\n${fenced('json', JSON.stringify(schema, null, 2))}\n`,
    );
    return `## ${tool}\n\n${parts.join('\n')}`;
  });
  return `# Output as JSON

${WRITTEN}

\`--output json\` writes one array of rows, \`--output ndjson\` a row a line as soon as it is known. These are the JSON
Schemas of the rows. Options are in [tools.md](tools.md).

${sections.join('\n')}`;
}

/** What the title says beside the name of the tool, which stands above it. */
function schemaHeading(tool, { title }) {
  return (
    title
      .replace(tool, '')
      .replace(/ of (?= )/, '')
      .replace(/ +/g, ' ')
      .trim() || 'A row'
  );
}

function withTable(text) {
  const [from, to] = MARKS.map((mark) => text.indexOf(mark));
  if (from < 0 || to < from) throw new Error(`README.md has no place for the tools, between ${MARKS.join(' and ')}`);
  const lines = tools.map(({ name, table }) => {
    const json = schemas.has(name) ? `[yes](docs/output.md#${name})` : '';
    return `| [${name}](docs/tools.md#${name}) | ${prose(table.tool.description ?? '')} | ${json} |`;
  });
  const written = `${MARKS[0]}\n\n| tool | what it is for | JSON |\n|---|---|---|\n${lines.join('\n')}\n\n`;
  return text.slice(0, from) + written + text.slice(to);
}

function fenced(language, text) {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

/** In a cell of a table a bar ends it, even within code. */
function code(text) {
  return `\`${text.replaceAll('|', '\\|').replaceAll('\n', '\\n')}\``;
}

function prose(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replace(/[|*_]/g, '\\$&').replaceAll('\n', '<br>');
}

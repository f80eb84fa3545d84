// Checks who imports whom in src: the rooms of ARCHITECTURE.md. Prints each import that goes the wrong way; exits 1 then.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../src/', import.meta.url));

/** What a room may use beside itself. `index.ts` counts as a room. */
const ALLOWED = {
  base: [],
  protocol: ['base'],
  config: ['base', 'protocol'],
  state: ['base', 'protocol', 'config'],
  storage: ['base', 'protocol', 'config'],
  client: ['base', 'protocol', 'config'],
  broker: ['base', 'protocol', 'config', 'state', 'storage', 'client'],
  host: ['base'],
  cli: ['base', 'protocol', 'config', 'state', 'storage', 'client', 'broker', 'host'],
  'index.ts': ['base', 'protocol', 'config', 'broker', 'host'],
};
/** Where Node's own modules may be used; a codec file or two read a package's file or its zlib. */
const NODE_ROOMS = new Set(['host', 'cli', 'index.ts']);
const NODE_EXCEPTIONS = /^node:(crypto|zlib|module|path)$/;
const NODE_FILES = new Set(['protocol/compression/zstd-wasm.ts']);
/** The machines of `state`: no waiting, no clock, no randomness. */
const IMPURE = /\basync\b|\bawait\b|\bsetTimeout\b|\bsetInterval\b|\bDate\.now\b|\bMath\.random\b|\bprocess\./;

const problems = [];
for (const name of readdirSync(src, { recursive: true }).map(String)) {
  if (!/\.c?ts$/.test(name) || name.includes('generated')) continue;
  const text = readFileSync(src + name, 'utf8');
  const room = roomOf(name);
  for (const [, imported] of text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) check(name, room, imported);
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  if (room === 'state' && IMPURE.test(code))
    problems.push(`${name}: uses ${IMPURE.exec(code)?.[0]}, which no state machine may`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;

function check(name, room, imported) {
  if (imported.startsWith('node:')) {
    const fine = NODE_ROOMS.has(room) || NODE_FILES.has(name) || (room !== 'state' && NODE_EXCEPTIONS.test(imported));
    if (!fine) problems.push(`${name}: imports ${imported}, which only ${[...NODE_ROOMS].join(', ')} may`);
    return;
  }
  if (!imported.startsWith('.')) return;
  const target = roomOf(relative(src, join(src, dirname(name), imported)));
  if (target !== room && !ALLOWED[room]?.includes(target))
    problems.push(`${name}: ${room} must not import ${target} (${imported})`);
}

function roomOf(name) {
  return name.includes(sep) ? name.slice(0, name.indexOf(sep)) : name;
}

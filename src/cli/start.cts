/**
 * The first thing that a launcher loads: runs a tool of dist/tools with the code that V8 compiled in earlier runs.
 *
 * Node's own compile cache (module.enableCompileCache) is not in Node 20, and keeps no function that was compiled after
 * its module had been loaded: with it `kafka-topics --list` takes a tenth longer. Here the code is taken when the tool
 * ends, with all functions that ran. Nothing depends on the cache: where it cannot be read or written the tool starts a
 * little later.
 */
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } =
  require('node:fs') as typeof import('node:fs');
const vm = require('node:vm') as typeof import('node:vm');

const TOOLS = `${__dirname}/../../tools/`;
const MOST_KINDS = 32;
const UNUSED_AFTER_MS = 30 * 24 * 60 * 60 * 1000;

interface Module {
  exports: object;
}

/** What the bundler makes of a tool. */
interface Entry {
  runTool(name: string, tool: object): void;
  readonly tool: object;
}

/** Loads the files of dist/tools. */
class Loader {
  private readonly modules = new Map<string, Module>();
  private readonly scripts = new Map<string, import('node:vm').Script>();
  private readonly cache: string | null;
  /** Whether V8 refused something of the cache, as it does after a change of its flags. */
  isStale = false;

  /** @param cache a directory; null for none */
  constructor(cache: string | null) {
    this.cache = cache;
  }

  load(file: string): object {
    const known = this.modules.get(file);
    if (known !== undefined) return known.exports;
    const loaded: Module = { exports: {} };
    this.modules.set(file, loaded);
    const requireFrom = (id: string): unknown => (id.startsWith('./') ? this.load(id.slice(2)) : require(id));
    const run = this.compiled(file).runInThisContext();
    run.call(loaded.exports, loaded.exports, requireFrom, loaded, TOOLS + file);
    return loaded.exports;
  }

  /** Puts the code of all that ran into the cache. Others that start at this moment read a whole file or none. */
  keep(): void {
    for (const [file, script] of this.scripts) {
      replaceFile(`${this.cache}/${file}`, script.createCachedData());
    }
  }

  private compiled(file: string): import('node:vm').Script {
    // The bundler writes ASCII alone, so nothing need be decoded.
    const code = `(function (exports, require, module, __filename) {${readFileSync(TOOLS + file, 'latin1')}\n})`;
    const cachedData = this.cache === null ? null : readIfThere(`${this.cache}/${file}`);
    const script = new vm.Script(code, {
      filename: TOOLS + file,
      ...(cachedData === null ? {} : { cachedData }),
    });
    if (script.cachedDataRejected) this.isStale = true;
    this.scripts.set(file, script);
    return script;
  }
}

/** A directory of the user's, for one version of Node and one build; null where there is no place for it. */
function cacheRoot(): string | null {
  const { env } = process;
  if (env.NODE_DISABLE_COMPILE_CACHE) return null;
  const root = env.XDG_CACHE_HOME || `${env.HOME ?? ''}/.cache`;
  return root.startsWith('/') && root !== '/.cache' ? `${root}/kafkalite` : null;
}

/** The options that a run was given, without their values: other options run other code. */
function kindOf(argv: readonly string[]): string {
  const names = argv.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0]);
  return names.sort().join(' ').slice(0, 200);
}

/** Keeps the code of a run that is unlike those before it, up to a limit, or that could not use theirs. */
function keepAfter(loader: Loader, cache: string): void {
  const kinds = readIfThere(`${cache}/kinds`)?.toString('utf8').split('\n') ?? [];
  const kind = kindOf(process.argv.slice(2));
  const isNew = !kinds.includes(kind) && kinds.length < MOST_KINDS;
  process.on('exit', () => {
    if (!isNew && !loader.isStale) return;
    try {
      if (kinds.length === 0) makeDirectory(cache);
      loader.keep();
      if (isNew) replaceFile(`${cache}/kinds`, [...kinds, kind].join('\n'));
    } catch {
      // No room, or no right to write: the next run compiles again.
    }
  });
}

/** Makes the directory of a new build, and room by removing what builds of long ago left. */
function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const root = path.split('/').slice(0, -2).join('/');
  for (const build of readdirSync(root)) {
    const { mtimeMs } = statSync(`${root}/${build}`);
    if (Date.now() - mtimeMs > UNUSED_AFTER_MS) rmSync(`${root}/${build}`, { recursive: true, force: true });
  }
}

function replaceFile(path: string, data: Buffer | string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, data, { mode: 0o600 });
  renameSync(draft, path);
}

function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}

module.exports = function start(tool: string): void {
  const root = cacheRoot();
  // The bundler writes it: what was compiled of another build must not be taken for this one.
  const build = root === null ? '' : readFileSync(`${TOOLS}build-id`, 'latin1');
  const cache = root === null ? null : `${root}/${process.version}-${process.arch}-${build}/${tool}`;
  const loader = new Loader(cache);
  if (cache !== null) keepAfter(loader, cache);
  const entry = loader.load(`${tool}.cjs`) as Entry;
  entry.runTool(tool, entry.tool);
};

// Makes dist/tools of the compiled sources: one file a tool and three that tools share. Loading a hundred small modules
// takes Node longer than all that a tool then does.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from '@rollup/wasm-node';
import { minify } from 'terser';

/** @typedef {(id: string) => readonly string[]} Next */
/** @typedef {(id: string) => import('@rollup/wasm-node').ModuleInfo | null} GetInfo */

const SOURCE = fileURLToPath(new URL('../dist/src/', import.meta.url));
const TOOLS = fileURLToPath(new URL('../dist/tools', import.meta.url));
/** Made beside the old ones, which serve until all is there. */
const OUTPUT = `${TOOLS}.${process.pid}`;
const ENTRY = 'tool:';
/** What nearly every run needs is bundled; other packages are found where npm put them. */
const BUNDLED = /^(?:commander|properties-file)(?:\/|$)/;
/** The broker shares much with the tools and starts seldom: it is a file of its own. */
const ALONE = ['server-start'];
/** Files that tools share, by the modules whose imports belong in them; what two of them need is in the first. */
const SHARED = {
  core: ['cli/main.js', 'cli/tools/topics.js'],
  argparse: ['cli/options/argparse.js'],
  clients: ['client/producer/producer.js', 'client/consumer/consumer.js'],
};
const REST = 'admin';

const names = readdirSync(join(SOURCE, 'cli', 'tools'))
  .filter((file) => file.endsWith('.js'))
  .map((file) => basename(file, '.js'));

/** Each tool begins with a module that exists only here. */
const entries = {
  name: 'entries',
  resolveId: (/** @type {string} */ id) => (id.startsWith(ENTRY) ? id : null),
  load(/** @type {string} */ id) {
    if (!id.startsWith(ENTRY)) return null;
    const name = id.slice(ENTRY.length);
    return `export { runTool } from '${SOURCE}cli/main.js';
export * as tool from '${SOURCE}cli/tools/${name}.js';`;
  },
};

/** commander can start subcommands as processes, which no tool of ours has: it need not load what that takes. */
const withoutProcesses = {
  name: 'without-processes',
  resolveId: (/** @type {string} */ id, /** @type {string | undefined} */ importer) =>
    id === 'node:child_process' && importer?.includes('commander') ? 'without:processes' : null,
  load: (/** @type {string} */ id) => (id === 'without:processes' ? 'export default {};' : null),
};

const ownPath = { name: 'own-path', resolveImportMeta: () => '__filename' };

/**
 * Comments and indentation go: what is read at each start counts, and Node collects garbage before a short run ends when
 * there is much of it. Names and lines stay for the stack trace of an error. Text of ASCII alone needs no decoding.
 */
const withoutSpace = {
  name: 'without-space',
  async renderChunk(/** @type {string} */ source) {
    const format = { semicolons: false, ascii_only: true };
    const { code } = await minify(source, { compress: false, mangle: false, format });
    return { code: /** @type {string} */ (code), map: null };
  },
};

/** All that can be reached from some modules. */
function closure(/** @type {readonly string[]} */ starts, /** @type {Next} */ next) {
  const found = new Set(starts);
  for (const id of found) for (const reached of next(id)) found.add(reached);
  return found;
}

/**
 * The file that each module goes to: its tool's where it has one alone, else one that tools share. What is only ever
 * imported later is left to files of its own.
 */
function chunksOf(/** @type {readonly string[]} */ tools, /** @type {GetInfo} */ info) {
  /** @type {Next} */
  const imports = (id) => info(id)?.importedIds ?? [];
  /** @type {Next} */
  const mayImport = (id) => [...imports(id), ...(info(id)?.dynamicallyImportedIds ?? [])];
  const users = new Map();
  for (const tool of tools) {
    for (const id of closure([ENTRY + tool], mayImport)) users.set(id, (users.get(id) ?? 0) + 1);
  }
  /** @type {Map<string, string>} */
  const chunks = new Map();
  for (const tool of tools) {
    for (const id of closure([ENTRY + tool], imports)) chunks.set(id, users.get(id) === 1 ? tool : REST);
  }
  const shared = new Set([...chunks].filter(([, chunk]) => chunk === REST).map(([id]) => id));
  for (const [chunk, starts] of Object.entries(SHARED).reverse()) {
    const ids = closure(
      starts.map((file) => SOURCE + file),
      imports,
    );
    for (const id of ids) if (shared.has(id)) chunks.set(id, chunk);
  }
  return chunks;
}

async function bundle(/** @type {readonly string[]} */ tools) {
  const build = await rollup({
    input: Object.fromEntries(tools.map((tool) => [tool, ENTRY + tool])),
    external: (id) => isBuiltin(id) || (/^[\w@]/.test(id) && !/^(?:tool|without):/.test(id) && !BUNDLED.test(id)),
    plugins: [entries, withoutProcesses, nodeResolve({ preferBuiltins: true }), commonjs()],
    onLog: (_level, log) => {
      throw new Error(log.message);
    },
  });
  const isAlone = tools.length === 1;
  /** @type {Map<string, string> | undefined} */
  let chunks;
  const manualChunks = (/** @type {string} */ id, /** @type {{ getModuleInfo: GetInfo }} */ { getModuleInfo }) => {
    chunks ??= chunksOf(tools, getModuleInfo);
    return chunks.get(id) ?? null;
  };
  await build.write({
    dir: OUTPUT,
    format: 'cjs',
    hoistTransitiveImports: false,
    // Node 20 warns of import() in what a tool's start compiles; require takes modules of both kinds.
    dynamicImportInCjs: false,
    interop: 'auto',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'part-[name].cjs',
    ...(isAlone ? { inlineDynamicImports: true } : { manualChunks }),
    plugins: [ownPath, withoutSpace],
  });
  await build.close();
}

await bundle(names.filter((name) => !ALONE.includes(name)));
for (const name of ALONE) await bundle([name]);

/** Names the build: what was compiled of another one must not be taken for it. */
const hash = createHash('sha256');
for (const file of readdirSync(OUTPUT).sort()) hash.update(file).update(readFileSync(join(OUTPUT, file)));
writeFileSync(join(OUTPUT, 'build-id'), hash.digest('hex').slice(0, 16));

rmSync(TOOLS, { recursive: true, force: true });
renameSync(OUTPUT, TOOLS);

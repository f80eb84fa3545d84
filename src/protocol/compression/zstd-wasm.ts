/**
 * Zstandard as WebAssembly, for Node versions without it in node:zlib (before 22.15 and 23.8). The npm package
 * offers an asynchronous start only; its module is instantiated here at once, through the hook that Emscripten
 * has for that, which takes 4 ms.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { corrupt } from './compression-error.js';

const PACKAGE = '@bokuweb/zstd-wasm';
/** Results from here on, as unsigned numbers, are error codes of the library. */
const FIRST_ERROR = 2 ** 32 - 256;
const DESTINATION_TOO_SMALL = 70;

/** The little of WebAssembly that is used: Node's types leave it to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (binary: Buffer) => object;
  readonly Instance: new (module: object, imports: object) => object;
};

interface ZstdModule {
  HEAPU8: Uint8Array;
  instantiateWasm(imports: object, receive: (instance: object) => object): object;
  init(binary: Buffer): void;
  _malloc(sizeBytes: number): number;
  _free(at: number): void;
  _ZSTD_compressBound(sizeBytes: number): number;
  _ZSTD_createCCtx(): number;
  _ZSTD_createDCtx(): number;
  _ZSTD_compress_usingDict(
    context: number,
    target: number,
    targetBytes: number,
    source: number,
    sourceBytes: number,
    dictionary: 0,
    dictionaryBytes: 0,
    level: number,
  ): number;
  _ZSTD_decompress_usingDict(
    context: number,
    target: number,
    targetBytes: number,
    source: number,
    sourceBytes: number,
    dictionary: 0,
    dictionaryBytes: 0,
  ): number;
}

interface Loaded {
  readonly module: ZstdModule;
  readonly compression: number;
  readonly decompression: number;
}

let loaded: Loaded | null = null;

function load(): Loaded {
  const require = createRequire(import.meta.url);
  const directory = dirname(require.resolve(PACKAGE));
  const { Module: module } = require(join(directory, 'zstd.js')) as { Module: ZstdModule };
  const binary = readFileSync(join(directory, 'zstd.wasm'));
  module.instantiateWasm = (imports, receive) =>
    receive(new WebAssembly.Instance(new WebAssembly.Module(binary), imports));
  module.init(binary);
  return { module, compression: module._ZSTD_createCCtx(), decompression: module._ZSTD_createDCtx() };
}

export function compressZstdInWasm(content: Buffer, level: number): Buffer {
  loaded ??= load();
  const { module, compression } = loaded;
  const bound = module._ZSTD_compressBound(content.length) >>> 0;
  return withMemory(module, content, bound, (source, target) => {
    const result =
      module._ZSTD_compress_usingDict(compression, target, bound, source, content.length, 0, 0, level) >>> 0;
    if (result >= FIRST_ERROR) throw new Error(`zstd: compression failed with code ${2 ** 32 - result}`);
    return result;
  });
}

/** One frame. Gives null when its content has more than `maxBytes`. */
export function decompressZstdInWasm(frame: Buffer, maxBytes: number): Buffer | null {
  loaded ??= load();
  const { module, decompression } = loaded;
  let small = false;
  const content = withMemory(module, frame, maxBytes, (source, target) => {
    const result = module._ZSTD_decompress_usingDict(decompression, target, maxBytes, source, frame.length, 0, 0) >>> 0;
    if (result < FIRST_ERROR) return result;
    small = 2 ** 32 - result === DESTINATION_TOO_SMALL;
    if (!small) throw corrupt(`zstd: broken frame (code ${2 ** 32 - result})`);
    return 0;
  });
  return small ? null : content;
}

/** Gives `input` and room for the result to `work`, which says how many bytes came out. */
function withMemory(
  module: ZstdModule,
  input: Buffer,
  outputBytes: number,
  work: (source: number, target: number) => number,
): Buffer {
  // Pointers beyond 2 GiB come out negative; no memory is 0.
  const source = module._malloc(input.length + 1) >>> 0;
  const target = module._malloc(outputBytes + 1) >>> 0;
  try {
    if (source === 0 || target === 0) throw new Error(`zstd: no memory for ${input.length + outputBytes} bytes`);
    module.HEAPU8.set(input, source);
    const sizeBytes = work(source, target);
    return Buffer.from(module.HEAPU8.subarray(target, target + sizeBytes));
  } finally {
    module._free(source);
    module._free(target);
  }
}

/**
 * Zstandard as WebAssembly, for Node versions without it in node:zlib (before 22.15 and 23.8). The npm package
 * offers an asynchronous start only; its module is instantiated here at once, through the hook that Emscripten
 * has for that, which takes 4 ms.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { corrupt } from './compression-error.js';
import type { Lifetime } from './lifetime.js';
import { startWasm } from './wasm.js';

const PACKAGE = '@bokuweb/zstd-wasm';
/** Results from here on, as unsigned numbers, are error codes of the library. */
const FIRST_ERROR = 2 ** 32 - 256;
const DESTINATION_TOO_SMALL = 70;
/** More than this is not held for the next call. */
const KEPT_BYTES = 8 * 1024 * 1024;

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
  readonly areas: Areas;
}

let loaded: Loaded | null = null;

function load(): Loaded {
  const require = createRequire(import.meta.url);
  const directory = dirname(require.resolve(PACKAGE));
  const { Module: module } = require(join(directory, 'zstd.js')) as { Module: ZstdModule };
  const binary = readFileSync(join(directory, 'zstd.wasm'));
  module.instantiateWasm = (imports, receive) => receive(startWasm(binary, imports));
  module.init(binary);
  return {
    module,
    compression: module._ZSTD_createCCtx(),
    decompression: module._ZSTD_createDCtx(),
    areas: new Areas(module),
  };
}

export function compressZstdInWasm(content: Buffer, level: number): Buffer {
  loaded ??= load();
  const { module, compression, areas } = loaded;
  const bound = module._ZSTD_compressBound(content.length) >>> 0;
  return areas.lend(content, bound, (source, target) => {
    const result =
      module._ZSTD_compress_usingDict(compression, target, bound, source, content.length, 0, 0, level) >>> 0;
    if (result >= FIRST_ERROR) throw new Error(`zstd: compression failed with code ${2 ** 32 - result}`);
    return Buffer.from(module.HEAPU8.subarray(target, target + result));
  });
}

/** One frame. Gives null when its content has more than `maxBytes`. */
export function decompressZstdInWasm(frame: Buffer, maxBytes: number, lifetime: Lifetime): Buffer | null {
  loaded ??= load();
  const { module, decompression, areas } = loaded;
  return areas.lend(frame, maxBytes, (source, target) => {
    const result = module._ZSTD_decompress_usingDict(decompression, target, maxBytes, source, frame.length, 0, 0) >>> 0;
    if (result >= FIRST_ERROR) {
      if (2 ** 32 - result === DESTINATION_TOO_SMALL) return null;
      throw corrupt(`zstd: broken frame (code ${2 ** 32 - result})`);
    }
    const content = Buffer.from(module.HEAPU8.buffer, target, result);
    // What large content lies in is not held.
    return lifetime === 'passing' && areas.isKept ? content : Buffer.from(content);
  });
}

interface Area {
  at: number;
  sizeBytes: number;
}

/** Where the library finds its input and puts its output. */
class Areas {
  private readonly module: ZstdModule;
  private readonly input = { at: 0, sizeBytes: 0 };
  private readonly output = { at: 0, sizeBytes: 0 };

  constructor(module: ZstdModule) {
    this.module = module;
  }

  /** Whether both are small enough to be used again. */
  get isKept(): boolean {
    return this.input.sizeBytes + this.output.sizeBytes <= KEPT_BYTES;
  }

  /** Gives `input` and room for the result to `work`. */
  lend<Result>(input: Buffer, outputBytes: number, work: (source: number, target: number) => Result): Result {
    try {
      const source = this.reserve(this.input, input.length + 1);
      const target = this.reserve(this.output, outputBytes + 1);
      this.module.HEAPU8.set(input, source);
      return work(source, target);
    } finally {
      if (!this.isKept) for (const area of [this.input, this.output]) this.release(area);
    }
  }

  private reserve(area: Area, sizeBytes: number): number {
    if (area.sizeBytes >= sizeBytes) return area.at;
    this.release(area);
    // Pointers beyond 2 GiB come out negative; no memory is 0.
    const at = this.module._malloc(sizeBytes) >>> 0;
    if (at === 0) throw new Error(`zstd: no memory for ${sizeBytes} bytes`);
    area.at = at;
    area.sizeBytes = sizeBytes;
    return at;
  }

  private release(area: Area): void {
    if (area.sizeBytes > 0) this.module._free(area.at);
    area.sizeBytes = 0;
  }
}

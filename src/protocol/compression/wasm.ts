/** The little of WebAssembly that is used: Node's types leave it to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

/** What a module exports as memory. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  /** By pages of 64 KiB; `buffer` is another one from then on. @throws RangeError */
  grow(pages: number): number;
}

/** Compiles and starts a module at once. */
export const startWasm = (binary: Uint8Array, imports: object = {}): { readonly exports: object } =>
  new WebAssembly.Instance(new WebAssembly.Module(binary), imports);

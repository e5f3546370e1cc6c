// The part of the platform that the sandbox is made of. Compiled without Node's or the browser's types, it is declared here.

/** A compiled module. Can be sent to worker threads as it is. */
export interface CompiledModule {
  readonly compiledModule?: never;
}

export interface LinearMemory {
  readonly buffer: ArrayBuffer;
  /** Adds pages of 64 KiB. @throws RangeError past the maximum, or when the machine has no memory left. */
  grow(pages: number): number;
}

export interface GlobalVariable {
  value: number | bigint;
}

export type ModuleFunction = (...values: (number | bigint)[]) => unknown;

export interface ModuleInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

export type Imports = Readonly<Record<string, Readonly<Record<string, ModuleFunction | LinearMemory>>>>;

export interface WebAssemblyPlatform {
  readonly Module: {
    new (bytes: Uint8Array): CompiledModule;
    exports(module: CompiledModule): readonly { readonly name: string }[];
  };
  readonly Instance: new (module: CompiledModule, imports: Imports) => ModuleInstance;
  readonly Memory: new (size: { initial: number; maximum: number }) => LinearMemory;
  readonly RuntimeError: new (message?: string) => Error;
  readonly LinkError: new (message?: string) => Error;
  validate(bytes: Uint8Array): boolean;
}

declare const WebAssembly: WebAssemblyPlatform;

export const webAssembly: WebAssemblyPlatform = WebAssembly;

export const pageBytes = 65_536;

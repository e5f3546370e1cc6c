import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { readReferenceType, readValueType } from './instruction.ts';
import { type FunctionShape, instrumentFunction, type Meters } from './instrument.ts';
import { ModuleRefused } from './module-refused.ts';
import type { Signatures } from './operand-height.ts';

export interface RewriteOptions {
  /** Greatest size of the linear memory, in pages of 64 KiB. */
  readonly maximumPages: number;

  /** Functions that may be imported, as `module.name`. */
  readonly imports: ReadonlySet<string>;

  /** The one imported memory, as `module.name`, if the module imports its memory at all. */
  readonly importedMemory?: string;

  readonly oneNaN: boolean;
}

/** Names of what a rewritten module exports beside its own. */
export const meterExports = {
  fuel: 'qflow:fuel',
  stack: 'qflow:stack',
  growthRefused: 'qflow:growth-refused',
  start: 'qflow:start',
} as const;

const section = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

/** The order that the format asks for: the data count stands before the code. */
const order = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];

const greatestTable = 65_536;
const greatestTables = 4;

interface FunctionType {
  readonly parameters: number;
  readonly results: readonly number[];
}

/**
 * Rewrites a valid module so that it meters itself: fuel, stack and refused growth are exported globals, which the host
 * sets before a call and reads after it. Its memory cannot grow past the cap. The start function becomes an export, since
 * it would run before the host could set the meters.
 * @param bytes a module that the platform's own validation accepts; what lies beyond its index spaces is relied upon
 * @throws ModuleRefused for what the sandbox does not allow
 */
export function rewriteModule(bytes: Uint8Array, options: RewriteOptions): Uint8Array {
  const sections = readSections(bytes);
  const types = readTypes(sections.get(section.type));
  const imported = checkImports(sections.get(section.import), options);
  checkTables(sections);

  const globals = splitVector(sections.get(section.global));
  const meters: Meters = { fuel: globals.count, stack: globals.count + 1, growthRefused: globals.count + 2 };
  const functions = readFunctions(sections.get(section.function));
  const signatures: Signatures = {
    types: types.map(({ parameters, results }) => ({ parameters, results: results.length })),
    functions: [...imported.functions, ...functions].map((type) => {
      return { parameters: types[type]!.parameters, results: types[type]!.results.length };
    }),
  };
  const addedTypes: FunctionType[] = [];

  const shapes = types.map((type): FunctionShape => {
    if (type.results.length <= 1) {
      return { ...type, wrapping: new Uint8Array([type.results[0] ?? 0x40]) };
    }
    addedTypes.push({ parameters: 0, results: type.results });
    const index = new ByteWriter();
    index.signed(types.length + addedTypes.length - 1);
    return { ...type, wrapping: index.finish() };
  });

  sections.set(section.type, withTypes(sections.get(section.type), addedTypes));
  sections.set(section.global, withMeters(globals));
  sections.set(section.export, withMeterExports(sections, meters));
  sections.delete(section.start);
  if (imported.section !== undefined) {
    sections.set(section.import, imported.section);
  } else if (sections.has(section.memory)) {
    sections.set(section.memory, cappedMemory(sections.get(section.memory)!, options.maximumPages));
  }
  if (sections.has(section.code)) {
    const code = new ByteReader(sections.get(section.code)!);
    const out = new ByteWriter();
    out.unsigned(code.unsigned());
    for (const type of functions) {
      const entry = code.take(code.unsigned());
      out.sized(instrumentFunction(entry, shapes[type]!, { meters, signatures, oneNaN: options.oneNaN }));
    }
    sections.set(section.code, out.finish());
  }
  return writeSections(sections);
}

function readSections(bytes: Uint8Array): Map<number, Uint8Array> {
  const reader = new ByteReader(bytes, 8);
  const sections = new Map<number, Uint8Array>();
  while (!reader.done) {
    const id = reader.byte();
    const content = reader.take(reader.unsigned());
    if (id === section.custom) {
      continue;
    }
    if (!order.includes(id) || sections.has(id)) {
      throw new ModuleRefused(`section ${id} is not allowed`);
    }
    sections.set(id, content);
  }
  return sections;
}

function writeSections(sections: ReadonlyMap<number, Uint8Array>): Uint8Array {
  const out = new ByteWriter();
  out.byte(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  for (const id of order) {
    const content = sections.get(id);
    if (content !== undefined) {
      out.byte(id);
      out.sized(content);
    }
  }
  return out.finish();
}

function readTypes(content: Uint8Array | undefined): FunctionType[] {
  const reader = new ByteReader(content ?? new Uint8Array([0]));
  return Array.from({ length: reader.unsigned() }, () => {
    if (reader.byte() !== 0x60) {
      throw new ModuleRefused('types other than those of functions are not allowed');
    }
    const parameters = reader.unsigned();
    for (let left = parameters; left > 0; left -= 1) {
      readValueType(reader);
    }
    return { parameters, results: Array.from({ length: reader.unsigned() }, () => readValueType(reader)) };
  });
}

function readFunctions(content: Uint8Array | undefined): number[] {
  const reader = new ByteReader(content ?? new Uint8Array([0]));
  return Array.from({ length: reader.unsigned() }, () => reader.unsigned());
}

/** How many entries a section has, and their bytes. */
function splitVector(content: Uint8Array | undefined): { count: number; entries: Uint8Array } {
  const reader = new ByteReader(content ?? new Uint8Array([0]));
  const count = reader.unsigned();
  return { count, entries: reader.bytes.subarray(reader.position) };
}

function withTypes(content: Uint8Array | undefined, added: readonly FunctionType[]): Uint8Array {
  const { count, entries } = splitVector(content);
  const out = new ByteWriter();
  out.unsigned(count + added.length);
  out.raw(entries);
  for (const { results } of added) {
    out.byte(0x60, 0x00);
    out.unsigned(results.length);
    out.byte(...results);
  }
  return out.finish();
}

function withMeters(globals: { count: number; entries: Uint8Array }): Uint8Array {
  const out = new ByteWriter();
  out.unsigned(globals.count + 3);
  out.raw(globals.entries);
  out.byte(0x7e, 0x01, 0x42, 0x00, 0x0b); // fuel: a variable i64, 0 until the host sets it
  out.byte(0x7f, 0x01, 0x41, 0x00, 0x0b); // stack: a variable i32
  out.byte(0x7f, 0x01, 0x41, 0x00, 0x0b); // growth refused: a variable i32
  return out.finish();
}

function withMeterExports(sections: ReadonlyMap<number, Uint8Array>, meters: Meters): Uint8Array {
  const { count, entries } = splitVector(sections.get(section.export));
  const reader = new ByteReader(entries);
  for (let left = count; left > 0; left -= 1) {
    const name = reader.name();
    if (name.startsWith('qflow:')) {
      throw new ModuleRefused(`the export "${name}" is not allowed: names with "qflow:" belong to the sandbox`);
    }
    reader.byte();
    reader.unsigned();
  }
  const start = sections.get(section.start);
  const out = new ByteWriter();
  out.unsigned(count + 3 + (start === undefined ? 0 : 1));
  out.raw(entries);
  for (const name of ['fuel', 'stack', 'growthRefused'] as const) {
    out.name(meterExports[name]);
    out.byte(0x03);
    out.unsigned(meters[name]);
  }
  if (start !== undefined) {
    out.name(meterExports.start);
    out.byte(0x00);
    out.raw(start);
  }
  return out.finish();
}

/** The types of the imported functions, and the section to write if the memory is imported. */
function checkImports(
  content: Uint8Array | undefined,
  options: RewriteOptions,
): { functions: number[]; section?: Uint8Array } {
  const reader = new ByteReader(content ?? new Uint8Array([0]));
  const out = new ByteWriter();
  const count = reader.unsigned();
  out.unsigned(count);
  const functions: number[] = [];
  let hasMemory = false;

  for (let left = count; left > 0; left -= 1) {
    const module = reader.name();
    const name = reader.name();
    const kind = reader.byte();
    out.name(module);
    out.name(name);
    out.byte(kind);
    if (kind === 0x00 && options.imports.has(`${module}.${name}`)) {
      functions.push(reader.unsigned());
      out.unsigned(functions.at(-1)!);
    } else if (kind === 0x02 && options.importedMemory === `${module}.${name}` && !hasMemory) {
      hasMemory = true;
      readLimits(reader, 'memory');
      // Any size will do: the host brings the memory, already capped.
      out.byte(0x01, 0x00);
      out.unsigned(options.maximumPages);
    } else {
      throw new ModuleRefused(`the import "${module}.${name}" is not allowed`);
    }
  }
  return hasMemory ? { functions, section: out.finish() } : { functions };
}

/** Smallest and greatest size. Shared and 64-bit ones have other flags. */
function readLimits(reader: ByteReader, what: string): { minimum: number; maximum?: number } {
  const flags = reader.byte();
  if (flags > 1) {
    throw new ModuleRefused(`a shared or 64-bit ${what} is not allowed`);
  }
  const minimum = reader.unsigned();
  return flags === 1 ? { minimum, maximum: reader.unsigned() } : { minimum };
}

function cappedMemory(content: Uint8Array, maximumPages: number): Uint8Array {
  const reader = new ByteReader(content);
  const count = reader.unsigned();
  if (count > 1) {
    throw new ModuleRefused('more than one memory is not allowed');
  }
  if (count === 0) {
    return content;
  }
  const { minimum, maximum } = readLimits(reader, 'memory');
  if (minimum > maximumPages) {
    throw new ModuleRefused(`a memory of ${minimum} pages is more than the ${maximumPages} that the step may use`);
  }
  const out = new ByteWriter();
  out.byte(0x01, 0x01);
  out.unsigned(minimum);
  out.unsigned(Math.min(maximum ?? maximumPages, maximumPages));
  return out.finish();
}

/** Tables are not part of the linear memory, so they get a cap of their own. */
function checkTables(sections: Map<number, Uint8Array>): void {
  const content = sections.get(section.table);
  if (content === undefined) {
    return;
  }
  const reader = new ByteReader(content);
  const count = reader.unsigned();
  if (count > greatestTables) {
    throw new ModuleRefused(`more than ${greatestTables} tables are not allowed`);
  }
  const out = new ByteWriter();
  out.unsigned(count);
  for (let left = count; left > 0; left -= 1) {
    out.byte(readReferenceType(reader));
    const { minimum, maximum } = readLimits(reader, 'table');
    if (minimum > greatestTable) {
      throw new ModuleRefused(`a table of ${minimum} elements is more than the ${greatestTable} allowed`);
    }
    out.byte(0x01);
    out.unsigned(minimum);
    out.unsigned(Math.min(maximum ?? greatestTable, greatestTable));
  }
  sections.set(section.table, out.finish());
}

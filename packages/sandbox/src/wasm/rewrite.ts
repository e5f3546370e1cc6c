import { type Allowance, cappedMemory, cappedTables, checkImports } from './allowed-sections.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { readValueType } from './instruction.ts';
import { type FunctionShape, instrumentFunction, type Meters } from './instrument.ts';
import { ModuleRefused } from './module-refused.ts';
import { readSections, section, splitVector, writeSections } from './module-sections.ts';
import type { Signatures } from './operand-height.ts';

export interface RewriteOptions extends Allowance {
  /** Makes every NaN whose bits could be seen the same one. */
  readonly oneNaN: boolean;
}

/** Names of what a rewritten module exports beside its own. */
export const meterExports = {
  fuel: 'qflow:fuel',
  stack: 'qflow:stack',
  growthRefused: 'qflow:growth-refused',
  start: 'qflow:start',
} as const;

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
  if (sections.has(section.table)) {
    sections.set(section.table, cappedTables(sections.get(section.table)!));
  }
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

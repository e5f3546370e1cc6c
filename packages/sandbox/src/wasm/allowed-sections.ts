import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { readReferenceType } from './instruction.ts';
import { ModuleRefused } from './module-refused.ts';

/** What a module may import, and how large its memory may become. */
export interface Allowance {
  /** Greatest size of the linear memory, in pages of 64 KiB. */
  readonly maximumPages: number;

  /** Functions that may be imported, as `module.name`. */
  readonly imports: ReadonlySet<string>;

  /** The one imported memory, as `module.name`, if the module imports its memory at all. */
  readonly importedMemory?: string;
}

const greatestTable = 65_536;
const greatestTables = 4;

/** The types of the imported functions, and the section to write if the memory is imported. */
export function checkImports(
  content: Uint8Array | undefined,
  allowance: Allowance,
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
    if (kind === 0x00 && allowance.imports.has(`${module}.${name}`)) {
      functions.push(reader.unsigned());
      out.unsigned(functions.at(-1)!);
    } else if (kind === 0x02 && allowance.importedMemory === `${module}.${name}` && !hasMemory) {
      hasMemory = true;
      readLimits(reader, 'memory');
      // Any size will do: the host brings the memory, already capped.
      out.byte(0x01, 0x00);
      out.unsigned(allowance.maximumPages);
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

/** The memory section with the cap as its maximum. */
export function cappedMemory(content: Uint8Array, maximumPages: number): Uint8Array {
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
export function cappedTables(content: Uint8Array): Uint8Array {
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
  return out.finish();
}

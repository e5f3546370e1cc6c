import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { ModuleRefused } from './module-refused.ts';

/** Numbers of the sections, as the WebAssembly Core Specification 2.0, section 5.5, gives them. */
export const section = {
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

/** The sections of a module by number, without the custom ones. @throws ModuleRefused for one that is not on the list */
export function readSections(bytes: Uint8Array): Map<number, Uint8Array> {
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

export function writeSections(sections: ReadonlyMap<number, Uint8Array>): Uint8Array {
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

/** How many entries a section has, and their bytes. */
export function splitVector(content: Uint8Array | undefined): { count: number; entries: Uint8Array } {
  const reader = new ByteReader(content ?? new Uint8Array([0]));
  const count = reader.unsigned();
  return { count, entries: reader.bytes.subarray(reader.position) };
}

import type { Codec, ValueOf } from './codec.ts';
import { Malformed, within } from './malformed.ts';

/** Up to `atMost` items. */
export function list<Item>(item: Codec<Item>, bounds: { atMost: number }): Codec<readonly Item[]> {
  const check = (length: number): number => {
    if (length > bounds.atMost) {
      throw new Malformed('', `has to have at most ${bounds.atMost} items`);
    }
    return length;
  };
  return {
    write(writer, items) {
      writer.uint(check(items.length));
      let index = 0;
      try {
        for (; index < items.length; index += 1) {
          item.write(writer, items[index] as Item);
        }
      } catch (thrown) {
        throw within(`[${index}]`, thrown);
      }
    },
    read(reader) {
      const length = check(reader.uint());
      const items: Item[] = [];
      try {
        while (items.length < length) {
          items.push(item.read(reader));
        }
      } catch (thrown) {
        throw within(`[${items.length}]`, thrown);
      }
      return items;
    },
  };
}

type Fields = Readonly<Record<string, Codec<unknown>>>;
type StructOf<Of extends Fields> = { readonly [Name in keyof Of]: ValueOf<Of[Name]> };

/** The fields one after the other, in the order in which they stand here. */
export function struct<Of extends Fields>(fields: Of): Codec<StructOf<Of>> {
  const names = Object.keys(fields);
  const codecs = Object.values(fields);
  return {
    write(writer, value) {
      let index = 0;
      try {
        for (; index < codecs.length; index += 1) {
          codecs[index]?.write(writer, value[names[index] as keyof Of]);
        }
      } catch (thrown) {
        throw within(names[index] as string, thrown);
      }
    },
    read(reader) {
      const value: Record<string, unknown> = {};
      let index = 0;
      try {
        for (; index < codecs.length; index += 1) {
          value[names[index] as string] = codecs[index]?.read(reader);
        }
      } catch (thrown) {
        throw within(names[index] as string, thrown);
      }
      return value as StructOf<Of>;
    },
  };
}

type Variants = Readonly<Record<string, readonly [tag: number, codec: Codec<unknown>]>>;
type UnionOf<Key extends string, Of extends Variants> = {
  readonly [Name in keyof Of & string]: { readonly [Tag in Key]: Name } & ValueOf<Of[Name][1]>;
}[keyof Of & string];

/**
 * One of several structs, told apart by the field `key` (its value is the variant's name) and on the wire by the tag.
 * Tags are part of the format: give each a number of its own, and never give it to another.
 */
export function union<const Key extends string, Of extends Variants>(key: Key, variants: Of): Codec<UnionOf<Key, Of>> {
  const byName = new Map(Object.entries(variants));
  const byTag = new Map(Object.entries(variants).map(([name, [tag, codec]]) => [tag, { name, codec }]));
  if (byTag.size !== byName.size) {
    throw new RangeError(`Two variants of the union "${key}" share a tag.`);
  }
  return {
    write(writer, value) {
      const variant = byName.get(value[key]);
      if (variant === undefined) {
        throw new Malformed(key, `has to be one of ${[...byName.keys()].join(', ')}`);
      }
      writer.uint(variant[0]);
      variant[1].write(writer, value);
    },
    read(reader) {
      const tag = reader.uint();
      const variant = byTag.get(tag);
      if (variant === undefined) {
        throw new Malformed(key, `${tag} is no known tag`);
      }
      return Object.assign({ [key]: variant.name }, variant.codec.read(reader)) as UnionOf<Key, Of>;
    },
  };
}

/** A value, or null. */
export function optional<Value>(codec: Codec<Value>): Codec<Value | null> {
  return {
    write(writer, value) {
      writer.byte(value === null ? 0 : 1);
      if (value !== null) {
        codec.write(writer, value);
      }
    },
    read(reader) {
      const present = reader.byte();
      if (present > 1) {
        throw new Malformed('', 'has to begin with 0 (absent) or 1 (present)');
      }
      return present === 0 ? null : codec.read(reader);
    },
  };
}

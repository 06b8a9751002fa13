/** Cold. The codecs of all data types. */
import type { ValueCodec } from './value-codec.ts';
import { hashCodec } from './values/hash.ts';
import { listCodec } from './values/list.ts';
import { setCodec } from './values/set.ts';
import { sortedSetCodec } from './values/sorted-set.ts';
import { streamCodec } from './values/stream.ts';

const codecs: readonly ValueCodec[] = [listCodec, setCodec, hashCodec, sortedSetCodec, streamCodec];

const byType = new Map(codecs.map((codec) => [codec.type, codec]));
const byForm = new Map(codecs.flatMap((codec) => codec.forms.map((form) => [form, codec])));

/** The codec of a data type. REQUIRES: there is such a type, and it is not the string. */
export function codecOfType(type: number): ValueCodec {
  const codec = byType.get(type);
  if (codec === undefined) throw new Error(`There is no codec for type ${type}`);
  return codec;
}

/** The codec that reads a form; undefined if there is none. */
export function codecOfForm(form: number): ValueCodec | undefined {
  return byForm.get(form);
}

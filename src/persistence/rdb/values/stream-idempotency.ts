/**
 * Cold. What producers of a stream have added already, in the forms of Redis 8.6 and later:
 *
 *     seconds that ids are kept, most ids a producer
 *     producers: name, its ids: idempotent id, id of the entry (two lengths of 64 bits) ...
 *     ids ever added, duplicates ever found
 */
import { type HashKey, hashBytes } from '../../../memory/hash.ts';
import { setId, WideId } from '../../../memory/wide-id.ts';
import { DURATION_DEFAULT, type Idempotency, SIZE_DEFAULT } from '../../../values/stream/idempotency.ts';
import { RdbError, type RdbInput } from '../input.ts';
import type { RdbOutput } from '../output.ts';

const TWO_32 = 2 ** 32;
const DURATION_MAX = 86_400;
const SIZE_MAX = 10_000;

const id = new WideId();
const known = new WideId();

/** Reads all that, into the stream that `idempotency` is open for. Throws RdbError or OutOfMemory. */
export function readIdempotency(input: RdbInput, idempotency: Idempotency, key: HashKey): void {
  const { offset } = input;
  const duration = input.length();
  const size = input.length();
  const isPossible = duration >= 1 && duration <= DURATION_MAX && size >= 1 && size <= SIZE_MAX;
  if (!isPossible) throw new RdbError(`idempotent ids for ${duration} seconds, at most ${size}`, offset);
  const producers = input.length();
  if (producers > 0 || duration !== DURATION_DEFAULT || size !== SIZE_DEFAULT)
    idempotency.configure(duration, size);
  for (let left = producers; left > 0; left--) {
    const producer = readText(input);
    for (let ids = input.length(); ids > 0; ids--) readRecord(input, idempotency, producer, key);
  }
  const added = input.length();
  const duplicates = input.length();
  if (added > 0 || duplicates > 0) idempotency.setCounts(added, duplicates);
}

/** Writes all that, of the stream that `idempotency` is open for. */
export function writeIdempotency(output: RdbOutput, idempotency: Idempotency): void {
  output.length(idempotency.duration);
  output.length(idempotency.size);
  output.length(idempotency.producers);
  for (let index = 0; index < idempotency.producers; index++) {
    const name = idempotency.producerAt(index);
    output.string(name, 0, name.length);
    const count = idempotency.countOf(index);
    output.length(count);
    for (let place = 0; place < count; place++) {
      const iid = idempotency.iidAt(index, place, id);
      output.string(iid, 0, iid.length);
      output.length64(id.msHigh, id.msLow);
      output.length64(id.seqHigh, id.seqLow);
    }
  }
  writeNumber(output, idempotency.added);
  writeNumber(output, idempotency.duplicates);
}

function writeNumber(output: RdbOutput, value: number): void {
  output.length64(Math.floor(value / TWO_32), value | 0);
}

function readRecord(input: RdbInput, idempotency: Idempotency, producer: Uint8Array, key: HashKey): void {
  const { offset } = input;
  const iid = readText(input);
  input.long();
  const { longHigh, longLow } = input;
  input.long();
  setId(id, longHigh, longLow, input.longHigh, input.longLow);
  const hash = hashBytes(iid, 0, iid.length, key.word0, key.word1);
  if (idempotency.find(producer, iid, hash, known)) throw new RdbError('an idempotent id twice', offset);
  idempotency.prepare(producer.length + iid.length);
  // When it was added is not told; an entry's id seldom is much older.
  idempotency.record(producer, iid, hash, id, (longHigh >>> 0) * TWO_32 + (longLow >>> 0));
}

function readText(input: RdbInput): Uint8Array {
  input.string();
  return input.stringBytes.slice(input.stringStart, input.stringEnd);
}

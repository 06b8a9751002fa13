/** Warm. PFCOUNT and PFMERGE. */
import { PFADD } from '../../keyspace/events.ts';
import { writeDense } from '../../values/hyperloglog/dense.ts';
import { estimate } from '../../values/hyperloglog/estimate.ts';
import {
  cachedEstimate,
  cacheEstimate,
  HEADER_BYTES,
  isSparse,
  outdate,
  REGISTERS,
  SPARSE,
  writeHeader,
} from '../../values/hyperloglog/format.ts';
import { TOO_DENSE } from '../../values/hyperloglog/sparse.ts';
import type { Call } from '../call.ts';
import { dense, editor, mergeView, storeHyperLogLog, viewHyperLogLog, writeDenseHeader } from './access.ts';

/** A byte a register. */
const registers = new Uint8Array(REGISTERS);

/** PFCOUNT key [key ...] */
export function pfcount(call: Call): void {
  const { arguments: words, database, reply, view, keyspace } = call;
  if (words.count > 2) return countUnion(call);
  const record = database.read(words.bytes, words.start(1), words.end(1));
  if (record === 0) return reply.integer(0);
  if (!viewHyperLogLog(call, record)) return;
  const cached = cachedEstimate(view.bytes, view.start);
  if (cached >= 0) return reply.integer(cached);
  registers.fill(0);
  if (!mergeView(call, registers)) return;
  const count = estimate(registers);
  database.preserve(record);
  cacheEstimate(view.bytes, view.start, count);
  // The bytes have changed, although no client is told of it.
  keyspace.dirty++;
  reply.integer(count);
}

function countUnion(call: Call): void {
  const { arguments: words, database } = call;
  registers.fill(0);
  for (let i = 1; i < words.count; i++) {
    const record = database.read(words.bytes, words.start(i), words.end(i));
    if (record === 0) continue;
    if (!viewHyperLogLog(call, record) || !mergeView(call, registers)) return;
  }
  call.reply.integer(estimate(registers));
}

/** PFMERGE destination [source ...]: the destination is a source too. */
export function pfmerge(call: Call): void {
  const { arguments: words, database, keyspace, reply, view } = call;
  registers.fill(0);
  let isDense = false;
  for (let i = 1; i < words.count; i++) {
    const record = database.read(words.bytes, words.start(i), words.end(i));
    if (record === 0) continue;
    if (!viewHyperLogLog(call, record)) return;
    isDense ||= !isSparse(view.bytes, view.start);
    if (!mergeView(call, registers)) return;
  }
  const record = database.write(words.bytes, words.start(1), words.end(1));
  if (isDense || !mergeSparse(call, record)) {
    if (record !== 0) view.read(keyspace.arena, record);
    writeDenseHeader(record === 0 ? null : view.bytes, view.start);
    writeDense(dense, HEADER_BYTES, registers);
    outdate(dense, 0);
    storeHyperLogLog(call, 1, record, dense, dense.length);
  } else {
    outdate(editor.bytes, 0);
    storeHyperLogLog(call, 1, record, editor.bytes, editor.length);
  }
  keyspace.changed(database, PFADD, words.bytes, words.start(1), words.end(1));
  reply.ok();
}

/** Sets the registers in the sparse destination's working copy; returns false when they are too many for that. */
function mergeSparse(call: Call, record: number): boolean {
  const { view, keyspace } = call;
  if (record === 0) {
    writeHeader(editor.bytes, 0, SPARSE);
    editor.clear();
  } else {
    view.read(keyspace.arena, record);
    editor.load(view.bytes, view.start, view.end);
  }
  for (let i = 0; i < REGISTERS; i++) {
    if (registers[i] === 0) continue;
    if (editor.set(i, registers[i], keyspace.hyperLogLogSparseBytesMax) === TOO_DENSE) return false;
  }
  return true;
}

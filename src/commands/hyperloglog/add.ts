/** Hot. PFADD. */
import { PFADD } from '../../keyspace/events.ts';
import { raiseDenseRegister } from '../../values/hyperloglog/dense.ts';
import {
  elementRegister,
  elementValue,
  HEADER_BYTES,
  hashElement,
  isSparse,
  outdate,
  SPARSE,
  writeHeader,
} from '../../values/hyperloglog/format.ts';
import { CHANGED, CORRUPT, TOO_DENSE } from '../../values/hyperloglog/sparse.ts';
import type { Call } from '../call.ts';
import { dense, densify, editor, refuseCorrupted, storeHyperLogLog, viewHyperLogLog } from './access.ts';

const FIRST_ELEMENT = 2;

/** PFADD key [element ...] */
export function pfadd(call: Call): void {
  const { arguments: words, database, view } = call;
  const record = database.write(words.bytes, words.start(1), words.end(1));
  if (record === 0) {
    writeHeader(editor.bytes, 0, SPARSE);
    editor.clear();
    addSparse(call, 0);
    return;
  }
  if (!viewHyperLogLog(call, record)) return;
  if (!isSparse(view.bytes, view.start)) {
    const changes = addDense(call, view.bytes, view.start, FIRST_ELEMENT);
    if (changes > 0) outdate(view.bytes, view.start);
    finish(call, changes);
    return;
  }
  editor.load(view.bytes, view.start, view.end);
  addSparse(call, record);
}

/** Adds all elements to the editor, and stores it, or the dense form that it may become. */
function addSparse(call: Call, record: number): void {
  const { arguments: words, keyspace } = call;
  let changes = record === 0 ? 1 : 0;
  for (let i = FIRST_ELEMENT; i < words.count; i++) {
    hashElement(words.bytes, words.start(i), words.end(i));
    const outcome = editor.set(elementRegister, elementValue, keyspace.hyperLogLogSparseBytesMax);
    if (outcome === CORRUPT) {
      refuseCorrupted(call);
      return;
    }
    if (outcome === CHANGED) changes++;
    if (outcome !== TOO_DENSE) continue;
    if (!densify(call)) return;
    changes += addDense(call, dense, 0, i);
    outdate(dense, 0);
    storeHyperLogLog(call, 1, record, dense, dense.length);
    return finish(call, changes);
  }
  if (changes > 0) outdate(editor.bytes, 0);
  if (changes > 0) storeHyperLogLog(call, 1, record, editor.bytes, editor.length);
  finish(call, changes);
}

/** Adds the elements from word `first` on to dense registers; returns how many were changed. */
function addDense(call: Call, bytes: Uint8Array, start: number, first: number): number {
  const words = call.arguments;
  let changes = 0;
  for (let i = first; i < words.count; i++) {
    hashElement(words.bytes, words.start(i), words.end(i));
    if (raiseDenseRegister(bytes, start + HEADER_BYTES, elementRegister, elementValue)) changes++;
  }
  return changes;
}

function finish(call: Call, changes: number): void {
  const { arguments: words, database, keyspace } = call;
  if (changes > 0) {
    keyspace.changed(database, PFADD, words.bytes, words.start(1), words.end(1));
    keyspace.dirty += changes - 1;
  }
  call.reply.flag(changes > 0);
}

/** Cold. PFDEBUG and PFSELFTEST. */
import { denseRegister, writeDense, writeDenseRegister } from '../../values/hyperloglog/dense.ts';
import { estimate } from '../../values/hyperloglog/estimate.ts';
import {
  elementRegister,
  elementValue,
  HEADER_BYTES,
  hashElement,
  isSparse,
  REGISTERS,
} from '../../values/hyperloglog/format.ts';
import type { Call } from '../call.ts';
import { dense, densify, editor, storeHyperLogLog, viewHyperLogLog } from './access.ts';

/** PFDEBUG GETREG | DECODE | ENCODING | TODENSE key, and PFDEBUG SIMD ON | OFF */
export function pfdebug(call: Call): void {
  const { arguments: words, database, reply, view } = call;
  if (words.is(1, 'simd')) return simd(call);
  const record = database.write(words.bytes, words.start(2), words.end(2));
  if (record === 0) return reply.error('ERR The specified key does not exist');
  if (!viewHyperLogLog(call, record)) return;
  const wasSparse = isSparse(view.bytes, view.start);
  if (wasSparse) editor.load(view.bytes, view.start, view.end);
  if (words.is(1, 'getreg')) {
    if (wasSparse && !makeDense(call, record)) return;
    replyRegisters(call);
  } else if (words.is(1, 'decode')) {
    if (!wasSparse) return reply.error('ERR HLL encoding is not sparse');
    reply.text(editor.describe());
  } else if (words.is(1, 'encoding')) {
    reply.simple(wasSparse ? 'sparse' : 'dense');
  } else if (words.is(1, 'todense')) {
    if (wasSparse && !makeDense(call, record)) return;
    reply.flag(wasSparse);
  } else {
    reply.error(`ERR Unknown PFDEBUG subcommand '${words.quoted(1, words.length(1))}'`);
  }
}

/** There is one way of computing here, which no switch changes; the replies are those that test suites expect. */
function simd(call: Call): void {
  const { arguments: words, reply } = call;
  if (words.is(2, 'on')) reply.simple('enabled');
  else if (words.is(2, 'off')) reply.simple('disabled');
  else reply.error('ERR Argument must be ON or OFF');
}

/** Stores what is in the editor densely. */
function makeDense(call: Call, record: number): boolean {
  if (!densify(call)) return false;
  storeHyperLogLog(call, 2, record, dense, dense.length);
  call.keyspace.dirty++;
  return true;
}

function replyRegisters(call: Call): void {
  const { arguments: words, database, reply, view } = call;
  view.read(call.keyspace.arena, database.find(words.bytes, words.start(2), words.end(2)));
  reply.array(REGISTERS);
  for (let i = 0; i < REGISTERS; i++) reply.integer(denseRegister(view.bytes, view.start + HEADER_BYTES, i));
}

const SELF_TEST_ELEMENTS = 200_000;
/** Seven standard errors of 1.04 / sqrt(16384). */
const SELF_TEST_ERROR = (7 * 1.04) / 128;

/** PFSELFTEST: registers hold what is written to them, and estimates are as good as they should be. */
export function pfselftest(call: Call): void {
  const { reply } = call;
  const registers = new Uint8Array(REGISTERS).map(() => call.keyspace.random.below(64));
  const packed = new Uint8Array(dense.length);
  writeDense(packed, HEADER_BYTES, registers);
  for (let i = 0; i < REGISTERS; i += 2) {
    registers[i] = call.keyspace.random.below(64);
    writeDenseRegister(packed, HEADER_BYTES, i, registers[i]);
  }
  for (let i = 0; i < REGISTERS; i++) {
    if (denseRegister(packed, HEADER_BYTES, i) !== registers[i])
      return reply.error(`TESTFAILED Register ${i} should be ${registers[i]}`);
  }
  registers.fill(0);
  const element = new Uint8Array(8).map(() => call.keyspace.random.below(256));
  for (let count = 1; count <= SELF_TEST_ELEMENTS; count++) {
    new DataView(element.buffer).setInt32(0, count);
    hashElement(element, 0, element.length);
    registers[elementRegister] = Math.max(registers[elementRegister], elementValue);
    if (count % 10_000 !== 0) continue;
    const found = estimate(registers);
    if (Math.abs(found - count) > count * SELF_TEST_ERROR)
      return reply.error(`TESTFAILED Too high error. card:${count} abserr:${found - count}`);
  }
  reply.ok();
}

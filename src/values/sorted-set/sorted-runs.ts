/** Hot. Puts any number of members in order bit by bit: short runs are sorted as they come, and merged when all are there. */
import { type Arena, SEGMENT_SHIFT } from '../../memory/arena.ts';
import { sortedByScore } from '../../memory/score-sort.ts';
import { compareNames, memberLengthOf, memberStartOf } from './scored-entry.ts';

/** Sorting one takes some tenths of a millisecond, or two milliseconds if all scores are equal. */
const RUN_MEMBERS = 4096;

/** Members [at, count) are still to be taken, in ascending order. */
interface Run {
  readonly entries: Int32Array;
  readonly scores: Float64Array;
  at: number;
  count: number;
}

/**
 * The memory is 12 bytes a member. Merging keeps the runs in a heap by their first members; a run that goes on with the least
 * one costs two comparisons, so members that came in order, either one, are as good as sorted.
 */
export class SortedRuns {
  /** The score of the member that was taken last. */
  score = 0;
  readonly #arena: Arena;
  readonly #runMembers: number;
  /** Invariant once `begin` was called: no run is empty, and each comes before those at twice its index plus 1 and 2. */
  readonly #heap: Run[] = [];
  #run: Run;
  /** Whether the members of the run that is being filled have come in descending order. */
  #descends = true;

  /** For `count` members, or more. */
  constructor(arena: Arena, count: number) {
    this.#arena = arena;
    this.#runMembers = Math.max(1, Math.min(count, RUN_MEMBERS));
    this.#run = this.#newRun();
  }

  /** REQUIRES: the score is a number; `begin` has not been called. */
  add(score: number, entry: number): void {
    const run = this.#run;
    const { count } = run;
    run.entries[count] = entry;
    run.scores[count] = score;
    if (this.#descends && count > 0) this.#descends = this.#isBefore(run, count, run, count - 1);
    run.count = count + 1;
    if (run.count < this.#runMembers) return;
    this.#close();
    this.#run = this.#newRun();
  }

  /** All members have been added: they can be taken. */
  begin(): void {
    if (this.#run.count > 0) this.#close();
    for (let index = (this.#heap.length >>> 1) - 1; index >= 0; index--) this.#sink(index);
  }

  /** The next member's entry, in ascending order; 0 behind the last. */
  take(): number {
    const heap = this.#heap;
    if (heap.length === 0) return 0;
    const run = heap[0];
    const entry = run.entries[run.at];
    this.score = run.scores[run.at];
    run.at++;
    if (run.at === run.count) {
      const last = heap.pop() as Run;
      if (heap.length > 0) heap[0] = last;
    }
    if (heap.length > 1) this.#sink(0);
    return entry;
  }

  #newRun(): Run {
    this.#descends = true;
    return {
      entries: new Int32Array(this.#runMembers),
      scores: new Float64Array(this.#runMembers),
      at: 0,
      count: 0,
    };
  }

  #close(): void {
    const { entries, scores, count } = this.#run;
    if (this.#descends) {
      entries.subarray(0, count).reverse();
      scores.subarray(0, count).reverse();
      this.#heap.push(this.#run);
    } else {
      this.#heap.push(this.#sorted(entries.subarray(0, count), scores.subarray(0, count)));
    }
  }

  #sorted(members: Int32Array, memberScores: Float64Array): Run {
    const count = members.length;
    // Sorting needs the scores of its own, and how they belong to the members.
    const places = Int32Array.from(members.keys());
    const order = sortedByScore(memberScores.slice(), places);
    const entries = new Int32Array(count);
    const scores = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      entries[i] = members[order[i]];
      scores[i] = memberScores[order[i]];
    }
    for (let i = 0; i < count; ) {
      const first = i;
      while (i < count && scores[i] === scores[first]) i++;
      if (i - first > 1) entries.subarray(first, i).sort(this.#byName);
    }
    return { entries, scores, at: 0, count };
  }

  /** Lets the run at an index of the heap, whose first member has changed, down to its place. */
  #sink(index: number): void {
    const heap = this.#heap;
    const run = heap[index];
    let place = index;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      const other = child + 1;
      if (other < heap.length && this.#isBefore(heap[other], heap[other].at, heap[child], heap[child].at))
        child = other;
      if (!this.#isBefore(heap[child], heap[child].at, run, run.at)) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = run;
  }

  /** Whether a member of one run comes before one of another. */
  #isBefore(run: Run, at: number, other: Run, otherAt: number): boolean {
    const score = run.scores[at];
    const otherScore = other.scores[otherAt];
    if (score !== otherScore) return score < otherScore;
    return this.#byName(run.entries[at], other.entries[otherAt]) < 0;
  }

  readonly #byName = (left: number, right: number): number => {
    const arena = this.#arena;
    const start = memberStartOf(arena, left);
    const otherStart = memberStartOf(arena, right);
    return compareNames(
      arena.bytes[left >>> SEGMENT_SHIFT],
      start,
      start + memberLengthOf(arena, left),
      arena.bytes[right >>> SEGMENT_SHIFT],
      otherStart,
      otherStart + memberLengthOf(arena, right),
    );
  };
}

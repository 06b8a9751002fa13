/** Cold. Arena segments on Linux under Bun: what the arena frees goes back to the system. */
import { plainSegments, type SegmentSource } from '../../memory/pages.ts';
import { bindLibrary } from './c-library.ts';

const MADV_DONTNEED = 4;
const MADV_NOHUGEPAGE = 15;

/**
 * Segments whose memory can be given back, or the plain ones where that is not possible.
 *
 * Large pages are declined, even where the system gives them to everybody: the first write to each clears 2 MiB at once,
 * which stopped a growing server for 5 ms every 37,000 keys where the hypervisor had to find that memory first. Without them
 * nothing took longer than 1.2 ms once the code was warm. They saved 3 % of the processor time of a GET among 4 million
 * keys, none among 100,000 (Bun 1.4, x86-64).
 */
export async function systemSegments(): Promise<SegmentSource> {
  // The length is a size_t; a pointer takes all sizes up to 2^53.
  const library = await bindLibrary({ madvise: { args: ['ptr', 'ptr', 'i32'], returns: 'i32' } });
  if (library === undefined) return plainSegments;
  const { ffi, symbols } = library;
  const advise = (segment: ArrayBuffer, offset: number, bytes: number, advice: number): void => {
    const address = ffi.ptr(new Uint8Array(segment)) + offset;
    symbols.madvise(address as never, bytes as never, advice);
  };
  return {
    create(bytes) {
      const segment = plainSegments.create(bytes);
      advise(segment, 0, bytes, MADV_NOHUGEPAGE);
      return segment;
    },
    discard: (segment, offset, bytes) => advise(segment, offset, bytes, MADV_DONTNEED),
  };
}

/** Cold. The C library of the process, where the runtime gives access to it: Bun on Linux. */

export type Ffi = typeof import('bun:ffi');
type Declarations = Parameters<Ffi['dlopen']>[1];

const LIBRARIES = ['libc.so.6', `libc.musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`];

/** The declared functions; undefined where there is no access, or one of them is missing. */
export async function bindLibrary<D extends Declarations>(
  declarations: D,
): Promise<
  | { readonly ffi: Ffi; readonly symbols: ReturnType<typeof import('bun:ffi').dlopen<D>>['symbols'] }
  | undefined
> {
  if (process.platform !== 'linux' || process.versions['bun'] === undefined) return undefined;
  const ffi = await import('bun:ffi');
  for (const library of LIBRARIES) {
    try {
      return { ffi, symbols: ffi.dlopen(library, declarations).symbols };
    } catch {
      // Another C library is tried.
    }
  }
  return undefined;
}

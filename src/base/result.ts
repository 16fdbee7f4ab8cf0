/**
 * Expected failures are values, bugs throw. A `Result` carries a failure that the caller must look at:
 * a malformed packet, a missing file, a timeout. `assert` is for what cannot happen.
 */

export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** Why bytes could not be decoded: where, and which rule they break (RFC and section where one applies). */
export interface DecodeError {
  readonly code: 'truncated' | 'malformed' | 'unsupported';
  /** Byte offset from the start of what was handed to the decoder. */
  readonly offset: number;
  /** Such as `RFC 2131 §3`. With these, `whyUnreadable` (`base/unreadable.ts`) says in any language what is wrong. */
  readonly rule?: string;
}

export function decodeError(
  code: DecodeError['code'],
  offset: number,
  rule?: string,
): { readonly ok: false; readonly error: DecodeError } {
  return err(rule === undefined ? { code, offset } : { code, offset, rule });
}

/** Throws when a condition that the program itself guarantees does not hold. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`);
}

/** The default branch of an exhaustive switch: a compile error when a case is missing. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected value: ${String(value)}`);
}

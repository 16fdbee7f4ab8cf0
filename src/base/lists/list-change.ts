/** The changes of a list of plain data since it was last sent: threads exchange only these. */

export interface ListChange<T> {
  readonly length: number;
  readonly changed: readonly (readonly [index: number, value: T])[];
}

export function listChange<T>(before: readonly T[], now: readonly T[]): ListChange<T> {
  const changed: [number, T][] = [];
  now.forEach((value, i) => {
    if (i >= before.length || !isSame(before[i], value)) changed.push([i, value]);
  });
  return { length: now.length, changed };
}

/** The list with the change; the very same list when there is none. */
export function withChange<T>(before: readonly T[], { length, changed }: ListChange<T>): readonly T[] {
  if (length === before.length && changed.length === 0) return before;
  const now = before.slice(0, length);
  for (const [index, value] of changed) now[index] = value;
  return now;
}

/** Whether two values of plain data are alike: numbers, strings, booleans, lists and objects of them. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSame((a as Plain)[key], (b as Plain)[key]))
  );
}

type Plain = Readonly<Record<string, unknown>>;

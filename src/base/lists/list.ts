/**
 * Items of lists that must be there. Asking for one that is not is a mistake of the program and throws where it happens,
 * with the index and the length, instead of carrying `undefined` on.
 */

/** The item at an index that the program knows to lie inside. Hot loops over bytes use `byteAt` of `bytes.ts`. */
export function itemAt<T>(list: ArrayLike<T>, index: number): T {
  const item = list[index];
  if (item === undefined && !(index >= 0 && index < list.length)) throw missing(list.length, index);
  return item as T;
}

type ListOf<T, Count extends number, Items extends T[] = []> = Items['length'] extends Count
  ? [...Items, ...T[]]
  : ListOf<T, Count, [...Items, T]>;

/** The same list, once it is known to have that many items: for taking a list apart into names. */
export function atLeast<T, const Count extends number>(list: readonly T[], count: Count): ListOf<T, Count> {
  if (list.length < count) throw missing(list.length, count - 1);
  return list as ListOf<T, Count>;
}

function missing(length: number, index: number): RangeError {
  return new RangeError(`There is no item ${index} in a list of ${length}.`);
}

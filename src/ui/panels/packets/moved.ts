/** A list with one of its items further up or down. */
export function moved<V>(list: readonly V[], from: number, step: number): readonly V[] {
  const to = from + step;
  const one = list[from];
  return one === undefined || to < 0 || to >= list.length
    ? list
    : list.filter((_, i) => i !== from).toSpliced(to, 0, one);
}

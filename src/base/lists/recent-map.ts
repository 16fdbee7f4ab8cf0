/**
 * Data about objects that are looked up again soon, if at all. A `WeakMap` would be exact, but costs a microsecond per
 * new key, as much as all other work on a frame; this one drops old keys instead: the newest `keep` keys are there for
 * certain, and no more than twice as many.
 */
export class RecentMap<K, V> {
  private young = new Map<K, V>();
  private old: ReadonlyMap<K, V> = new Map<K, V>();
  private readonly keep: number;

  constructor(keep: number) {
    this.keep = keep;
  }

  get(key: K): V | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }

  set(key: K, value: V): void {
    this.young.set(key, value);
    if (this.young.size < this.keep) return;
    this.old = this.young;
    this.young = new Map();
  }
}

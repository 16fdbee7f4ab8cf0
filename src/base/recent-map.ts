/**
 * What is known of objects that are met again soon, if at all. A `WeakMap` would be exact, but costs a microsecond a
 * new key, as much as all else that is done with a frame; this one forgets by age instead: the newest `keep` keys are
 * there for certain, and no more than twice as many.
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

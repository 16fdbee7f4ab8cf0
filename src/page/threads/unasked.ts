/**
 * Remembers, as long as the tab is open, which automatic action was in progress when a thread hung: after a reload, the
 * same link does not repeat it without a click.
 */

/** `open`: opening the lab; `run`: the way to a link's moment; `filter`: a link's filter of the packet list. */
export type Unasked = 'open' | 'run' | 'filter';

const KEY = 'netboot-lab.unasked';

/** The part of `sessionStorage` that is used. */
export interface UnaskedStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export class UnaskedGuard {
  private readonly storage: () => UnaskedStorage;
  private readonly left: ReadonlySet<string>;
  private readonly used = new Set<Unasked>();
  private readonly underWay = new Set<Unasked>();
  private readonly hash: () => string;

  /** `storage` may throw: some embeddings deny access. `hash` is the page's, with the link. */
  constructor(storage: () => UnaskedStorage, hash: () => string) {
    this.storage = storage;
    this.hash = hash;
    this.left = this.read();
  }

  /** To be called before something is done automatically; or when it is seen to hang. */
  begin(what: Unasked): void {
    this.underWay.add(what);
    this.write();
  }

  /** It has ended. */
  end(what: Unasked): void {
    if (this.underWay.delete(what)) this.write();
  }

  /** Whether it must not be done automatically: it was in progress when the page was left. True once. */
  mustAsk(what: Unasked): boolean {
    if (!this.left.has(what) || this.used.has(what)) return false;
    this.used.add(what);
    return true;
  }

  private read(): ReadonlySet<string> {
    try {
      const kept: unknown = JSON.parse(this.storage().getItem(KEY) ?? '{}');
      const { hash, underWay } = kept as { readonly hash?: unknown; readonly underWay?: unknown };
      if (hash !== this.hash() || !Array.isArray(underWay)) return new Set();
      return new Set(underWay.filter((what) => typeof what === 'string'));
    } catch {
      return new Set();
    }
  }

  private write(): void {
    try {
      const storage = this.storage();
      if (this.underWay.size === 0) storage.removeItem(KEY);
      else storage.setItem(KEY, JSON.stringify({ hash: this.hash(), underWay: [...this.underWay] }));
    } catch {
      // Then a reload does the same again.
    }
  }
}

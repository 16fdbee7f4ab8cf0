/** Which lab a tab has open, remembered across a reload: each tab has its own. */

export type TabPlace =
  /** With the lesson that it is for. */
  | { readonly kind: 'own'; readonly id: string; readonly lesson?: string }
  /** A lab of the site, by its address below the page. */
  | { readonly kind: 'site'; readonly path: string };

export interface PlaceMemory {
  get(): TabPlace | undefined;
  set(place: TabPlace | undefined): void;
}

const KEY = 'netboot-lab.tab.1';

/** In the browser's `sessionStorage`, which is undefined where it is refused. */
export function placeMemory(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined): PlaceMemory {
  return {
    get: () => {
      try {
        return toPlace(JSON.parse(storage?.getItem(KEY) ?? 'null'));
      } catch {
        return undefined;
      }
    },
    set: (place) => {
      try {
        if (place === undefined) storage?.removeItem(KEY);
        else storage?.setItem(KEY, JSON.stringify(place));
      } catch {
        // A reload leads to the lab that was changed last, then.
      }
    },
  };
}

function toPlace(value: unknown): TabPlace | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, id, path, lesson } = value as Readonly<Record<string, unknown>>;
  if (kind === 'own' && typeof id === 'string') return { kind, id, ...(typeof lesson === 'string' ? { lesson } : {}) };
  if (kind === 'site' && typeof path === 'string' && /^scenarios\/[\w-]+\.json$/.test(path)) return { kind, path };
  return undefined;
}

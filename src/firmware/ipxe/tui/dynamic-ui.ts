/** What `menu`, `form` and `item` build and `choose` and `present` show. */

export interface UiItem {
  /** Undefined for a separator. */
  readonly name: string | undefined;
  readonly text: string;
  /** Key number that chooses it. */
  readonly key: number | undefined;
  readonly isDefault: boolean;
  readonly isSecret: boolean;
}

export interface DynamicUi {
  readonly name: string;
  readonly title: string;
  readonly items: UiItem[];
}

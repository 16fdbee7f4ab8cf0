/** The name of the lab in the page's language: labs of the site have one in each. */
import { useEffect, useState } from 'react';
import { useDocument, useView } from '../../page/store.ts';
import { fetchJson } from '../../threads/api/site-text.ts';

type Names = ReadonlyMap<string, string>;

let french: Promise<Names> | undefined;

async function fetchNames(): Promise<Names> {
  const index = await fetchJson('scenarios/index.json', document.baseURI);
  if (!index.ok) return new Map();
  const entries = index.value as readonly {
    readonly name: string;
    readonly fr?: { readonly name: string };
  }[];
  return new Map(entries.map(({ name, fr }) => [name, fr?.name ?? name]));
}

export function useLabName(): string {
  const name = useDocument((state) => state.scenario?.name ?? '');
  const language = useView((state) => state.language);
  const [names, setNames] = useState<Names>();
  useEffect(() => {
    if (language !== 'fr') return;
    french ??= fetchNames();
    // Without the list the lab keeps the name of its document.
    french.then(setNames, () => {
      french = undefined;
    });
  }, [language]);
  return language === 'fr' ? (names?.get(name) ?? name) : name;
}

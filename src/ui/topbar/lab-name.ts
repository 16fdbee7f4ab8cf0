/** Name and description of the lab in the page's language: labs of the site have both in each, labs of lessons a name. */
import { useEffect, useState } from 'react';
import type { LabTexts, SiteLab } from '../../page/document/site-lab.ts';
import { labNameIn } from '../../lessons/text-in.ts';
import { useLesson } from '../../page/lessons/lesson-store.ts';
import { useDocument, useView } from '../../page/store.ts';
import { fetchJson } from '../../threads/api/site-text.ts';

/** French texts by the English name. */
type French = ReadonlyMap<string, LabTexts & { readonly english: string }>;

let french: Promise<French> | undefined;

async function fetchFrench(): Promise<French> {
  const index = await fetchJson('scenarios/index.json', document.baseURI);
  if (!index.ok) return new Map();
  const entries = index.value as readonly SiteLab[];
  return new Map(
    entries.flatMap(({ name, description, fr }) =>
      fr === undefined ? [] : [[name, { ...fr, english: description }] as const],
    ),
  );
}

export function useLabTexts(): LabTexts {
  const name = useDocument((state) => state.scenario?.name ?? '');
  const description = useDocument((state) => state.scenario?.description ?? '');
  const language = useView((state) => state.language);
  const lesson = useLesson((state) => state.open?.lesson);
  const [texts, setTexts] = useState<French>();
  useEffect(() => {
    if (language !== 'fr') return;
    french ??= fetchFrench();
    // Without the list the lab keeps the texts of its document.
    french.then(setTexts, () => {
      french = undefined;
    });
  }, [language]);
  const known = language === 'fr' ? texts?.get(name) : undefined;
  if (known === undefined)
    return { name: lesson === undefined ? name : labNameIn(lesson, name, language), description };
  // The description may be the reader's own.
  return { name: known.name, description: description === known.english ? known.description : description };
}

export function useLabName(): string {
  return useLabTexts().name;
}

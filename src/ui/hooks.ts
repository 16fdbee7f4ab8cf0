/** What components need from the page: queries, commands, texts in the chosen language, the selection. */
import { createContext, useCallback, useContext, useEffect, useState, type RefObject } from 'react';
import type { PageCommands } from '../page/commands/all.ts';
import type { PageQueries } from '../page/queries.ts';
import type { StageId } from '../base/event-log.ts';
import type { Message } from '../base/sentence.ts';
import { sayMessage, translate, type AnyText, type TextParameters } from '../page/i18n/index.ts';
import { useView } from '../page/store.ts';
import { NUMBERS, type Numbers } from './format.ts';

export interface PageParts {
  readonly queries: PageQueries;
  readonly commands: PageCommands;
}

export const PageContext = createContext<PageParts | undefined>(undefined);

function usePage(): PageParts {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error('no page above this component');
  return page;
}

/** What can be asked of the page. */
export function usePageQueries(): PageQueries {
  return usePage().queries;
}

/** All actions of the page. */
export function useCommands(): PageCommands {
  return usePage().commands;
}

/** Texts in the page's language. */
export function useText(): (id: AnyText, parameters?: TextParameters) => string {
  const language = useView((state) => state.language);
  return useCallback((id, parameters) => translate(language, id, parameters), [language]);
}

/** Numbers as the page's language writes them. */
export function useNumbers(): Numbers {
  return NUMBERS[useView((state) => state.language)];
}

/** A message of a part of the lab, in the page's language. */
export function useMessage(): (message: Message) => string {
  const language = useView((state) => state.language);
  return useCallback((message) => sayMessage(language, message), [language]);
}

/** A stage by its name, with its message. */
export function useStageText(): (stage: StageId, detail: Message | undefined) => string {
  const text = useText();
  const message = useMessage();
  return useCallback(
    (stage, detail) => {
      const name = text(`stage.${stage}`);
      return detail === undefined ? name : text('event.stage', { stage: name, text: message(detail) });
    },
    [text, message],
  );
}

/** Below this width panels are tabs. */
export const NARROW = '(max-width: 760px)';

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const listen = (): void => setNarrow(query.matches);
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, []);
  return narrow;
}

/** Width of the content of an element that is there from the first drawing on. */
export function useWidthPx(element: RefObject<HTMLElement | null>): number {
  const [widthPx, setWidthPx] = useState(1000);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(() => setWidthPx(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return widthPx;
}

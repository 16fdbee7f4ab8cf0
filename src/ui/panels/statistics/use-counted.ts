/** Asks for counts until they are complete, and again while the capture grows. */
import { useEffect, useState } from 'react';
import type { Counted } from '../../../threads/api/statistics-api.ts';
import { useRecord } from '../../../page/captures/capture-store.ts';
import { useView } from '../../../page/store.ts';

/** While counting goes on, and between two looks at a growing capture. */
const NEXT_MS = 20;
const AGAIN_MS = 400;

/** `key` changes with what is asked. What was counted before stays until the next answer. */
export function useCounted<T extends Counted>(key: string, ask: () => Promise<T>): T | undefined {
  const frames = useRecord((state) => state.update?.frames ?? 0);
  const generation = useRecord((state) => state.update?.generation);
  const capture = useView((state) => state.capture);
  const [counted, setCounted] = useState<{ readonly key: string; readonly answer: T } | undefined>();
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    let live = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = async (): Promise<void> => {
      const answer = await ask();
      if (!live) return;
      setCounted({ key, answer });
      if (!answer.complete) timer = setTimeout(() => void next(), NEXT_MS);
    };
    void next();
    return () => {
      live = false;
      clearTimeout(timer);
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- `key` says what `ask` asks
  }, [key, asked, generation, capture]);
  useEffect(() => {
    const timer = setTimeout(() => setAsked((n) => n + 1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [frames]);
  return counted?.key === key ? counted.answer : undefined;
}

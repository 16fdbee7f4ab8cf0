/** What a machine answers to a question, kept up to date while the lab runs. */
import { useEffect, useRef, useState } from 'react';
import { useLive } from '../../../page/store.ts';

/**
 * Asked again as the lab runs, one question at a time and with a pause of `pauseMs` after each answer; the last state is
 * always shown. `ask` must not change from render to render.
 */
export function useMachineAnswer<T>(
  machine: string,
  ask: (machine: string) => Promise<T | undefined>,
  pauseMs = 0,
): T | undefined {
  const update = useLive((state) => state.update);
  const [view, setView] = useState<{ readonly machine: string; readonly answer: T | undefined }>();
  const state = useRef({ machine, wanted: 0, asking: false });
  useEffect(() => {
    const { current } = state;
    current.machine = machine;
    current.wanted++;
    if (current.asking) return;
    current.asking = true;
    const askOn = async (): Promise<void> => {
      let asked = 0;
      try {
        // What changes while the answer is pending is asked for once more.
        while (asked !== current.wanted) {
          asked = current.wanted;
          const about = current.machine;
          const answer = await ask(about);
          setView({ machine: about, answer });
          if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
      } finally {
        current.asking = false;
      }
    };
    void askOn();
  }, [ask, machine, update, pauseMs]);
  return view?.machine === machine ? view.answer : undefined;
}

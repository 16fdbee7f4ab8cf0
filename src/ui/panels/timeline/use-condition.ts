/** A condition while it is being typed, for breakpoints and _run until_: its error, and possible completions. */
import { useEffect, useState } from 'react';
import { completeCondition, type Completion } from '../../../page/time/condition-completion.ts';
import type { BreakpointProblem } from '../../../threads/api/lab-api.ts';
import { usePageQueries, useMessage } from '../../hooks.ts';

export function useCondition(condition: string): {
  readonly problem: BreakpointProblem | undefined;
  readonly completions: readonly { readonly text: string; readonly detail: string }[];
} {
  const { client } = usePageQueries();
  const message = useMessage();
  const [problem, setProblem] = useState<BreakpointProblem | undefined>();
  const [completions, setCompletions] = useState<readonly Completion[]>([]);
  useEffect(() => {
    let live = true;
    void completeCondition(client, condition).then((found) => {
      if (live) setCompletions(found);
    });
    void client.lab.checkCondition(condition).then((found) => {
      if (live) setProblem(condition.trim() === '' ? undefined : found);
    });
    return () => {
      live = false;
    };
  }, [client, condition]);
  return {
    problem,
    completions: completions.map(({ text, detail }) => ({ text, detail: detail === undefined ? '' : message(detail) })),
  };
}

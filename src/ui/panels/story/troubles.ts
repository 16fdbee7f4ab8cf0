/** Problems from all sources: the rules that look at frames, and the machines and servers themselves. */
import { useMemo } from 'react';
import { ReportedTroubles, type ReportedTrouble } from '../../../analysis/story/trouble.ts';
import type { Severity } from '../../../base/event-log.ts';
import type { TextId } from '../../../page/i18n/index.ts';
import type { FindingView } from '../../../threads/api/lab-api.ts';
import type { Fold } from '../../../page/time/event-history.ts';
import { useMessage, useText } from '../../hooks.ts';
import { useFold } from '../../use-events.ts';
import { useEventSentence } from './event-sentence.ts';

export interface Trouble {
  readonly key: string;
  readonly severity: Severity;
  readonly says: string;
  readonly remedy: TextId;
  readonly rule: string | undefined;
  /** Selected by its button. */
  readonly event: number | undefined;
}

const SEVERITY_ORDER: readonly Severity[] = ['error', 'warn', 'note', 'info'];
const MOST = 50;

const makeReported = (): Fold<readonly ReportedTrouble[]> => new ReportedTroubles();

/**
 * Worst first; the reports of machines and servers appear once per kind. A report with the same remedy as a finding is
 * the same problem, seen from the other side, and is left out. `ofTheLab`: the frames are the lab's own, not those of a
 * capture file.
 */
export function useTroubles(findings: readonly FindingView[], ofTheLab: boolean): readonly Trouble[] {
  const text = useText();
  const message = useMessage();
  const sentence = useEventSentence();
  const reported = useFold(makeReported);
  return useMemo(() => {
    const troubles = findings.map(({ text: english, says, code, severity, rule, event }): Trouble => ({
      key: `${event ?? ''} ${JSON.stringify(says)}`,
      severity,
      says: message({ text: english, says }),
      remedy: `remedy.${code}`,
      rule,
      event,
    }));
    const known = new Set(troubles.map(({ remedy }) => remedy));
    for (const { event, code, severity, remedy } of ofTheLab ? reported : []) {
      if (known.has(remedy)) continue;
      const key = `${event.node} ${code}`;
      const says = text('story.reported', { node: event.node, text: sentence(event) });
      troubles.push({ key, severity, says, remedy, rule: event.rule, event: event.id });
    }
    return troubles
      .sort((a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity))
      .slice(0, MOST);
  }, [reported, ofTheLab, findings, sentence, text, message]);
}

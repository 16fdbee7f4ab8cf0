/** What looks wrong, whoever found it: the rules that look at frames, or the machines and servers themselves. */
import { useMemo } from 'react';
import { remedyIdFor } from '../../analysis/story/remedies.ts';
import { troubleOf } from '../../analysis/story/story.ts';
import type { LabEvent, Severity } from '../../base/event-log.ts';
import type { TextId } from '../../page/i18n/index.ts';
import type { FindingView } from '../../threads/api/lab-api.ts';
import { useText } from '../hooks.ts';
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

/**
 * Worst first; what a machine or a server reports is there once for each kind. What has the same remedy as a finding is
 * the same trouble, seen from the other side.
 */
export function useTroubles(findings: readonly FindingView[], events: readonly LabEvent[]): readonly Trouble[] {
  const text = useText();
  const sentence = useEventSentence();
  return useMemo(() => {
    const troubles = findings.map(({ wording, parameters, code, severity, rule, event }): Trouble => ({
      key: `${wording} ${event ?? ''} ${JSON.stringify(parameters)}`,
      severity,
      says: text(`finding.${wording}`, parameters),
      remedy: `remedy.${code}`,
      rule,
      event,
    }));
    const known = new Set(troubles.map(({ remedy }) => text(remedy)));
    const reported = new Set<string>();
    for (const event of events) {
      const trouble = troubleOf(event);
      // Faults that the lab was told to make are no news.
      if (trouble === undefined || trouble.severity === 'note') continue;
      const key = `${event.node} ${trouble.code}`;
      const remedy = reported.has(key) ? undefined : remedyIdFor(trouble.code);
      if (remedy === undefined || known.has(text(remedy))) continue;
      reported.add(key);
      const says = text('story.reported', { node: event.node, text: sentence(event) });
      troubles.push({ key, severity: trouble.severity, says, remedy, rule: event.rule, event: event.id });
    }
    return troubles
      .sort((a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity))
      .slice(0, MOST);
  }, [events, findings, sentence, text]);
}

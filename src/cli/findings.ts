/** `lab run --findings`: what looks wrong in a run, as the page lists it, in both languages. */
import { formatMac } from '../base/address.ts';
import type { EventId } from '../base/event-log.ts';
import type { Message } from '../base/sentence.ts';
import { sentView } from '../analysis/frame-view.ts';
import { diagnose } from '../analysis/story/findings/diagnose.ts';
import { BootFacts } from '../analysis/story/facts.ts';
import { judge, placeFindings, type Finding } from '../analysis/story/findings/judge.ts';
import { LabReports } from '../analysis/story/findings/trouble.ts';
import type { Lab } from '../lab/lab.ts';
import { cardsOf } from '../lab/rows.ts';
import { inLanguage } from './language.ts';

/** What looks wrong in what the lab has done so far. */
export function labFindings(lab: Lab): readonly Finding[] {
  const cards = cardsOf(lab.scenario.nodes);
  const names = new Map(cards);
  const frames = sentView(lab.capture.store);
  const facts = new BootFacts(frames);
  facts.update();
  const reports = new LabReports();
  const eventOfRecord = new Map<number, EventId>();
  for (const event of lab.log.events) {
    reports.add(event);
    if (event.kind === 'frame') eventOfRecord.set(event.frame, event.id);
  }
  const found = diagnose(facts, (mac) => names.get(formatMac(mac)) ?? formatMac(mac));
  const placed = placeFindings(
    found,
    (frame) => frames.timeNs(frame),
    (frame) => eventOfRecord.get(frames.original(frame)),
  );
  return judge(placed, reports.result, (machine) => cards.flatMap(([mac, node]) => (node === machine ? [mac] : [])));
}

const inBoth = (message: Message): { readonly en: string; readonly fr: string } => ({
  en: message.text,
  fr: inLanguage('fr', message),
});

/** The findings as a document; frames are numbered as in the capture of `--pcapng`. */
export function findingsJson(lab: Lab): string {
  const { events } = lab.log;
  const frames = sentView(lab.capture.store);
  const numberOf = new Map<number, number>();
  for (let index = 0; index < frames.length; index++) numberOf.set(frames.original(index), index + 1);
  /** The frame of an event, or the one that it is an answer to. */
  const frameOf = (id: EventId): number | undefined => {
    for (let event = events[id]; event !== undefined; event = events[event.cause ?? -1])
      if (event.kind === 'frame') return numberOf.get(event.frame);
    return undefined;
  };
  const list = labFindings(lab).map((one) => ({
    id: one.id,
    severity: one.severity,
    machine: one.machines[0] ?? null,
    machines: one.machines,
    count: one.count,
    timeNs: one.timeNs,
    frames: [...new Set(one.events.flatMap((event) => frameOf(event) ?? []))].sort((a, b) => a - b),
    line: one.line ?? null,
    text: inBoth(one),
    remedy: inBoth(one.remedy),
    rule: one.rule ?? null,
  }));
  return `${JSON.stringify(list, undefined, 2)}\n`;
}

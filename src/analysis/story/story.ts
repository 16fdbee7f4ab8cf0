/**
 * The boot told in sentences: what each machine decided and did, from the lab's events, each sentence with the
 * event it is and the frame that caused it. For imported captures, where nobody says why, the frames tell it.
 */
import type { EventId, LabEvent, Severity } from '../../base/event-log.ts';
import { formatIpv4 } from '../../base/address.ts';
import { unreachable } from '../../base/result.ts';
import { DHCP_MESSAGE_TYPE_NAMES } from '../../protocols/dhcp/options.ts';
import { plainName } from './facts.ts';
import type { BootFacts, FileFact, NameOf } from './facts.ts';
import { sortFindings } from './diagnose.ts';
import type { Finding } from './finding.ts';
import { remedyFor } from './remedies.ts';

export interface StorySentence {
  readonly timeNs: number;
  readonly node: string;
  readonly text: string;
  readonly severity: Severity;
  readonly rule?: string;
  readonly event?: EventId;
  /** Index of the frame that it is about or that caused it, in the lab's capture. */
  readonly frame?: number;
  /** `server.conf:12` lines that made it so. */
  readonly lines?: readonly string[];
}

/** How far up the chain of causes a frame is looked for. */
const MAX_CAUSES = 32;

/** The sentences of the lab's events, in order. Frames and console output are left to their own panels. */
export function tellStory(events: readonly LabEvent[]): readonly StorySentence[] {
  const told: StorySentence[] = [];
  for (const event of events) {
    const sentence = sentenceOf(event);
    if (sentence === undefined) continue;
    const frame = causingFrame(events, event);
    told.push({
      timeNs: event.timeNs,
      node: event.node,
      ...sentence,
      event: event.id,
      ...(event.rule === undefined ? {} : { rule: event.rule }),
      ...(frame === undefined ? {} : { frame }),
    });
  }
  return told;
}

function finished(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function sentenceOf(event: LabEvent): Pick<StorySentence, 'text' | 'severity' | 'lines'> | undefined {
  switch (event.kind) {
    case 'stage':
      return { text: finished(event.text), severity: event.stage === 'boot-failed' ? 'error' : 'info' };
    case 'decision':
      return { text: finished(event.text), severity: event.severity };
    case 'server': {
      const lines = event.lines.map((line) => `${line.file}:${line.line}`);
      return { text: finished(event.text), severity: event.severity, ...(lines.length === 0 ? {} : { lines }) };
    }
    case 'fault':
      return { text: finished(event.text), severity: event.code.startsWith('fault.') ? 'note' : 'error' };
    case 'input':
      return { text: `Input on ${event.channel}: ${event.text}`, severity: 'info' };
    case 'transfer':
      if (event.state === 'active') return undefined;
      return event.state === 'done'
        ? {
            text: `${event.name} is here: ${event.doneBytes} bytes by ${event.protocol.toUpperCase()}.`,
            severity: 'info',
          }
        : {
            text: `The transfer of ${event.name} by ${event.protocol.toUpperCase()} failed after ${event.doneBytes} bytes.`,
            severity: 'warn',
          };
    case 'frame':
    case 'log':
    case 'console':
    case 'menu':
      return undefined;
    default:
      return unreachable(event);
  }
}

/** The nearest frame among an event's causes. Ids are positions in `events`. */
function causingFrame(events: readonly LabEvent[], event: LabEvent): number | undefined {
  let cause = event.cause;
  for (let i = 0; i < MAX_CAUSES && cause !== undefined; i++) {
    const before: LabEvent | undefined = events[cause];
    if (before === undefined) return undefined;
    if (before.kind === 'frame') return before.frame;
    cause = before.cause;
  }
  return undefined;
}

/** How bad an event says that it is; undefined for what is no trouble. */
export function troubleOf(
  event: LabEvent,
): { readonly code: string; readonly severity: Severity; readonly text: string } | undefined {
  if (event.kind === 'fault') {
    // A machine that the emulator gave up; other faults are those that the lab was told to make.
    const severity = event.code.startsWith('fault.') ? 'note' : 'error';
    return { code: event.code, severity, text: event.text };
  }
  if (event.kind !== 'decision' && event.kind !== 'server') return undefined;
  const { code, text } = event;
  const severity = code === 'config-refused' ? 'error' : event.severity;
  return severity === 'warn' || severity === 'error' ? { code, severity, text } : undefined;
}

/** Decisions, answers and faults that are trouble, one finding for each node and code. */
export function findingsFromEvents(events: readonly LabEvent[]): readonly Finding[] {
  const found = new Map<
    string,
    { readonly finding: Finding; readonly frames: Set<number>; readonly events: number[] }
  >();
  for (const event of events) {
    const trouble = troubleOf(event);
    if (trouble === undefined) continue;
    const { code, severity, text } = trouble;
    const key = `${event.node} ${code}`;
    let group = found.get(key);
    if (group === undefined) {
      const finding: Finding = {
        code,
        severity,
        text: `${event.node}: ${finished(text)}`,
        remedy: remedyFor(code),
        frames: [],
        events: [],
        ...(event.rule === undefined ? {} : { rule: event.rule }),
      };
      group = { finding, frames: new Set(), events: [] };
      found.set(key, group);
    }
    group.events.push(event.id);
    const frame = causingFrame(events, event);
    if (frame !== undefined) group.frames.add(frame);
  }
  return sortFindings(
    [...found.values()].map(({ finding, frames, events: ids }) => ({ ...finding, frames: [...frames], events: ids })),
  );
}

/** The story of a capture without events: who asked for what, and how it ended. */
export function tellFrames(facts: BootFacts, nameOf: NameOf = plainName): readonly StorySentence[] {
  const told: StorySentence[] = [];
  for (const fact of facts.dhcp) {
    const name = fact.type === undefined ? 'BOOTP' : `DHCP ${DHCP_MESSAGE_TYPE_NAMES.get(fact.type) ?? fact.type}`;
    const file = fact.bootFile === undefined ? '' : `, and the file ${fact.bootFile} to boot`;
    const address = fact.offered === 0 ? 'no address' : `the address ${formatIpv4(fact.offered)}`;
    const text = fact.isRequest
      ? `${nameOf(fact.client)} sends ${name}.`
      : `${formatIpv4(fact.server)} answers ${nameOf(fact.client)} with ${name}: ${address}${file}.`;
    told.push({ timeNs: fact.timeNs, node: nameOf(fact.client), text, severity: 'info', frame: fact.frame });
  }
  for (const file of facts.files) {
    const node = nameOf(file.clientMac);
    const protocol = file.protocol.toUpperCase();
    const text = `${node} asks ${formatIpv4(file.server)} for ${file.name} by ${protocol}.`;
    told.push({ timeNs: file.timeNs, node, text, severity: 'info', frame: file.frames[0] });
    const end = endOf(file, node);
    if (end !== undefined) told.push({ timeNs: file.endNs, node, ...end, frame: file.outcomeFrame });
  }
  return told.sort((a, b) => a.timeNs - b.timeNs || (a.frame ?? 0) - (b.frame ?? 0));
}

function endOf(file: FileFact, node: string): Pick<StorySentence, 'text' | 'severity'> | undefined {
  const { outcome } = file;
  switch (outcome.kind) {
    case 'asked':
    case 'active':
      return undefined;
    case 'done':
      return { text: `${node} has ${file.name}: ${file.bytes} bytes.`, severity: 'info' };
    case 'error':
      return { text: `${node} does not get ${file.name}: ${outcome.code} ${outcome.message}.`, severity: 'warn' };
    default:
      return unreachable(outcome);
  }
}

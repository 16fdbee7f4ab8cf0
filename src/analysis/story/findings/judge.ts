/**
 * What looks wrong in a lab: what frames show and what its parts report, as one list. A cause is there once, with the
 * machines it harms; what a boot got over is left out, and what only follows from another finding too.
 */
import type { ConfigLine, EventId, Severity } from '../../../base/event-log.ts';
import type { Message } from '../../../base/sentence.ts';
import { isExplained, NEEDS_VICTIM, NOTHING_TO_BOOT, SURVIVES_PROGRESS } from './causes.ts';
import { baseName, finding, parameterOf, type FrameFinding } from './finding.ts';
import type { LabReport, ReportedTrouble } from './trouble.ts';

/** Found in frames, with the place of the frames in the lab's log and time. */
export interface PlacedFinding extends Omit<FrameFinding, 'lastFrame'> {
  /** Of the first and the last frame. */
  readonly firstNs: number;
  readonly lastNs: number;
  /** The events of the frames, in a lab's own capture. */
  readonly events: readonly EventId[];
}

export interface Finding extends Message {
  /** Of the cause: stable. */
  readonly id: string;
  readonly severity: Severity;
  /** Whom it harms, in the order in which it did. */
  readonly machines: readonly string[];
  /** How often it happened. */
  readonly count: number;
  /** When it was first seen. */
  readonly timeNs: number;
  readonly remedy: Message;
  readonly rule: string | undefined;
  /** Indexes of frames of the capture that shows each once. */
  readonly frames: readonly number[];
  readonly events: readonly EventId[];
  /** The line of a configuration that it comes from. */
  readonly line: ConfigLine | undefined;
}

/** Puts findings into the time of the lab, and into its log where frames have events. */
export function placeFindings(
  found: readonly FrameFinding[],
  timeNsOf: (frame: number) => number,
  eventOf: (frame: number) => EventId | undefined,
): readonly PlacedFinding[] {
  return found.map(({ lastFrame, ...one }) => {
    const [first = lastFrame] = one.frames;
    return {
      ...one,
      firstNs: first < 0 ? 0 : timeNsOf(first),
      lastNs: lastFrame < 0 ? 0 : timeNsOf(lastFrame),
      events: one.frames.flatMap((frame) => eventOf(frame) ?? []),
    };
  });
}

interface Candidate extends Finding {
  readonly about: string;
  readonly lastNs: number;
}

const SEVERITY_ORDER: readonly Severity[] = ['error', 'warn', 'note', 'info'];

/** Worst first, then in the order of time. `macOf` gives the cards of a machine. */
export function judge(
  found: readonly PlacedFinding[],
  report: LabReport,
  macsOf: (machine: string) => readonly string[],
): readonly Finding[] {
  const all = [...found.map((one) => fromFrames(one, report, macsOf)), ...report.troubles.map(fromEvents)].filter(
    (one) => !isOver(one, report),
  );
  const standing = all.filter((one) => isConfirmed(one, report, all)).flatMap((one) => withVictims(one, all));
  const causes = standing.filter((one) => !standing.some((other) => other !== one && isExplained(one, other)));
  return merged(causes).sort(
    (a, b) => SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity) || a.timeNs - b.timeNs,
  );
}

/** A machine that the lab knows says itself that it had nothing to boot: a script of its own may need no file. */
function isConfirmed(
  { id, machines }: Candidate,
  { progressNs, lines }: LabReport,
  all: readonly Candidate[],
): boolean {
  if (id !== 'no-boot-file' || (progressNs.size === 0 && lines.size === 0)) return true;
  return all.some((other) => NOTHING_TO_BOOT.test(other.id) && machines.some((one) => other.machines.includes(one)));
}

/** What drops frames of the network is a matter for those whom it stops. */
function withVictims(one: Candidate, all: readonly Candidate[]): readonly Candidate[] {
  if (one.machines.length > 0) return [one];
  const victims = all.filter((other) => isExplained(other, one)).flatMap(({ machines }) => machines);
  if (NEEDS_VICTIM.test(one.id)) return victims.length === 0 ? [] : [{ ...one, machines: victims, severity: 'error' }];
  return [{ ...one, machines: [...new Set(victims)] }];
}

/** Whether all machines that it stopped have gone on since. */
function isOver({ id, machines, lastNs }: Candidate, { progressNs }: LabReport): boolean {
  if (machines.length === 0 || SURVIVES_PROGRESS.test(id)) return false;
  return machines.every((machine) => (progressNs.get(machine) ?? -1) > lastNs);
}

function fromEvents(trouble: ReportedTrouble): Candidate {
  const { code, severity, machine, about, message, remedy, rule, line, events, count, firstNs, lastNs } = trouble;
  return {
    id: code,
    severity,
    machines: machine === undefined ? [] : [machine],
    about,
    count,
    timeNs: firstNs,
    lastNs,
    ...message,
    remedy,
    rule,
    frames: [],
    events,
    line,
  };
}

function fromFrames(
  placed: PlacedFinding,
  report: LabReport,
  macsOf: (machine: string) => readonly string[],
): Candidate {
  const { machine } = placed;
  const macs = machine === undefined ? [] : [machine, ...macsOf(machine)];
  const lines = macs.flatMap((mac) => report.lines.get(mac.toLowerCase()) ?? []);
  const { line, better = placed } = withPlace(placed, lines, report);
  const { code, severity, text, says, remedy, about, count, firstNs, lastNs, frames, events, rule } = {
    ...placed,
    ...better,
  };
  return {
    id: code,
    severity,
    machines: machine === undefined ? [] : [machine],
    about,
    count,
    timeNs: firstNs,
    lastNs,
    text,
    says,
    remedy,
    rule,
    frames,
    events,
    line,
  };
}

/** Directives that cause a finding, where the file's name does not tell. */
const DIRECTIVES: Readonly<Partial<Record<string, RegExp>>> = {
  'option-60-left': /(?:option:vendor-class|[=,]60\s*,).*PXEClient/i,
  'option-66-differs': /option:tftp-server|[=,]66\s*,/,
  'path-prefix-without-slash': /[=,]210\s*,/,
  'shim-folder': /^dhcp-boot|option:bootfile-name|[=,]67\s*,/,
  'wrong-firmware': /^dhcp-boot/,
  'http-boot-class': /^dhcp-boot/,
  'http-boot-uri': /^dhcp-boot/,
  'proxy-without-server': /^dhcp-boot/,
  'next-server-missing': /^dhcp-boot|option:bootfile-name|[=,]67\s*,/,
  'no-boot-file': /^dhcp-range=.*\bproxy\b/,
  'no-dhcp-answer': /^dhcp-(?:ignore|host|range)/,
};

interface Place {
  readonly line: ConfigLine | undefined;
  /** Says it with the place that is at fault. */
  readonly better?: Omit<FrameFinding, 'lastFrame'>;
}

/** The line that a finding comes from, among those that answered its machine. */
function withPlace(placed: PlacedFinding, lines: readonly ConfigLine[], report: LabReport): Place {
  const { code, about, machine = '', frames } = placed;
  const directive = DIRECTIVES[code];
  if (directive !== undefined) return { line: lines.find(({ text }) => directive.test(text)) };
  if (code !== 'tftp-missing-file' && code !== 'tftp-no-answer') return { line: undefined };
  const name = baseName(about);
  const byName = lines.find(({ text }) => text.includes(name));
  if (code === 'tftp-no-answer') return { line: byName };
  const server = parameterOf(placed, 'server') ?? '';
  const evidence = { frames, machine, about, rule: 'RFC 1350 §5' };
  const named = report.named.get(`${machine} ${name}`);
  if (named !== undefined) {
    const where = {
      client: machine,
      server,
      file: about,
      line: named.line,
      place: named.file,
      text: named.text.trim(),
    };
    return { line: named, better: finding('pxelinux-config-names', 'error', where, evidence) };
  }
  const stem = name.endsWith('.0') ? name.slice(0, -2) : undefined;
  const service = lines.find(({ text }) => stem !== undefined && text.startsWith('pxe-service') && text.includes(stem));
  if (service !== undefined && byName === undefined) {
    const about2 = { client: machine, server, file: about };
    return { line: service, better: finding('pxe-service-suffix', 'error', about2, evidence) };
  }
  return { line: byName };
}

/** One for a cause and what it is about, whichever machines and how many times. */
function merged(causes: readonly Candidate[]): Finding[] {
  const groups = new Map<string, Candidate[]>();
  for (const one of causes) {
    const key = `${one.id} ${one.about}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group.toSorted((a, b) => a.timeNs - b.timeNs);
    if (first === undefined) return [];
    const { id, severity, text, says, timeNs, remedy, rule, frames, events, line } = first;
    const machines = [...new Set(group.flatMap((one) => one.machines))];
    const count = group.reduce((sum, one) => sum + one.count, 0);
    return [{ id, severity, text, says, machines, count, timeNs, remedy, rule, frames, events, line }];
  });
}

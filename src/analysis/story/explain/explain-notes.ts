/** What the sender of a frame waits for, and what one should know about an event: what looks odd and is harmless. */
import { NS_PER_S } from '../../../base/time/clock.ts';
import type { LabEvent, StageId } from '../../../base/event-log.ts';
import type { Message } from '../../../base/sentence.ts';
import { spanMessage } from '../../../base/span.ts';
import { ARP_OPERATION } from '../../../protocols/arp/fields.ts';
import { DHCP_MESSAGE_TYPE } from '../../../protocols/dhcp/options.ts';
import { userClasses, vendorClass } from '../../../protocols/dhcp/values.ts';
import { eventAt, momentMessage, type ExplanationPart } from './explain-event.ts';
import { endsProbe } from './explain-frame.ts';
import { explainMessage } from './explain-texts.ts';
import type { FrameEvent, LabTrace } from '../trace.ts';

/** A PXE ROM's timeouts for offers. */
const OFFER_TIMEOUTS_S = [4, 8, 16, 32];
/** dnsmasq sends a packet of a transfer again after this time, the lab's ROM and its PXE API after the other. */
const SERVER_TFTP_S = 2;
const CLIENT_TFTP_S = 1;

export function waitsOf(trace: LabTrace, event: LabEvent): readonly ExplanationPart[] {
  if (event.kind !== 'frame') return [];
  const meaning = trace.factOf(event)?.meaning;
  const times = repeatsOf(trace, event);
  const who = event.node;
  const wait = (seconds: number): { who: string; time: Message; until: Message } => ({
    who,
    time: spanMessage(seconds * NS_PER_S),
    until: momentMessage(event.timeNs + seconds * NS_PER_S),
  });
  if (meaning?.kind === 'dhcp' && meaning.type === DHCP_MESSAGE_TYPE.discover) {
    const isRom =
      vendorClass(meaning.message)?.startsWith('PXEClient') === true && !userClasses(meaning.message).includes('iPXE');
    const seconds = OFFER_TIMEOUTS_S[times];
    return isRom && seconds !== undefined
      ? [{ role: 'waits', says: explainMessage('explain.wait.offers', wait(seconds)), rule: 'PXE 2.1 §2.2' }]
      : [{ role: 'waits', says: explainMessage('explain.wait.any', { who }) }];
  }
  if (meaning?.kind === 'tftp' && meaning.packet.opcode !== 'error' && times === 0) {
    const isServer = !trace.isMachine(who);
    if (!isServer && !isPlainRom(trace, event)) return [];
    if (isServer || meaning.packet.opcode !== 'ack' || leadsOn(trace, event))
      return [
        {
          role: 'waits',
          says: explainMessage('explain.wait.answer', wait(isServer ? SERVER_TFTP_S : CLIENT_TFTP_S)),
          rule: 'RFC 1350 §2',
        },
      ];
  }
  const asks =
    (meaning?.kind === 'dhcp' && meaning.isRequest) ||
    (meaning?.kind === 'dns' && !meaning.message.response) ||
    (meaning?.kind === 'arp' && meaning.operation === ARP_OPERATION.request && meaning.sender !== meaning.target);
  return asks ? [{ role: 'waits', says: explainMessage('explain.wait.any', { who }) }] : [];
}

/** Whether the ROM itself sends it: a program that it loaded has timeouts of its own, and so has iPXE. */
function isPlainRom(trace: LabTrace, event: FrameEvent): boolean {
  for (const id of trace.chainOf(event.id)) {
    const cause = trace.events[id];
    if (cause?.node !== event.node) continue;
    if (cause.kind === 'stage' && (cause.stage === 'nbp-entry' || cause.stage === 'script')) return false;
    const meaning = trace.factOf(cause)?.meaning;
    if (meaning?.kind === 'dhcp') return !userClasses(meaning.message).includes('iPXE');
  }
  return false;
}

/** The last ACK of a file waits for nothing. */
function leadsOn(trace: LabTrace, event: FrameEvent): boolean {
  return trace.effectsOf(event.id, 1).some((id) => trace.events[id]?.kind === 'frame');
}

/** How often the message had been sent before. */
function repeatsOf(trace: LabTrace, event: FrameEvent): number {
  let count = 0;
  for (let at: LabEvent | undefined = event; at !== undefined && count < 100; count++) {
    const again = trace.marksOf(at).find(({ kind }) => kind === 'again');
    at = again?.other === undefined ? undefined : trace.frameEvent(again.other);
  }
  return Math.max(0, count - 1);
}

/** Stages that have a sentence of their own. */
const STAGE_NOTES = [
  'power-on',
  'rom-init',
  'rom-boot',
  'dhcp-offer',
  'dhcp-request',
  'dhcp-ack',
  'proxy-dhcp',
  'boot-server',
  'file-request',
  'file-done',
  'nbp-entry',
  'kernel-entry',
  'boot-failed',
] as const satisfies readonly StageId[];

/** Of firmware that is not a PXE ROM, by the sentence of the stage. */
const OTHER_NOTES = [
  'rarp-client.request',
  'rarp-client.request-again',
  'rarp-client.reply',
  'bootp.request',
  'bootp.reply',
  'loader.file-request',
] as const;

export function notesOf(trace: LabTrace, event: LabEvent): readonly ExplanationPart[] {
  if (event.kind === 'stage') {
    const isOther = OTHER_NOTES.find((known) => known === event.says.id);
    if (isOther !== undefined) return [{ role: 'note', says: explainMessage(`explain.stage.${isOther}`) }];
    const stage = STAGE_NOTES.find((known) => known === event.stage);
    return stage === undefined ? [] : [{ role: 'note', says: explainMessage(`explain.stage.${stage}`) }];
  }
  if (event.kind === 'decision' && event.code === 'pxe/offer-chosen' && trace.causeOf(event.id)?.relation === 'timer')
    return [{ role: 'note', says: explainMessage('explain.note.four-seconds'), rule: 'PXE 2.1 §2.2' }];
  if (event.kind === 'decision' && event.code === 'proxy-wait-over')
    return [{ role: 'note', says: explainMessage('explain.note.proxy-wait') }];
  const cause = eventAt(trace, trace.causeOf(event.id)?.event);
  if (event.kind === 'transfer' && event.state === 'failed' && cause?.kind === 'frame' && endsProbe(trace, cause))
    return [{ role: 'note', says: explainMessage('explain.note.probe-failed') }];
  return event.kind === 'frame' ? frameNotes(trace, event, cause) : [];
}

/** Names that PXELINUX looks for its configuration under. */
const CONFIGURATION = /(?:^|\/)pxelinux\.cfg\/[^/]+$/;

function frameNotes(trace: LabTrace, event: FrameEvent, cause: LabEvent | undefined): readonly ExplanationPart[] {
  const meaning = trace.factOf(event)?.meaning;
  if (endsProbe(trace, event))
    return [{ role: 'note', says: explainMessage('explain.note.size-probe'), rule: 'RFC 2349' }];
  const isRepeated = trace.causeOf(event.id)?.relation === 'again';
  if (
    meaning?.kind === 'tftp' &&
    meaning.packet.opcode === 'ack' &&
    isRepeated &&
    trace.effectsOf(event.id, 1).length === 0
  )
    return [{ role: 'note', says: explainMessage('explain.note.apprentice'), rule: 'RFC 1123 §4.2.3.1' }];
  if (meaning?.kind === 'tftp') {
    const asked = meaning.packet.opcode === 'error' && cause !== undefined ? askedFile(trace, cause) : undefined;
    const file = meaning.packet.opcode === 'rrq' ? meaning.packet.filename : asked;
    if (file !== undefined && CONFIGURATION.test(file))
      return [{ role: 'note', says: explainMessage('explain.note.search') }];
  }
  if (meaning?.kind === 'arp' && meaning.operation === ARP_OPERATION.request && meaning.sender !== meaning.target) {
    const isOffer = !trace.isMachine(event.node) && trace.nameOfIp(meaning.target) === undefined;
    return isOffer
      ? [{ role: 'note', says: explainMessage('explain.note.offer-arp'), rule: 'RFC 2131 §3.1' }]
      : [{ role: 'note', says: explainMessage('explain.note.arp-first'), rule: 'RFC 826' }];
  }
  if (meaning?.kind === 'dhcp' && meaning.type === DHCP_MESSAGE_TYPE.offer && meaning.message.flags !== 0) {
    const client = trace.nameOfMac(trace.factOf(event)?.headers.destination ?? 0);
    return client.startsWith('ff:')
      ? [
          {
            role: 'note',
            says: explainMessage('explain.note.broadcast', { client: clientOf(trace, event) }),
            rule: 'RFC 2131 §4.1',
          },
        ]
      : [];
  }
  return [];
}

function clientOf(trace: LabTrace, event: FrameEvent): string {
  for (const id of trace.chainOf(event.id)) {
    const cause = trace.events[id];
    if (cause?.kind === 'frame' && cause.node !== event.node) return cause.node;
  }
  return event.node;
}

/** The file that a read request names, at most two steps back. */
function askedFile(trace: LabTrace, event: LabEvent): string | undefined {
  for (const at of [event, eventAt(trace, trace.causeOf(event.id)?.event)]) {
    const meaning = at === undefined ? undefined : trace.factOf(at)?.meaning;
    if (meaning?.kind === 'tftp' && meaning.packet.opcode === 'rrq') return meaning.packet.filename;
  }
  return undefined;
}

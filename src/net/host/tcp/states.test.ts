/**
 * Each state of RFC 9293 against each kind of event (§3.10): what the connection sends, where it goes, and what its user
 * hears. One connection alone, with segments handed to it.
 */
import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../../base/event-queue.ts';
import { NS_PER_MS } from '../../../base/clock.ts';
import { latin1 } from '../../../base/bytes.ts';
import type { TcpSegment } from '../../../protocols/tcp/codec.ts';
import { TCP_FLAG } from '../../../protocols/tcp/fields.ts';
import { TcpCounters } from '../counters.ts';
import { Connection, type TcpState } from './connection.ts';
import type { OutgoingSegment } from './segment.ts';

const ISS = 1000;
const IRS = 5000;
const { ack: ACK, fin: FIN, rst: RST, syn: SYN } = TCP_FLAG;
const SETTINGS = {
  receiveWindow: 10_000,
  sendBuffer: 10_000,
  delayedAckNs: 40 * NS_PER_MS,
  sack: true,
  windowScale: true,
  keepaliveNs: 0,
};

type OpenState = Exclude<TcpState, 'CLOSED'>;

class Bench {
  readonly clock = new EventQueue();
  readonly sent: string[] = [];
  readonly heard: string[] = [];
  readonly connection: Connection;
  /** Next number that we expect of the peer, and that the peer expects of us. */
  peerNext = IRS + 1;
  ourNext = ISS + 1;

  constructor(syn?: TcpSegment) {
    this.connection = new Connection(
      {
        clock: this.clock,
        counters: new TcpCounters(),
        transmit: (_connection, segment, _from, _at, length) => this.sent.push(this.describe(segment, length)),
        accepted: () => this.heard.push('accepted'),
        gone: () => undefined,
        tell: () => undefined,
        mssFor: () => 1460,
      },
      { address: 1, port: 80 },
      { address: 2, port: 4000 },
      ISS,
      SETTINGS,
      syn,
    );
    const { connection } = this;
    connection.onConnect = () => this.heard.push('connected');
    connection.onData = (data) => this.heard.push(`data ${data.length}`);
    connection.onEnd = () => this.heard.push('end');
    connection.onClose = (error) => this.heard.push(`closed${error === undefined ? '' : ` ${error}`}`);
  }

  private describe({ flags }: OutgoingSegment, length: number): string {
    const names = [
      [SYN, 'SYN'],
      [FIN, 'FIN'],
      [RST, 'RST'],
      [ACK, 'ACK'],
    ] as const;
    const text = names.flatMap(([bit, name]) => ((flags & bit) === 0 ? [] : [name])).join(',');
    return length > 0 ? `${text} ${length}` : text;
  }

  receive(fields: Partial<TcpSegment>): void {
    this.connection.receive({
      sourcePort: 4000,
      destinationPort: 80,
      sequence: this.peerNext,
      acknowledgment: this.ourNext,
      flags: ACK,
      reserved: 0,
      window: 5000,
      urgentPointer: 0,
      options: [],
      payload: new Uint8Array(0),
      ...fields,
    });
  }
}

const SYN_SEGMENT: TcpSegment = {
  sourcePort: 4000,
  destinationPort: 80,
  sequence: IRS,
  acknowledgment: 0,
  flags: SYN,
  reserved: 0,
  window: 5000,
  urgentPointer: 0,
  options: [],
  payload: new Uint8Array(0),
};

/** A connection in a state; what led there is forgotten. */
function inState(state: OpenState): Bench {
  const bench = state === 'SYN-RECEIVED' ? new Bench(SYN_SEGMENT) : new Bench();
  const steps: Readonly<Record<OpenState, () => void>> = {
    'SYN-SENT': () => undefined,
    'SYN-RECEIVED': () => undefined,
    ESTABLISHED: () => bench.receive({ sequence: IRS, flags: SYN | ACK }),
    'FIN-WAIT-1': () => {
      steps.ESTABLISHED();
      bench.connection.end();
    },
    'FIN-WAIT-2': () => {
      steps['FIN-WAIT-1']();
      bench.ourNext++;
      bench.receive({});
    },
    'CLOSE-WAIT': () => {
      steps.ESTABLISHED();
      bench.receive({ flags: FIN | ACK });
      bench.peerNext++;
    },
    CLOSING: () => {
      steps['FIN-WAIT-1']();
      bench.receive({ flags: FIN | ACK });
      bench.peerNext++;
    },
    'LAST-ACK': () => {
      steps['CLOSE-WAIT']();
      bench.connection.end();
    },
    'TIME-WAIT': () => {
      steps['FIN-WAIT-2']();
      bench.receive({ flags: FIN | ACK });
      bench.peerNext++;
    },
  };
  steps[state]();
  expect(bench.connection.state).toBe(state);
  // The acknowledgments that may wait are sent, and no retransmission is due yet.
  bench.clock.runUntil(bench.clock.nowNs + 100 * NS_PER_MS);
  bench.sent.length = 0;
  bench.heard.length = 0;
  return bench;
}

const STATES: readonly OpenState[] = [
  'SYN-SENT',
  'SYN-RECEIVED',
  'ESTABLISHED',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'CLOSE-WAIT',
  'CLOSING',
  'LAST-ACK',
  'TIME-WAIT',
];

/** `sent | state | heard`; a dash is nothing. */
type Outcome = string;

interface Event {
  readonly name: string;
  readonly rule: string;
  happen(bench: Bench): void;
  readonly outcomes: Readonly<Record<OpenState, Outcome>>;
}

/** The same in every state where both SYNs are known, but for those that are named. */
function synchronized(
  common: (state: OpenState) => Outcome,
  others: Readonly<Record<'SYN-SENT' | 'SYN-RECEIVED', Outcome>> & Partial<Record<OpenState, Outcome>>,
): Readonly<Record<OpenState, Outcome>> {
  const entries = STATES.map((state) => [state, others[state] ?? common(state)] as const);
  return Object.fromEntries(entries) as Record<OpenState, Outcome>;
}

const stays = (state: OpenState): Outcome => `- | ${state} | -`;
const isAnswered = (state: OpenState): Outcome => `ACK | ${state} | -`;

const EVENTS: readonly Event[] = [
  {
    name: 'a reset at the very next number',
    rule: '§3.10.7.4 second; RFC 5961 §3',
    happen: (bench) => bench.receive({ flags: RST }),
    outcomes: synchronized(() => '- | CLOSED | closed reset', {
      // Without ACK it cannot be for our SYN (§3.10.7.3).
      'SYN-SENT': '- | SYN-SENT | -',
      // It was a passive open: the user never heard of it.
      'SYN-RECEIVED': '- | CLOSED | -',
      CLOSING: '- | CLOSED | closed',
      'LAST-ACK': '- | CLOSED | closed',
      'TIME-WAIT': '- | CLOSED | -',
    }),
  },
  {
    name: 'a reset with an acknowledgment of what we sent',
    rule: '§3.10.7.3',
    happen: (bench) => bench.receive({ flags: RST | ACK }),
    outcomes: synchronized(() => '- | CLOSED | closed reset', {
      'SYN-SENT': '- | CLOSED | closed refused',
      'SYN-RECEIVED': '- | CLOSED | -',
      CLOSING: '- | CLOSED | closed',
      'LAST-ACK': '- | CLOSED | closed',
      'TIME-WAIT': '- | CLOSED | -',
    }),
  },
  {
    name: 'a reset elsewhere in the window',
    rule: 'RFC 5961 §3.2',
    happen: (bench) => bench.receive({ flags: RST, sequence: bench.peerNext + 100 }),
    outcomes: synchronized(isAnswered, {
      'SYN-SENT': '- | SYN-SENT | -',
      'SYN-RECEIVED': 'ACK | SYN-RECEIVED | -',
    }),
  },
  {
    name: 'a reset outside of the window',
    rule: '§3.10.7.4 first',
    happen: (bench) => bench.receive({ flags: RST, sequence: bench.peerNext + 1_000_000 }),
    outcomes: synchronized(stays, { 'SYN-SENT': stays('SYN-SENT'), 'SYN-RECEIVED': stays('SYN-RECEIVED') }),
  },
  {
    name: 'a SYN in the window',
    rule: 'RFC 5961 §4.2',
    happen: (bench) => bench.receive({ flags: SYN, sequence: bench.peerNext + 10 }),
    outcomes: synchronized(isAnswered, {
      // Both sides call at once (§3.5).
      'SYN-SENT': 'SYN,ACK | SYN-RECEIVED | -',
      'SYN-RECEIVED': 'ACK | SYN-RECEIVED | -',
    }),
  },
  {
    name: 'the SYN of the beginning once more',
    rule: '§3.10.7.4 fourth; our answer was lost',
    happen: (bench) => bench.receive({ flags: SYN, sequence: IRS }),
    outcomes: synchronized(isAnswered, {
      'SYN-SENT': 'SYN,ACK | SYN-RECEIVED | -',
      'SYN-RECEIVED': 'SYN,ACK | SYN-RECEIVED | -',
    }),
  },
  {
    name: 'a SYN with an acknowledgment of our SYN',
    rule: '§3.10.7.3',
    happen: (bench) => bench.receive({ flags: SYN | ACK, sequence: IRS, acknowledgment: ISS + 1 }),
    outcomes: synchronized(isAnswered, {
      'SYN-SENT': 'ACK | ESTABLISHED | connected',
      'SYN-RECEIVED': 'SYN,ACK | SYN-RECEIVED | -',
    }),
  },
  {
    name: 'an acknowledgment of what was never sent',
    rule: '§3.10.7.4 fifth',
    happen: (bench) => bench.receive({ acknowledgment: bench.ourNext + 5000 }),
    outcomes: synchronized(isAnswered, {
      'SYN-SENT': 'RST | SYN-SENT | -',
      'SYN-RECEIVED': 'RST | SYN-RECEIVED | -',
    }),
  },
  {
    name: 'a segment without ACK',
    rule: '§3.10.7.4 fifth',
    happen: (bench) => bench.receive({ flags: 0, payload: latin1('lost') }),
    outcomes: synchronized(stays, { 'SYN-SENT': stays('SYN-SENT'), 'SYN-RECEIVED': stays('SYN-RECEIVED') }),
  },
  {
    name: 'data',
    rule: '§3.10.7.4 seventh',
    happen: (bench) => bench.receive({ payload: latin1('0123456789') }),
    outcomes: synchronized(isAnswered, {
      'SYN-SENT': stays('SYN-SENT'),
      'SYN-RECEIVED': 'ACK | ESTABLISHED | accepted, data 10',
      ESTABLISHED: 'ACK | ESTABLISHED | data 10',
      'FIN-WAIT-1': 'ACK | FIN-WAIT-1 | data 10',
      'FIN-WAIT-2': 'ACK | FIN-WAIT-2 | data 10',
    }),
  },
  {
    name: 'data that has come before',
    rule: '§3.10.7.4 first',
    happen: (bench) => bench.receive({ sequence: bench.peerNext - 10, payload: latin1('012345678') }),
    outcomes: synchronized(isAnswered, {
      'SYN-SENT': stays('SYN-SENT'),
      'SYN-RECEIVED': 'ACK | ESTABLISHED | accepted',
    }),
  },
  {
    name: 'data beyond the window',
    rule: '§3.10.7.4 first',
    happen: (bench) => bench.receive({ sequence: bench.peerNext + 1_000_000, payload: latin1('x') }),
    outcomes: synchronized(isAnswered, {
      'SYN-SENT': stays('SYN-SENT'),
      'SYN-RECEIVED': 'ACK | SYN-RECEIVED | -',
    }),
  },
  {
    name: 'a FIN that does not acknowledge ours',
    rule: '§3.10.7.4 eighth',
    happen: (bench) => bench.receive({ flags: FIN | ACK }),
    outcomes: synchronized(isAnswered, {
      'SYN-SENT': stays('SYN-SENT'),
      'SYN-RECEIVED': 'ACK | CLOSE-WAIT | accepted, end',
      ESTABLISHED: 'ACK | CLOSE-WAIT | end',
      'FIN-WAIT-1': 'ACK | CLOSING | end',
      'FIN-WAIT-2': 'ACK | TIME-WAIT | end, closed',
    }),
  },
  {
    name: 'an acknowledgment of our FIN',
    rule: '§3.10.7.4 fifth',
    happen: (bench) => {
      const hasOpenFin = ['FIN-WAIT-1', 'CLOSING', 'LAST-ACK'].includes(bench.connection.state);
      bench.receive({ acknowledgment: hasOpenFin ? bench.ourNext + 1 : bench.ourNext });
    },
    outcomes: synchronized(stays, {
      'SYN-SENT': stays('SYN-SENT'),
      'SYN-RECEIVED': '- | ESTABLISHED | accepted',
      'FIN-WAIT-1': '- | FIN-WAIT-2 | -',
      CLOSING: '- | TIME-WAIT | closed',
      'LAST-ACK': '- | CLOSED | closed',
    }),
  },
  {
    name: 'a FIN that acknowledges ours',
    rule: '§3.10.7.4 eighth',
    happen: (bench) => {
      const hasOpenFin = bench.connection.state === 'FIN-WAIT-1';
      bench.receive({ flags: FIN | ACK, acknowledgment: hasOpenFin ? bench.ourNext + 1 : bench.ourNext });
    },
    outcomes: synchronized(isAnswered, {
      'SYN-SENT': stays('SYN-SENT'),
      'SYN-RECEIVED': 'ACK | CLOSE-WAIT | accepted, end',
      ESTABLISHED: 'ACK | CLOSE-WAIT | end',
      'FIN-WAIT-1': 'ACK | TIME-WAIT | end, closed',
      'FIN-WAIT-2': 'ACK | TIME-WAIT | end, closed',
    }),
  },
  {
    name: 'the user writes',
    rule: '§3.10.2',
    happen: (bench) => void bench.connection.write(latin1('abc')),
    outcomes: synchronized(stays, {
      // It waits for the handshake.
      'SYN-SENT': stays('SYN-SENT'),
      'SYN-RECEIVED': stays('SYN-RECEIVED'),
      ESTABLISHED: 'ACK 3 | ESTABLISHED | -',
      'CLOSE-WAIT': 'ACK 3 | CLOSE-WAIT | -',
    }),
  },
  {
    name: 'the user closes',
    rule: '§3.10.4',
    happen: (bench) => bench.connection.end(),
    outcomes: synchronized(stays, {
      'SYN-SENT': stays('SYN-SENT'),
      'SYN-RECEIVED': stays('SYN-RECEIVED'),
      ESTABLISHED: 'FIN,ACK | FIN-WAIT-1 | -',
      'CLOSE-WAIT': 'FIN,ACK | LAST-ACK | -',
    }),
  },
  {
    name: 'the user aborts',
    rule: '§3.10.5',
    happen: (bench) => bench.connection.abort(),
    outcomes: synchronized(() => 'RST,ACK | CLOSED | -', {
      'SYN-SENT': '- | CLOSED | -',
      'SYN-RECEIVED': 'RST,ACK | CLOSED | -',
      'TIME-WAIT': '- | CLOSED | -',
    }),
  },
];

describe.each(EVENTS)('$name ($rule)', ({ happen, outcomes }) => {
  it.each(STATES)('in %s', (state) => {
    const bench = inState(state);
    happen(bench);
    // An acknowledgment may wait for a second segment; retransmissions come later.
    bench.clock.runUntil(bench.clock.nowNs + 100 * NS_PER_MS);
    const sent = bench.sent.length === 0 ? '-' : bench.sent.join(' ');
    const heard = bench.heard.length === 0 ? '-' : bench.heard.join(', ');
    expect(`${sent} | ${bench.connection.state} | ${heard}`).toBe(outcomes[state]);
  });
});

/**
 * What frames have to do with each other. A conversation is one pair of endpoints (Wireshark's `udp.stream`,
 * `tcp.stream`); an expectation says in advance which protocol an endpoint will speak (the data port of a TFTP
 * transfer). Both are made in the first pass and carry the frame from which they hold, so that any frame can be
 * dissected again at any time with the same result.
 */
import type { Protocol } from './registry.ts';

/** A place for a protocol's own state; `create` makes its first value. Compared by identity. */
export class StateKey<T> {
  readonly create: () => T;
  constructor(create: () => T) {
    this.create = create;
  }
}

/** State of single frames: see `Dissection.remember`. */
export type FrameKey<T> = StateKey<Map<number, T>>;

/** A key of its own for what a protocol remembers of frames; make one for each kind, at module level. */
export function frameKey<T>(): FrameKey<T> {
  return new StateKey(() => new Map<number, T>());
}

/** A bag of states, one for each key. */
export class StateBag {
  private readonly states = new Map<StateKey<unknown>, unknown>();

  state<T>(key: StateKey<T>): T {
    const known = this.states.get(key);
    if (known !== undefined) return known as T;
    const made = key.create();
    this.states.set(key, made);
    return made;
  }
}

/** An endpoint's address is a number: an IPv4 address, or for IPv6 a number that the session gave it. */
export interface Endpoint {
  readonly address: number;
  readonly port: number;
}

export class Conversation extends StateBag {
  /** From 0, for each transport: `udp.stream`, `tcp.stream`. */
  readonly index: number;
  /** Who sent the first frame. */
  readonly initiator: Endpoint;
  readonly responder: Endpoint;
  /** Index of the first frame. */
  readonly firstFrame: number;
  /** The expectation that the first frame met, if one did. */
  readonly expectation: Expectation | undefined;
  /** The conversation of the same endpoints before this one: ports are used again. */
  readonly previous: Conversation | undefined;

  constructor(
    index: number,
    initiator: Endpoint,
    responder: Endpoint,
    firstFrame: number,
    expectation: Expectation | undefined,
    previous: Conversation | undefined,
  ) {
    super();
    this.index = index;
    this.initiator = initiator;
    this.responder = responder;
    this.firstFrame = firstFrame;
    this.expectation = expectation;
    this.previous = previous;
  }

  /** 0 when it comes from the initiator, 1 when from the responder. */
  directionFrom(address: number, port: number): 0 | 1 {
    return address === this.initiator.address && port === this.initiator.port ? 0 : 1;
  }
}

/** "What comes to or from this endpoint, from that frame on, is of this protocol." */
export class Expectation extends StateBag {
  readonly endpoint: Endpoint;
  readonly protocol: Protocol;
  readonly fromFrame: number;
  /** The conversation that announced it. */
  readonly origin: Conversation | undefined;
  readonly previous: Expectation | undefined;

  constructor(
    endpoint: Endpoint,
    protocol: Protocol,
    fromFrame: number,
    origin: Conversation | undefined,
    previous: Expectation | undefined,
  ) {
    super();
    this.endpoint = endpoint;
    this.protocol = protocol;
    this.fromFrame = fromFrame;
    this.origin = origin;
    this.previous = previous;
  }
}

/** The conversations and expectations of one transport. */
export class ConversationTable {
  readonly conversations: Conversation[] = [];
  /** First by the two ports, then by the two addresses: numbers all the way, no strings on the hot path. */
  private readonly byPorts = new Map<number, Map<number, Map<number, Conversation>>>();
  private readonly expectations = new Map<number, Map<number, Expectation>>();

  /** The conversation that holds at frame `index`. */
  find(from: Endpoint, to: Endpoint, index: number): Conversation | undefined {
    const swap = from.port > to.port || (from.port === to.port && from.address > to.address);
    let found = swap
      ? this.byPorts
          .get(to.port * 0x1_0000 + from.port)
          ?.get(to.address)
          ?.get(from.address)
      : this.byPorts
          .get(from.port * 0x1_0000 + to.port)
          ?.get(from.address)
          ?.get(to.address);
    while (found !== undefined && found.firstFrame > index) found = found.previous;
    return found;
  }

  /** Makes a new conversation that holds from frame `index` on. Only in the first pass. */
  create(from: Endpoint, to: Endpoint, index: number): Conversation {
    const previous = this.find(from, to, index);
    const expectation = this.expected(from, index) ?? this.expected(to, index);
    const made = new Conversation(
      this.conversations.length,
      { address: from.address, port: from.port },
      { address: to.address, port: to.port },
      index,
      expectation,
      previous,
    );
    this.conversations.push(made);
    const swap = from.port > to.port || (from.port === to.port && from.address > to.address);
    const low = swap ? to : from;
    const high = swap ? from : to;
    const ports = low.port * 0x1_0000 + high.port;
    let byLow = this.byPorts.get(ports);
    if (byLow === undefined) this.byPorts.set(ports, (byLow = new Map()));
    let byHigh = byLow.get(low.address);
    if (byHigh === undefined) byLow.set(low.address, (byHigh = new Map()));
    byHigh.set(high.address, made);
    return made;
  }

  expect(endpoint: Endpoint, protocol: Protocol, index: number, origin: Conversation | undefined): Expectation {
    let byPort = this.expectations.get(endpoint.address);
    if (byPort === undefined) this.expectations.set(endpoint.address, (byPort = new Map()));
    const made = new Expectation(endpoint, protocol, index, origin, byPort.get(endpoint.port));
    byPort.set(endpoint.port, made);
    return made;
  }

  /** The latest expectation for this endpoint that was made before frame `index`. */
  expected(endpoint: Endpoint, index: number): Expectation | undefined {
    let found = this.expectations.get(endpoint.address)?.get(endpoint.port);
    while (found !== undefined && found.fromFrame >= index) found = found.previous;
    return found;
  }
}

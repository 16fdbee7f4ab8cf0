/** A port of Fibre Channel: logs in to the fabric and to its name server, carries exchanges, answers link services. */
import type { EventSink } from '../../../../base/event-log.ts';
import type { Clock } from '../../../../base/time/clock.ts';
import { err, ok } from '../../../../base/result.ts';
import { sleep, startTask, type RunningTask, type Task } from '../../../../base/time/task.ts';
import { readU24, type FcFrame } from '../../../../protocols/fc/codec.ts';
import { FC_F_CTL, FC_ID, FC_R_CTL, FC_TYPE } from '../../../../protocols/fc/fields.ts';
import { formatFcId, formatWwn, writeWwn, type Wwn } from '../../../../protocols/fc/wwn.ts';
import { CT_DIRECTORY, CT_NAME_SERVER, decodeCt, encodeCt, NS } from '../../../../protocols/fcct/codec.ts';
import {
  decodeLogin,
  encodeAccept,
  encodeLogin,
  encodeLogout,
  encodeReject,
} from '../../../../protocols/fcels/codec.ts';
import { ELS, LOGIN_FEATURE, LS_RJT_REASON } from '../../../../protocols/fcels/fields.ts';
import { Err, OK, strerror, type Status } from '../../errors.ts';
import { ipxeMessage } from '../../messages.ts';
import type { Outcome } from '../../settings/types.ts';
import { ticksNs } from '../ticks.ts';
import { FcExchange } from './exchange.ts';

/** Between two attempts to bring a link up, in 1024ths of a second. */
export const LINK_RETRY = 2048;
/** The longest payload of a frame that fits in 1500 bytes of Ethernet. */
export const FRAME_BYTES = 1452;
const CREDIT = 10;

export interface FcTransport {
  readonly name: string;
  readonly nodeName: Wwn;
  readonly portName: Wwn;
  send(frame: FcFrame): void;
}

/** Is called when ports log in and out. */
export interface PortListener {
  portChanged(port: FcPort): void;
  /** The port with this address has logged out. */
  loggedOut(port: FcPort, id: number): void;
}

/** What ports and peers of one iPXE share, such as numbers that are counted through all of them. */
export class FcRoom {
  readonly clock: Clock;
  readonly log: EventSink;
  readonly ports: FcPort[] = [];
  readonly listeners = new Set<PortListener>();
  private lastExchange = 0;
  private lastSequence = 0;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: EventSink }) {
    this.clock = clock;
    this.log = log;
  }

  /** Numbers of exchanges are even: so none is that of an unknown one. */
  nextExchange(): number {
    return (this.lastExchange = (this.lastExchange + 2) & 0xffff);
  }

  nextSequence(): number {
    return (this.lastSequence = (this.lastSequence + 1) & 0xff);
  }
}

export class FcPort {
  readonly name: string;
  readonly nodeName: Wwn;
  readonly portName: Wwn;
  id: number = FC_ID.none;
  /** Why there is no link; OK when there is one. */
  link: Status = Err.fcLinkUnknown;
  fabricNode: Wwn = 0n;
  fabricPort: Wwn = 0n;
  hasNameServer = false;
  private readonly fc: FcRoom;
  private readonly transport: FcTransport;
  private readonly exchanges = new Map<number, FcExchange>();
  private readonly login: RunningTask<void>;

  constructor(fc: FcRoom, transport: FcTransport) {
    this.fc = fc;
    this.transport = transport;
    this.name = transport.name;
    this.nodeName = transport.nodeName;
    this.portName = transport.portName;
    fc.ports.push(this);
    this.login = startTask(this.keepLoggedIn());
  }

  close(): void {
    this.login.cancel();
    this.exchanges.clear();
    this.fc.ports.splice(this.fc.ports.indexOf(this), 1);
    this.logOut(Err.fcNotConnected);
  }

  /** What `fcstat` prints. */
  get description(): string {
    const head = `${this.name}: ${formatWwn(this.portName)} id ${formatFcId(this.id).replaceAll('.', ':')} node ${formatWwn(this.nodeName)}\n`;
    if (this.link !== OK) return `${head}  [Link: down: ${strerror(this.link)}]\n`;
    return `${head}  [Link: up, ${formatWwn(this.fabricPort)} fabric node ${formatWwn(this.fabricNode)}]\n`;
  }

  private *keepLoggedIn(): Task<void> {
    for (;;) {
      if (this.link !== OK) {
        const status = yield* this.linkService(FC_ID.fPort, ELS.flogi);
        if (status !== OK) this.logOut(status);
      }
      if (this.link === OK && !this.hasNameServer) yield* this.logInToNames();
      yield* sleep(this.fc.clock, ticksNs(LINK_RETRY));
    }
  }

  private logOut(status: Status): void {
    this.link = status;
    this.id = FC_ID.none;
    this.hasNameServer = false;
    for (const listener of this.fc.listeners) listener.portChanged(this);
  }

  originate(peer: number, type: number): FcExchange {
    return this.open(peer, type, undefined);
  }

  private open(peer: number, type: number, answers: FcFrame | undefined): FcExchange {
    const { fc } = this;
    const id = fc.nextExchange();
    const exchange = new FcExchange({
      clock: fc.clock,
      id,
      type,
      source: this.id,
      peer,
      answers,
      nextSequence: () => fc.nextSequence(),
      send: (frame) => this.transport.send(frame),
    });
    this.exchanges.set(id, exchange);
    return exchange;
  }

  /** Nothing more is expected of it. */
  forget(exchange: FcExchange): void {
    for (const [id, each] of this.exchanges) if (each === exchange) this.exchanges.delete(id);
  }

  receive(frame: FcFrame): void {
    const isMine = frame.destination === this.id || frame.destination === FC_ID.fPort || this.id === FC_ID.none;
    if (!isMine) return;
    const isAnswer = (frame.fCtl & FC_F_CTL.fromResponder) !== 0;
    if (!isAnswer && (frame.fCtl & FC_F_CTL.firstSequence) !== 0 && frame.seqCnt === 0) this.answer(frame);
    else this.exchanges.get(isAnswer ? frame.oxId : frame.rxId)?.receive(frame);
  }

  /** A request and its answer, whatever it is. */
  *ask(peer: number, type: number, rCtl: number, payload: Uint8Array): Task<Outcome<FcFrame>> {
    const exchange = this.originate(peer, type);
    try {
      exchange.send({ rCtl, payload, isOver: true });
      const answer = yield* exchange.take();
      return answer === undefined ? err(Err.fcTimeout) : ok(answer);
    } finally {
      this.forget(exchange);
    }
  }

  /** Asks a link service of a port, and does what follows from the answer. `request`: its payload, when it is not a login's. */
  *linkService(peer: number, command: number, request?: Uint8Array): Task<Status> {
    const payload = request ?? this.requestOf(command);
    const answer = yield* this.ask(peer, FC_TYPE.els, FC_R_CTL.elsRequest, payload);
    if (!answer.ok) return answer.error;
    const frame = answer.value;
    if (frame.payload[0] === ELS.reject) return Err.fcDenied;
    if (frame.payload[0] !== ELS.accept) return Err.fcUnsupported;
    switch (command) {
      case ELS.flogi:
        return this.loggedIn(frame);
      case ELS.plogi:
        return decodeLogin(frame.payload, false).ok ? OK : Err.fcInvalid;
      case ELS.logo:
        if (peer === FC_ID.fPort || peer === this.id) this.logOut(Err.fcLinkUnknown);
        else for (const each of this.fc.listeners) each.loggedOut(this, peer);
        return OK;
      default:
        return OK;
    }
  }

  private requestOf(command: number): Uint8Array {
    const names = { portName: this.portName, nodeName: this.nodeName };
    if (command === ELS.logo) return encodeLogout({ id: this.id, portName: this.portName });
    if (command !== ELS.flogi && command !== ELS.plogi) return Uint8Array.of(command, 0, 0, 0);
    const rest = { credit: CREDIT, features: LOGIN_FEATURE.continuousOffset, receiveSize: FRAME_BYTES };
    return encodeLogin({ command, ...rest, ...names, isFabric: command === ELS.flogi });
  }

  private loggedIn(frame: FcFrame): Status {
    const login = decodeLogin(frame.payload, true);
    if (!login.ok) return Err.fcInvalid;
    // A machine at the other end of the cable: iPXE would log in to it without a fabric, the lab has none.
    if ((login.value.features & LOGIN_FEATURE.fPort) === 0) return Err.fcUnsupported;
    this.id = frame.destination;
    this.fabricNode = login.value.nodeName;
    this.fabricPort = login.value.portName;
    this.link = OK;
    const { log } = this.fc;
    const what = { card: this.name, id: formatFcId(this.id), fabric: formatWwn(this.fabricNode) };
    log.emit({
      kind: 'decision',
      code: 'fc-fabric-login',
      severity: 'info',
      ...ipxeMessage('ipxe.fc-fabric-login', what),
    });
    for (const listener of this.fc.listeners) listener.portChanged(this);
    return OK;
  }

  private *logInToNames(): Task<void> {
    const status = yield* this.linkService(FC_ID.nameServer, ELS.plogi);
    // iPXE asks once, and waits without end when the answer is lost; here it asks again.
    if (status === OK && this.link === OK) this.hasNameServer = true;
  }

  /** The address of a port by its name (FC-GS-6 §5.2.3.8). */
  *find(name: Wwn): Task<Outcome<number>> {
    const data = new Uint8Array(8);
    writeWwn(data, 0, name);
    const request = { type: CT_DIRECTORY, subtype: CT_NAME_SERVER, command: NS.gidPn, reason: 0, explanation: 0, data };
    const answer = yield* this.ask(FC_ID.nameServer, FC_TYPE.ct, FC_R_CTL.unsolicitedControl, encodeCt(request));
    if (!answer.ok) return answer;
    const said = decodeCt(answer.value.payload);
    if (!said.ok) return err(Err.fcNamesInvalid);
    if (said.value.command !== NS.accept || said.value.data.length < 4) return err(Err.fcLinkUnknown);
    return ok(readU24(said.value.data, 1));
  }

  /** Link services of others: a logout, and what is not supported. */
  private answer(frame: FcFrame): void {
    if (frame.type !== FC_TYPE.els) return;
    const exchange = this.open(frame.source, FC_TYPE.els, frame);
    let payload = encodeReject({ reason: LS_RJT_REASON.unsupported, explanation: 0 });
    if (frame.payload[0] === ELS.logo) {
      payload = encodeAccept();
      if (frame.source === FC_ID.fPort) this.logOut(Err.fcLinkUnknown);
      else for (const each of this.fc.listeners) each.loggedOut(this, frame.source);
    }
    exchange.send({ rCtl: FC_R_CTL.elsReply, payload, isOver: false, isLast: true });
    this.forget(exchange);
  }
}

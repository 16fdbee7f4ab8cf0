/**
 * A fabric of one switch (FC-SW): it gives addresses, takes frames to the port with the address, and has the services that
 * ports ask at fixed addresses: logins, the name server, and news of ports that come and go.
 */
import { byteAt } from '../../base/bytes.ts';
import { encodeBaRjt, type FcFrame } from '../../protocols/fc/codec.ts';
import { FC_ID, FC_R_CTL, FC_TYPE } from '../../protocols/fc/fields.ts';
import { answerTo, requestFrame } from '../../protocols/fc/sequence.ts';
import type { Wwn } from '../../protocols/fc/wwn.ts';
import { decodeCt, encodeCt } from '../../protocols/fcct/codec.ts';
import { decodeLogin, encodeAccept, encodeLogin, encodeReject, type Login } from '../../protocols/fcels/codec.ts';
import { ELS, LOGIN_FEATURE, LS_RJT_EXPLANATION, LS_RJT_REASON } from '../../protocols/fcels/fields.ts';
import type { FabricPort, PortDirectory } from './fabric-port.ts';
import { NameServer } from './name-server.ts';
import type { FcoeReports } from './reports.ts';

/** Addresses have the switch, a group of ports and the port in a byte each. */
const FIRST_MACHINE_ID = 0x01_0001;
const FIRST_DISK_ID = 0x01_0101;
const CREDIT = 16;

export class Fabric implements PortDirectory {
  /** Of the switch and of its ports. */
  readonly name: Wwn;
  readonly portName: Wwn;
  /** The longest payload that frames may have. */
  readonly frameBytes: number;
  readonly names: NameServer;
  private readonly byId = new Map<number, FabricPort>();
  /** Addresses that machines have had: they get the same ones again. */
  private readonly givenIds = new Map<Wwn, number>();
  /** Addresses of ports that asked for news of changes. */
  private readonly watchers = new Set<number>();
  private nextMachine = FIRST_MACHINE_ID;
  private nextDisk = FIRST_DISK_ID;
  private nextExchange = 1;

  constructor(name: Wwn, portName: Wwn, frameBytes: number, reports: FcoeReports) {
    this.name = name;
    this.portName = portName;
    this.frameBytes = frameBytes;
    this.names = new NameServer(this, reports);
  }

  get ports(): readonly FabricPort[] {
    return [...this.byId.values()].sort((a, b) => a.id - b.id);
  }

  portAt(id: number): FabricPort | undefined {
    return this.byId.get(id);
  }

  portNamed(name: Wwn): FabricPort | undefined {
    return this.ports.find(({ portName }) => portName === name);
  }

  sees(by: FabricPort, other: FabricPort): boolean {
    const allows = ({ zone }: FabricPort, one: FabricPort): boolean => zone === undefined || zone.has(one.portName);
    return allows(other, by) && allows(by, other);
  }

  machineId(name: Wwn): number {
    const id = this.givenIds.get(name) ?? this.nextMachine++;
    this.givenIds.set(name, id);
    return id;
  }

  diskId(): number {
    return this.nextDisk++;
  }

  nextXid(): number {
    const id = this.nextExchange;
    this.nextExchange = id >= 0xfffe ? 1 : id + 1;
    return id;
  }

  add(port: FabricPort): void {
    this.byId.set(port.id, port);
    this.notifyWatchers(port);
  }

  remove(port: FabricPort): void {
    if (this.byId.get(port.id) !== port) return;
    this.byId.delete(port.id);
    this.names.forget(port.id);
    this.watchers.delete(port.id);
    for (const other of this.byId.values()) other.gone?.(port);
    this.notifyWatchers(port);
  }

  /** The answer to FLOGI: what the fabric is. */
  loginAnswer(): Uint8Array {
    return encodeLogin({
      command: ELS.accept,
      credit: CREDIT,
      features: LOGIN_FEATURE.continuousOffset | LOGIN_FEATURE.fPort,
      receiveSize: this.frameBytes,
      portName: this.portName,
      nodeName: this.name,
      isFabric: true,
    });
  }

  /** The answer to a PLOGI of a port: the same as the fabric's services and its disks give. */
  portLoginAnswer(portName: Wwn, nodeName: Wwn): Uint8Array {
    const rest = { credit: CREDIT, features: LOGIN_FEATURE.continuousOffset, receiveSize: this.frameBytes };
    return encodeLogin({ command: ELS.accept, ...rest, portName, nodeName, isFabric: false });
  }

  /** Takes a frame to its port, or answers it. Frames to nobody are lost, as in class 3. */
  deliver(frame: FcFrame, from: FabricPort): void {
    const port = this.byId.get(frame.destination);
    if (port !== undefined) {
      if (this.sees(from, port)) port.receive(frame);
      else if (frame.rCtl === FC_R_CTL.elsRequest) this.refuse(frame, from);
      return;
    }
    if (frame.rCtl === FC_R_CTL.abts) from.receive(answerTo(frame, FC_R_CTL.baRjt, frame.rxId, encodeBaRjt(3, 3)));
    else if (frame.type === FC_TYPE.ct && frame.rCtl === FC_R_CTL.unsolicitedControl) this.askNames(frame, from);
    else if (frame.rCtl === FC_R_CTL.elsRequest) this.linkService(frame, from);
  }

  private askNames(frame: FcFrame, from: FabricPort): void {
    const asked = decodeCt(frame.payload);
    if (frame.destination !== FC_ID.nameServer || !asked.ok) return;
    const answer = encodeCt(this.names.answer(asked.value, from));
    from.receive(answerTo(frame, FC_R_CTL.solicitedControl, this.nextXid(), answer));
  }

  private linkService(frame: FcFrame, from: FabricPort): void {
    const answer = this.serviceAnswer(frame);
    if (answer === undefined) this.refuse(frame, from);
    else from.receive(answerTo(frame, FC_R_CTL.elsReply, this.nextXid(), answer));
  }

  private serviceAnswer(frame: FcFrame): Uint8Array | undefined {
    const command = frame.payload.length === 0 ? 0 : byteAt(frame.payload, 0);
    switch (frame.destination) {
      case FC_ID.nameServer:
        if (command === ELS.plogi) return this.portLoginAnswer(this.portName, this.name);
        return command === ELS.logo ? encodeAccept() : undefined;
      case FC_ID.fabricController:
        if (command === ELS.plogi) return this.portLoginAnswer(this.portName, this.name);
        if (command !== ELS.scr) return command === ELS.logo ? encodeAccept() : undefined;
        this.watchers.add(frame.source);
        return encodeAccept();
      default:
        return undefined;
    }
  }

  refuse(frame: FcFrame, from: FabricPort, reason: number = LS_RJT_REASON.unsupported): void {
    const explanation =
      reason === LS_RJT_REASON.unsupported ? LS_RJT_EXPLANATION.notSupported : LS_RJT_EXPLANATION.noLogin;
    from.receive(answerTo(frame, FC_R_CTL.elsReply, this.nextXid(), encodeReject({ reason, explanation })));
  }

  /** RSCN (FC-LS-3 §4.2.29): a port has come or gone. */
  private notifyWatchers(about: FabricPort): void {
    const { id } = about;
    const payload = Uint8Array.of(ELS.rscn, 4, 0, 8, 0, id >>> 16, id >>> 8, id);
    for (const watcher of this.watchers) {
      const port = this.byId.get(watcher);
      if (port === undefined || port === about || !this.sees(port, about)) continue;
      const rest = { rCtl: FC_R_CTL.elsRequest, type: FC_TYPE.els, oxId: this.nextXid(), payload };
      port.receive(requestFrame({ ...rest, source: FC_ID.fabricController, destination: watcher }));
    }
  }
}

/** A login to the fabric, from the frame of FLOGI. */
export function fabricLogin(frame: FcFrame): Login | undefined {
  if (frame.rCtl !== FC_R_CTL.elsRequest || frame.payload[0] !== ELS.flogi) return undefined;
  const login = decodeLogin(frame.payload, true);
  return login.ok ? login.value : undefined;
}

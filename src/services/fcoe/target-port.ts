/** A port of the fabric with disks behind it: logins of machines (FC-LS-3), then their commands (`fcp-tasks.ts`). */
import { byteAt } from '../../base/bytes.ts';
import { encodeBaAcc, encodeBaRjt, type FcFrame } from '../../protocols/fc/codec.ts';
import { FC_R_CTL, FC_TYPE } from '../../protocols/fc/fields.ts';
import { answerTo, requestFrame } from '../../protocols/fc/sequence.ts';
import { formatWwn, type Wwn } from '../../protocols/fc/wwn.ts';
import {
  decodeLogin,
  decodeProcessLogin,
  encodeAccept,
  encodeLogout,
  encodeProcessLogin,
  encodeReject,
  encodeTimeouts,
} from '../../protocols/fcels/codec.ts';
import { ELS, LS_RJT_EXPLANATION, LS_RJT_REASON, PRLI_FCP, PRLI_FLAG } from '../../protocols/fcels/fields.ts';
import type { Units } from '../scsi/units.ts';
import type { FabricPort } from './fabric-port.ts';
import type { Fabric } from './fabric.ts';
import { FcpTasks } from './fcp-tasks.ts';
import { fcoeMessage } from './messages.ts';
import type { FcoeReports } from './reports.ts';

/** Why an ABTS is refused: the exchange is not known (FC-FS-3 table 62). */
const BA_RJT = { logicalError: 3, unknownExchange: 3 } as const;

/** A machine that has logged in to this port. */
interface Session {
  readonly initiator: Wwn;
  readonly frameBytes: number;
  /** Commands may come; undefined before PRLI. */
  tasks: FcpTasks | undefined;
}

export class TargetPort implements FabricPort {
  readonly id: number;
  readonly portName: Wwn;
  readonly nodeName: Wwn;
  readonly zone: ReadonlySet<Wwn> | undefined;
  private readonly fabric: Fabric;
  private readonly units: Units;
  private readonly reports: FcoeReports;
  /** By the address of the machine. */
  private readonly sessions = new Map<number, Session>();

  constructor(
    fabric: Fabric,
    {
      portName,
      zone,
      units,
    }: { readonly portName: Wwn; readonly zone: ReadonlySet<Wwn> | undefined; readonly units: Units },
    reports: FcoeReports,
  ) {
    this.fabric = fabric;
    this.id = fabric.diskId();
    this.portName = portName;
    this.nodeName = portName;
    this.zone = zone;
    this.units = units;
    this.reports = reports;
  }

  gone(other: FabricPort): void {
    this.end(other.id, 'lost');
  }

  receive(frame: FcFrame): void {
    const session = this.sessions.get(frame.source);
    if (frame.rCtl === FC_R_CTL.elsRequest) this.linkService(frame);
    else if (frame.rCtl === FC_R_CTL.abts) this.abort(frame, session);
    else if (frame.type !== FC_TYPE.fcp) return;
    else if (session?.tasks === undefined) this.answerLogout(frame);
    else session.tasks.receive(frame);
  }

  private send(frame: FcFrame): void {
    this.fabric.deliver(frame, this);
  }

  private reply(frame: FcFrame, payload: Uint8Array): void {
    this.send(answerTo(frame, FC_R_CTL.elsReply, this.fabric.nextXid(), payload));
  }

  private linkService(frame: FcFrame): void {
    const command = frame.payload.length === 0 ? 0 : byteAt(frame.payload, 0);
    const session = this.sessions.get(frame.source);
    const login = LS_RJT_EXPLANATION.noLogin;
    const refusal = (reason: number, explanation: number): Uint8Array => encodeReject({ reason, explanation });
    switch (command) {
      case ELS.plogi:
        this.portLogin(frame);
        return;
      case ELS.prli:
        if (session === undefined) this.reply(frame, refusal(LS_RJT_REASON.unable, login));
        else this.processLogin(frame, session);
        return;
      case ELS.prlo:
        this.end(frame.source, 'logout', true);
        this.reply(
          frame,
          encodeProcessLogin({ command: ELS.accept, type: FC_TYPE.fcp, flags: PRLI_FLAG.accepted, parameters: 0 }),
        );
        return;
      case ELS.logo:
        this.end(frame.source, 'logout');
        this.reply(frame, encodeAccept());
        return;
      case ELS.rtv:
        this.reply(frame, encodeTimeouts());
        return;
      case ELS.adisc:
        this.reply(frame, session === undefined ? refusal(LS_RJT_REASON.unable, login) : this.address(frame));
        return;
      case ELS.rrq:
        this.reply(frame, encodeAccept());
        return;
      default:
        this.reply(frame, refusal(LS_RJT_REASON.unsupported, LS_RJT_EXPLANATION.notSupported));
    }
  }

  private portLogin(frame: FcFrame): void {
    const login = decodeLogin(frame.payload, false);
    if (!login.ok) return;
    this.end(frame.source, 'logout');
    const frameBytes = Math.max(256, Math.min(this.fabric.frameBytes, login.value.receiveSize) & ~3);
    this.sessions.set(frame.source, { initiator: login.value.portName, frameBytes, tasks: undefined });
    this.reply(frame, this.fabric.portLoginAnswer(this.portName, this.nodeName));
  }

  private processLogin(frame: FcFrame, session: Session): void {
    const asked = decodeProcessLogin(frame.payload);
    if (!asked.ok || asked.value.type !== FC_TYPE.fcp) {
      const explanation = LS_RJT_EXPLANATION.cannotGive;
      this.reply(frame, encodeReject({ reason: LS_RJT_REASON.unable, explanation }));
      return;
    }
    const initiator = formatWwn(session.initiator);
    const nexus = `${initiator} ${formatWwn(this.portName)}`;
    if (session.tasks === undefined) {
      for (const unit of this.units.values()) unit.attach(nexus);
      const message = fcoeMessage('fcoe.login', { initiator, port: formatWwn(this.portName) });
      this.reports.say('login', 'info', message, 'FC-LS-3 §4.2.22');
    }
    session.tasks?.abortAll();
    session.tasks = new FcpTasks({
      units: this.units,
      nexus,
      initiator: session.initiator,
      port: formatWwn(this.portName),
      frameBytes: session.frameBytes,
      reports: this.reports,
      nextXid: () => this.fabric.nextXid(),
      send: (answer) => this.send(answer),
    });
    const flags = PRLI_FLAG.establish | PRLI_FLAG.accepted;
    const parameters = PRLI_FCP.target | PRLI_FCP.noReadReady;
    this.reply(frame, encodeProcessLogin({ command: ELS.accept, type: FC_TYPE.fcp, flags, parameters }));
  }

  /** ADISC: who has this address (FC-LS-3 §4.2.31). */
  private address(frame: FcFrame): Uint8Array {
    const out = frame.payload.slice(0, 28);
    out[0] = ELS.accept;
    out.set(encodeLogout({ id: this.id, portName: this.portName }).subarray(8), 8);
    out.set(encodeLogout({ id: this.id, portName: this.nodeName }).subarray(8), 16);
    out.set([this.id >>> 16, this.id >>> 8, this.id], 25);
    return out;
  }

  private abort(frame: FcFrame, session: Session | undefined): void {
    const rxId = session?.tasks?.abort(frame.oxId);
    if (rxId === undefined) {
      const no = encodeBaRjt(BA_RJT.logicalError, BA_RJT.unknownExchange);
      this.send(answerTo(frame, FC_R_CTL.baRjt, frame.rxId, no));
      return;
    }
    const what = { initiator: formatWwn(session?.initiator ?? 0n), port: formatWwn(this.portName) };
    this.reports.once(
      'aborted',
      'note',
      `${what.initiator} ${what.port}`,
      fcoeMessage('fcoe.aborted', what),
      'FCP-4 §12.3',
    );
    this.send(answerTo(frame, FC_R_CTL.baAcc, rxId, encodeBaAcc(frame.oxId, rxId)));
  }

  /** A command of a machine that is not logged in is answered with a logout (FC-LS-3 §6.3). */
  private answerLogout(frame: FcFrame): void {
    if (frame.rCtl !== FC_R_CTL.unsolicitedCommand) return;
    const payload = encodeLogout({ id: this.id, portName: this.portName });
    const rest = { rCtl: FC_R_CTL.elsRequest, type: FC_TYPE.els, oxId: this.fabric.nextXid(), payload };
    this.send(requestFrame({ ...rest, source: this.id, destination: frame.source }));
  }

  /** `processOnly`: the port stays logged in. */
  private end(id: number, how: 'logout' | 'lost', processOnly = false): void {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    if (!processOnly) this.sessions.delete(id);
    const { tasks } = session;
    session.tasks = undefined;
    if (tasks === undefined) return;
    tasks.abortAll();
    const initiator = formatWwn(session.initiator);
    const port = formatWwn(this.portName);
    for (const unit of this.units.values()) unit.detach(`${initiator} ${port}`);
    const message = fcoeMessage(`fcoe.${how}`, { initiator, port, ...tasks.done });
    this.reports.say(how, 'info', message, 'FC-LS-3 §4.2.6');
  }
}

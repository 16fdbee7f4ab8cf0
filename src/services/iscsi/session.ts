/** A session after its login (RFC 7143 §4.2.2, §11): order of commands, tasks, text, logout. */
import { toHex } from '../../base/bytes.ts';
import { decodeKeys, encodeKeys } from '../../protocols/iscsi/keys.ts';
import {
  LOGOUT_REASON,
  LOGOUT_RESPONSE,
  NO_TAG,
  REJECT_REASON,
  TASK_FUNCTION,
  TASK_RESPONSE,
} from '../../protocols/iscsi/fields.ts';
import type {
  DataOut,
  InitiatorPdu,
  LogoutRequest,
  ScsiCommandPdu,
  TargetPdu,
  TaskManagementRequest,
  TextRequest,
} from '../../protocols/iscsi/pdu.ts';
import { lunNumber } from '../../protocols/scsi/lun.ts';
import type { LoginResult } from './login.ts';
import type { Reply } from './reply.ts';
import type { SessionReport } from './session-report.ts';
import { TaskRunner } from './tasks.ts';
import type { IscsiTarget } from './targets.ts';

/** Commands that the initiator may send before one is answered. */
const QUEUE_DEPTH = 64;

export interface SessionContext {
  /** Initiator name and ISID. */
  readonly nexus: string;
  readonly login: LoginResult;
  readonly report: SessionReport;
  /** First numbers, from the login. */
  readonly expCmdSn: number;
  readonly statSn: number;
  /** Targets with an address of each that the initiator may see. */
  targetsFor(initiator: string): readonly { readonly target: IscsiTarget; readonly address: string }[];
  send(pdu: TargetPdu): void;
  /** Ends the connection after what was sent. */
  close(how: 'logout' | 'lost'): void;
}

/** Serial numbers go round (RFC 1982). */
function after(a: number, b: number): number {
  return (a - b) | 0;
}

export class Session {
  private readonly context: SessionContext;
  private readonly tasks: TaskRunner | undefined;
  private expCmdSn: number;
  private statSn: number;
  /** Commands that came before their turn. */
  private readonly early = new Map<number, InitiatorPdu>();

  constructor(context: SessionContext) {
    this.context = context;
    this.expCmdSn = context.expCmdSn;
    this.statSn = context.statSn;
    const { login, nexus, report } = context;
    if (login.target === undefined) return;
    for (const unit of login.target.units.values()) unit.attach(nexus);
    this.tasks = new TaskRunner({ login, target: login.target, nexus, report, reply: (pdu) => this.reply(pdu) });
  }

  /** The connection is gone. */
  end(): void {
    for (const unit of this.context.login.target?.units.values() ?? []) unit.detach(this.context.nexus);
  }

  receive(pdu: InitiatorPdu, header: Uint8Array, isGood: boolean): void {
    if (!isGood) {
      // RFC 7143 §7.8: the PDU is refused; without recovery its task cannot go on.
      this.reject(REJECT_REASON.dataDigest, header);
      if (pdu.kind === 'data-out') this.tasks?.spoil(pdu.tag);
      return;
    }
    if (!('cmdSn' in pdu) || !('isImmediate' in pdu)) {
      this.handle(pdu, header);
      return;
    }
    const ahead = after(pdu.cmdSn, this.expCmdSn);
    if (pdu.isImmediate) {
      if (ahead >= 0 && ahead <= QUEUE_DEPTH) this.handle(pdu, header);
      return;
    }
    // RFC 7143 §4.2.2.1: what lies outside the window is ignored.
    if (ahead < 0 || ahead >= this.window) return;
    if (ahead > 0) {
      this.early.set(pdu.cmdSn, pdu);
      return;
    }
    let next: InitiatorPdu | undefined = pdu;
    while (next !== undefined) {
      this.expCmdSn = (this.expCmdSn + 1) >>> 0;
      this.handle(next, header);
      next = this.early.get(this.expCmdSn);
      this.early.delete(this.expCmdSn);
    }
  }

  private get window(): number {
    return QUEUE_DEPTH - (this.tasks?.waiting ?? 0);
  }

  private handle(pdu: InitiatorPdu, header: Uint8Array): void {
    switch (pdu.kind) {
      case 'scsi-command':
        this.command(pdu, header);
        break;
      case 'data-out':
        this.data(pdu, header);
        break;
      case 'nop-out':
        // RFC 7143 §11.18: a tag asks for an answer; without one it is an answer itself, to what nobody asks here.
        if (pdu.tag !== NO_TAG) {
          const { tag, data } = pdu;
          this.reply({ kind: 'nop-in', tag, lun: new Uint8Array(8), transferTag: NO_TAG, data });
        }
        break;
      case 'task-management-request':
        this.manage(pdu);
        break;
      case 'text-request':
        this.answerText(pdu, header);
        break;
      case 'logout-request':
        this.logout(pdu);
        break;
      case 'snack':
        // Recovery is of level 0 (RFC 7143 §7.1).
        this.reject(REJECT_REASON.snack, header);
        break;
      case 'login-request':
        this.reject(REJECT_REASON.protocolError, header);
        break;
    }
  }

  private command(pdu: ScsiCommandPdu, header: Uint8Array): void {
    if (this.tasks === undefined) this.reject(REJECT_REASON.notSupported, header);
    else if (this.tasks.has(pdu.tag)) this.reject(REJECT_REASON.taskInProgress, header);
    else if (!this.tasks.begin(pdu)) this.reject(REJECT_REASON.protocolError, header);
  }

  private data(pdu: DataOut, header: Uint8Array): void {
    if (this.tasks === undefined) this.reject(REJECT_REASON.notSupported, header);
    else this.tasks.take(pdu);
  }

  private manage(pdu: TaskManagementRequest): void {
    this.reply({ kind: 'task-management-response', tag: pdu.tag, response: this.manageTask(pdu) });
  }

  private manageTask(pdu: TaskManagementRequest): number {
    const { tasks } = this;
    const target = this.context.login.target;
    if (tasks === undefined || target === undefined) return TASK_RESPONSE.rejected;
    const lun = lunNumber(pdu.lun);
    const unit = lun === undefined ? undefined : target.units.get(lun);
    switch (pdu.function) {
      case TASK_FUNCTION.abortTask: {
        if (tasks.abort(pdu.referencedTag)) return TASK_RESPONSE.complete;
        // RFC 7143 §11.6.1: a command that was sent before is done or was never seen; both count as aborted.
        return after(pdu.refCmdSn, this.expCmdSn) < 0 ? TASK_RESPONSE.noTask : TASK_RESPONSE.complete;
      }
      case TASK_FUNCTION.abortTaskSet:
      case TASK_FUNCTION.clearTaskSet:
        if (unit === undefined) return TASK_RESPONSE.noLun;
        tasks.abortAll(lun);
        return TASK_RESPONSE.complete;
      case TASK_FUNCTION.logicalUnitReset:
        if (unit === undefined) return TASK_RESPONSE.noLun;
        tasks.abortAll(lun);
        unit.reset();
        return TASK_RESPONSE.complete;
      case TASK_FUNCTION.targetWarmReset:
      case TASK_FUNCTION.targetColdReset:
        tasks.abortAll(undefined);
        for (const one of target.units.values()) one.reset();
        return TASK_RESPONSE.complete;
      case TASK_FUNCTION.taskReassign:
        return TASK_RESPONSE.reassignNotSupported;
      default:
        return TASK_RESPONSE.notSupported;
    }
  }

  private answerText(pdu: TextRequest, header: Uint8Array): void {
    const keys = decodeKeys(pdu.data);
    if (!keys.ok || pdu.continues) {
      this.reject(REJECT_REASON.protocolError, header);
      return;
    }
    const out: (readonly [string, string])[] = [];
    for (const [key, value] of keys.value) {
      if (key === 'SendTargets') out.push(...this.listTargets(value));
      else out.push([key, 'NotUnderstood']);
    }
    const data = encodeKeys(out).subarray(0, this.context.login.initiatorSegmentBytes);
    const rest = { lun: new Uint8Array(8), transferTag: NO_TAG, isFinal: true, continues: false };
    this.reply({ kind: 'text-response', tag: pdu.tag, ...rest, data });
  }

  /** RFC 7143 appendix C. */
  private listTargets(which: string): readonly (readonly [string, string])[] {
    const { login } = this.context;
    const isOwn = (name: string): boolean => login.target === undefined || name === login.target.setting.name;
    return this.context
      .targetsFor(login.initiator)
      .filter(({ target: { setting } }) => (which === 'All' && isOwn(setting.name)) || matches(which, setting.name))
      .flatMap(({ target: { setting }, address }) => [
        ['TargetName', setting.name] as const,
        ['TargetAddress', address] as const,
      ]);

    function matches(asked: string, name: string): boolean {
      return asked === '' ? login.target?.setting.name === name : asked === name;
    }
  }

  private logout({ tag, reason }: LogoutRequest): void {
    const response = reason === LOGOUT_REASON.recovery ? LOGOUT_RESPONSE.noRecovery : LOGOUT_RESPONSE.closed;
    this.reply({ kind: 'logout-response', tag, response, time2Wait: 2, time2Retain: 0 });
    if (response === LOGOUT_RESPONSE.closed) this.context.close('logout');
  }

  private reject(reason: number, header: Uint8Array): void {
    this.reply({ kind: 'reject', tag: NO_TAG, reason, dataSn: 0, data: header.slice(0, 48) });
  }

  /** Numbers an answer and sends it. */
  private reply(pdu: Reply): void {
    // RFC 7143 §11.7.4, §11.8: data and R2Ts carry no status, and do not use up its number.
    const isStatus = pdu.kind === 'data-in' ? pdu.status !== undefined : pdu.kind !== 'ready-to-transfer';
    const maxCmdSn = (this.expCmdSn + this.window - 1) >>> 0;
    this.context.send({ ...pdu, statSn: this.statSn, expCmdSn: this.expCmdSn, maxCmdSn });
    if (isStatus) this.statSn = (this.statSn + 1) >>> 0;
  }
}

/** How a session is named between both sides (RFC 7143 §4.2.3: the I_T nexus). */
export function nexusOf(initiator: string, isid: Uint8Array): string {
  return `${initiator},i,0x${toHex(isid)}`;
}

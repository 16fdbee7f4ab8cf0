/** A connection to the target: its bytes as PDUs, its login, then its session. */
import { formatIpv4 } from '../../base/address.ts';
import type { EventSink } from '../../base/event-log.ts';
import type { Rng } from '../../base/rng.ts';
import type { Message } from '../../base/sentence.ts';
import { whyUnreadable } from '../../base/unreadable.ts';
import type { TcpConnection } from '../../net/host/types.ts';
import { PduReader } from '../../protocols/iscsi/decode.ts';
import { encodePdu, NO_DIGESTS, type Digests } from '../../protocols/iscsi/encode.ts';
import type { InitiatorPdu, IscsiPdu, LoginRequest, TargetPdu } from '../../protocols/iscsi/pdu.ts';
import { TcpSender } from '../files/tcp-sender.ts';
import { Login, refuseLogin, TARGET_SEGMENT_BYTES, type LoginAnswer, type LoginRefusal } from './login.ts';
import { iscsiMessage } from './messages.ts';
import { report, SessionReport, type Writers } from './session-report.ts';
import type { IscsiTarget } from './targets.ts';
import { nexusOf, Session } from './session.ts';

/** Answers that wait for the client, in bytes; then nothing more is read from it. */
const MAX_QUEUED_BYTES = 1024 * 1024;

/** The server that a connection belongs to. */
export interface ConnectionServer {
  readonly log: EventSink;
  readonly rng: Rng;
  readonly targets: ReadonlyMap<string, IscsiTarget>;
  readonly writers: Writers;
  targetsFor(initiator: string): readonly IscsiTarget[];
  /** A session begins; returns its handle. */
  begin(nexus: string, connection: IscsiConnection): number;
  ended(nexus: string, connection: IscsiConnection): void;
  /** Why a login that names a session by its handle cannot join it. */
  whyNotJoin(tsih: number): LoginRefusal;
}

export class IscsiConnection {
  readonly client: string;
  private readonly connection: TcpConnection;
  private readonly server: ConnectionServer;
  private readonly sender: TcpSender;
  private readonly reader = new PduReader(TARGET_SEGMENT_BYTES);
  private digests: Digests = NO_DIGESTS;
  private login: Login | undefined;
  private session: Session | undefined;
  private sessionReport: SessionReport | undefined;
  private nexus = '';
  private statSn = 0;
  private queuedBytes = 0;
  private isOver = false;
  private isPaused = false;

  constructor(connection: TcpConnection, server: ConnectionServer) {
    this.connection = connection;
    this.server = server;
    this.client = formatIpv4(connection.remote.address);
    this.sender = new TcpSender(connection);
    connection.onData = (data) => {
      this.reader.push(data);
      this.work();
    };
    connection.onEnd = () => this.end('lost');
    connection.onClose = () => {
      this.sender.clear();
      this.end('lost');
    };
  }

  /** Ends the session, if there is one, and the connection after what was sent. */
  end(how: 'logout' | 'lost' | 'reinstated'): void {
    if (this.isOver) return;
    this.isOver = true;
    this.session?.end();
    this.sessionReport?.ended(how);
    this.server.ended(this.nexus, this);
    if (how === 'reinstated') this.connection.abort();
    else this.sender.end();
  }

  private work(): void {
    while (!this.isOver) {
      if (this.queuedBytes > MAX_QUEUED_BYTES) {
        if (!this.isPaused) this.connection.pause();
        this.isPaused = true;
        return;
      }
      const next = this.reader.next();
      if (!next.ok) {
        this.fail(whyUnreadable(next.error));
        return;
      }
      if (next.value === undefined) break;
      const { pdu, header, kind } = next.value;
      if (!isFromInitiator(pdu)) {
        this.fail(iscsiMessage('iscsi.not-from-initiator', { pdu: pdu.kind }), 'RFC 7143 §11.2.1.2');
        return;
      }
      if (this.session !== undefined) this.session.receive(pdu, header, kind === 'pdu');
      else if (pdu.kind === 'login-request') this.logIn(pdu);
      else {
        this.fail(iscsiMessage('iscsi.before-login', { pdu: pdu.kind }), 'RFC 7143 §6.3');
        return;
      }
    }
    if (!this.isPaused || this.isOver) return;
    this.isPaused = false;
    this.connection.resume();
  }

  private fail(reason: Message, rule?: string): void {
    const { client } = this;
    report(this.server.log, 'protocol', 'warn', iscsiMessage('iscsi.protocol', { client, reason }), rule);
    this.end('lost');
    this.connection.abort();
  }

  private send(pdu: TargetPdu): void {
    const bytes = encodePdu(pdu, this.digests);
    this.queuedBytes += bytes.length;
    this.sender.send(bytes, (taken) => {
      this.queuedBytes -= taken;
      if (this.isPaused && this.queuedBytes <= MAX_QUEUED_BYTES / 2) this.work();
    });
  }

  private logIn(request: LoginRequest): void {
    this.login ??= new Login(this.server.targets, this.server.rng);
    const { login } = this;
    const early = request.tsih === 0 ? undefined : this.server.whyNotJoin(request.tsih);
    const answer = early === undefined ? login.step(request) : refuseLogin(request, early);
    const { result } = answer;
    if (result === undefined) {
      this.answer(request, answer, request.tsih);
      if (answer.refusal !== undefined) this.refused(login, answer.refusal, request);
      return;
    }
    const { initiator, target, values, isChap } = result;
    const name = target?.setting.name;
    this.nexus = `${nexusOf(initiator, request.isid)} ${name ?? ''}`;
    const tsih = this.server.begin(this.nexus, this);
    this.answer(request, answer, tsih);
    this.digests = { header: values.HeaderDigest === 'CRC32C', data: values.DataDigest === 'CRC32C' };
    this.reader.digests = this.digests;
    const { client, server } = this;
    if (name === undefined) {
      report(server.log, 'discovery', 'info', iscsiMessage('iscsi.discovery', { initiator, client }));
    } else {
      const keys = result.settled.map(({ key, result: settled }) => `${key}=${settled ?? 'NotUnderstood'}`).join(' ');
      const id = isChap ? 'iscsi.login-chap' : 'iscsi.login';
      report(server.log, 'login', 'info', iscsiMessage(id, { initiator, client, target: name, keys }));
      this.sessionReport = new SessionReport(server.log, server.writers, initiator, name);
    }
    const address = `${formatIpv4(this.connection.local.address)}:${this.connection.local.port},1`;
    this.session = new Session({
      nexus: this.nexus,
      login: result,
      report: this.sessionReport ?? new SessionReport(server.log, server.writers, initiator, ''),
      expCmdSn: request.cmdSn,
      statSn: this.statSn,
      targetsFor: (who) => server.targetsFor(who).map((one) => ({ target: one, address })),
      send: (pdu) => this.send(pdu),
      close: (how) => this.end(how),
    });
  }

  private refused(login: Login, refusal: LoginRefusal, { tsih }: LoginRequest): void {
    const initiator = login.initiator === '' ? this.client : login.initiator;
    const target = login.targetName ?? String(tsih);
    const reason = iscsiMessage(`iscsi.${refusal}`, { initiator, target });
    const message = iscsiMessage('iscsi.refused', { client: this.client, reason });
    report(this.server.log, refusal, 'warn', message, 'RFC 7143 §11.13.5');
    this.end('lost');
  }

  private answer(request: LoginRequest, answer: LoginAnswer, tsih: number): void {
    const { status, isTransit, currentStage, nextStage, data } = answer;
    this.send({
      kind: 'login-response',
      tag: request.tag,
      isTransit,
      continues: false,
      currentStage,
      nextStage,
      versionMax: 0,
      versionActive: 0,
      isid: request.isid,
      tsih,
      statSn: this.statSn,
      expCmdSn: request.cmdSn,
      maxCmdSn: request.cmdSn,
      status,
      data,
    });
    this.statSn = (this.statSn + 1) >>> 0;
  }
}

const FROM_INITIATOR: ReadonlySet<IscsiPdu['kind']> = new Set<InitiatorPdu['kind']>([
  'nop-out',
  'scsi-command',
  'task-management-request',
  'login-request',
  'text-request',
  'data-out',
  'logout-request',
  'snack',
]);

function isFromInitiator(pdu: IscsiPdu): pdu is InitiatorPdu {
  return FROM_INITIATOR.has(pdu.kind);
}

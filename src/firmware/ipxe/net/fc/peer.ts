/** A port of somebody else, by its name: looked for in every fabric until it is found, then logged in to. */
import { anyOf, after, Inbox, startTask, type RunningTask, type Task } from '../../../../base/time/task.ts';
import { Emitter } from '../../../../base/emitter.ts';
import { toHex } from '../../../../base/bytes.ts';
import { FC_ID, FC_R_CTL, FC_TYPE } from '../../../../protocols/fc/fields.ts';
import { formatFcId, formatWwn, type Wwn } from '../../../../protocols/fc/wwn.ts';
import { decodeProcessLogin, encodeProcessLogin } from '../../../../protocols/fcels/codec.ts';
import { ELS, PRLI, PRLI_FCP, PRLI_FLAG } from '../../../../protocols/fcels/fields.ts';
import { Err, OK, strerror, type Status } from '../../errors.ts';
import { ipxeMessage } from '../../messages.ts';
import { ticksNs } from '../ticks.ts';
import { FcRoom, LINK_RETRY, type FcPort, type PortListener } from './port.ts';

const FCP_PARAMETERS_BYTES = 4;

/** Ports of this iPXE, and those of others that it uses. */
export class FibreChannel extends FcRoom {
  readonly peers: FcPeer[] = [];
}

export class FcPeer implements PortListener {
  readonly name: Wwn;
  /** The port through which it is logged in, and its address there. */
  port: FcPort | undefined;
  id: number = FC_ID.none;
  link: Status = Err.fcLinkUnknown;
  /** Of FCP on top of it. */
  fcpLink: Status = Err.fcLinkUnknown;
  isTarget = false;
  /** FCP has come up. */
  readonly linkUp = new Emitter<void>();
  private parameters = new Uint8Array(0);
  private readonly fc: FibreChannel;
  private readonly news = new Inbox<undefined>();
  private readonly running: RunningTask<void>;
  private users = 0;

  private constructor(fc: FibreChannel, name: Wwn) {
    this.fc = fc;
    this.name = name;
    fc.peers.push(this);
    fc.listeners.add(this);
    this.running = startTask(this.keepLoggedIn());
  }

  /** The peer with this name, for one user more. */
  static get(fc: FibreChannel, name: Wwn): FcPeer {
    const peer = fc.peers.find((each) => each.name === name) ?? new FcPeer(fc, name);
    peer.users++;
    return peer;
  }

  /** A user less; without any it is forgotten. */
  put(): void {
    if (--this.users > 0) return;
    this.running.cancel();
    this.fc.peers.splice(this.fc.peers.indexOf(this), 1);
    this.fc.listeners.delete(this);
  }

  /** What `fcstat` prints. */
  get description(): string {
    const up =
      this.port === undefined ? '' : ` up, port ${this.port.name} id ${formatFcId(this.id).replaceAll('.', ':')}`;
    const link = this.link === OK ? up : ` down: ${strerror(this.link)}`;
    const parameters =
      this.fcpLink === OK ? ` up, params ${toHex(this.parameters, ':')}` : ` down: ${strerror(this.fcpLink)}`;
    return `${formatWwn(this.name)}:\n  [Link:${link}]\n  [Type 08 link:${parameters}]\n`;
  }

  portChanged(port: FcPort): void {
    if (this.port === port && port.link !== OK) this.down(Err.fcNotConnected);
    this.news.push(undefined);
  }

  loggedOut(port: FcPort, id: number): void {
    if (this.port === port && this.id === id) this.down(Err.fcLinkUnknown);
  }

  private down(status: Status): void {
    this.port = undefined;
    this.id = FC_ID.none;
    this.link = status;
    this.fcpLink = status;
  }

  private *keepLoggedIn(): Task<void> {
    const { clock } = this.fc;
    for (;;) {
      if (this.link !== OK) yield* this.logIn();
      if (this.link === OK && this.fcpLink !== OK) yield* this.logInToProcess();
      yield anyOf(this.news.ready, after(clock, ticksNs(LINK_RETRY)));
      this.news.clear();
    }
  }

  private *logIn(): Task<void> {
    for (const port of this.fc.ports) {
      if (port.link !== OK || !port.hasNameServer) continue;
      const found = yield* port.find(this.name);
      if (!found.ok) {
        this.link = found.error;
        continue;
      }
      const status = yield* port.linkService(found.value, ELS.plogi);
      this.link = status;
      if (status !== OK) continue;
      this.port = port;
      this.id = found.value;
      return;
    }
  }

  private *logInToProcess(): Task<void> {
    const { port, id } = this;
    if (port === undefined) return;
    const parameters = PRLI_FCP.initiator | PRLI_FCP.noReadReady;
    const rest = { command: ELS.prli, type: FC_TYPE.fcp, flags: PRLI_FLAG.establish, parameters };
    const answer = yield* port.ask(id, FC_TYPE.els, FC_R_CTL.elsRequest, encodeProcessLogin(rest));
    if (!answer.ok) {
      this.fcpLink = answer.error;
      return;
    }
    const said = decodeProcessLogin(answer.value.payload);
    if (!said.ok || said.value.command !== ELS.accept) {
      this.fcpLink = Err.fcDenied;
      return;
    }
    this.parameters = answer.value.payload.slice(PRLI.parameters, PRLI.parameters + FCP_PARAMETERS_BYTES);
    this.isTarget = (said.value.parameters & PRLI_FCP.target) !== 0;
    this.fcpLink = OK;
    const { log } = this.fc;
    const what = { port: formatWwn(this.name), card: port.name };
    log.emit({ kind: 'decision', code: 'fcp-login', severity: 'info', ...ipxeMessage('ipxe.fcp-login', what) });
    this.linkUp.emit();
  }
}

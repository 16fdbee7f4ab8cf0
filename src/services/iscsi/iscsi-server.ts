/** An iSCSI target server (RFC 7143): one connection a session, error recovery level 0. */
import type { EventSink } from '../../base/event-log.ts';
import type { Rng } from '../../base/rng.ts';
import type { Host } from '../../net/host/types.ts';
import { IscsiConnection, type ConnectionServer } from './connection.ts';
import type { LoginRefusal } from './login.ts';
import type { Writers } from './session-report.ts';
import { isAllowed, type IscsiTarget } from './targets.ts';

/** Connections at a time, of all initiators. */
const MAX_CONNECTIONS = 64;

interface OpenSession {
  readonly connection: IscsiConnection;
  readonly tsih: number;
}

export class IscsiServer implements ConnectionServer {
  readonly log: EventSink;
  readonly rng: Rng;
  readonly targets: ReadonlyMap<string, IscsiTarget>;
  readonly writers: Writers = new Map();
  /** By I_T nexus. */
  private readonly sessions = new Map<string, OpenSession>();
  private connections = 0;
  private nextTsih = 1;

  constructor(log: EventSink, rng: Rng, targets: ReadonlyMap<string, IscsiTarget>) {
    this.log = log;
    this.rng = rng;
    this.targets = targets;
  }

  listen(host: Host, port: number): void {
    host.listenTcp(port, (connection) => {
      if (this.connections >= MAX_CONNECTIONS) {
        connection.abort();
        return;
      }
      this.connections++;
      // oxlint-disable-next-line no-new -- it lives as long as its connection
      new IscsiConnection(connection, this);
    });
  }

  targetsFor(initiator: string): readonly IscsiTarget[] {
    return [...this.targets.values()].filter((target) => isAllowed(target, initiator));
  }

  /** A session begins; one of the same initiator and port to the same target ends (RFC 7143 §6.3.5). Returns its handle. */
  begin(nexus: string, connection: IscsiConnection): number {
    this.sessions.get(nexus)?.connection.end('reinstated');
    const tsih = this.nextTsih;
    this.nextTsih = tsih === 0xffff ? 1 : tsih + 1;
    this.sessions.set(nexus, { connection, tsih });
    return tsih;
  }

  ended(nexus: string, connection: IscsiConnection): void {
    this.connections--;
    if (this.sessions.get(nexus)?.connection === connection) this.sessions.delete(nexus);
  }

  /** A login that names a session wants to add a connection to it, or to bring back a lost one: neither is done. */
  whyNotJoin(tsih: number): LoginRefusal {
    const isThere = [...this.sessions.values()].some((session) => session.tsih === tsih);
    return isThere ? 'second-connection' : 'no-session';
  }
}

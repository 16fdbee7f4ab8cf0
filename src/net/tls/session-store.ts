/** Sessions that a server remembers, the newest ones; what a ticket says (RFC 5077) it keeps by the ticket. */
import { toHex } from '../../base/bytes.ts';
import { RecentMap } from '../../base/lists/recent-map.ts';
import type { CipherSuite } from '../../protocols/tls/cipher/suites.ts';

export interface ServerSession {
  readonly masterSecret: Uint8Array;
  readonly version: number;
  readonly suite: CipherSuite;
  readonly isExtended: boolean;
  readonly serverName: string | undefined;
  readonly clientChain: readonly Uint8Array[];
}

const MAX_SESSIONS = 256;

export class SessionStore {
  private readonly sessions = new RecentMap<string, ServerSession>(MAX_SESSIONS);

  add(ticket: Uint8Array, session: ServerSession): void {
    this.sessions.set(toHex(ticket), session);
  }

  find(ticket: Uint8Array): ServerSession | undefined {
    return ticket.length === 0 ? undefined : this.sessions.get(toHex(ticket));
  }
}

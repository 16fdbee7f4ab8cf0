/** `iscsi:` root paths: connects, logs in with the credentials of the settings, follows redirections, finds the disk. */
import type { Ipv4Address } from '../../../../base/address.ts';
import { err, ok } from '../../../../base/result.ts';
import type { Task } from '../../../../base/time/task.ts';
import { ISCSI_PORT } from '../../../../protocols/iscsi/fields.ts';
import { Err } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { ipxeMessage } from '../../messages.ts';
import { resolveHost } from '../../net/dns.ts';
import type { NetDevice } from '../../net/link/netdev.ts';
import type { ChapUser, SanPath } from '../../san/path.ts';
import { ScsiDisk } from '../../san/scsi-disk.ts';
import type { Outcome } from '../../settings/types.ts';
import type { SchemeSpec } from '../scheme.ts';
import { PduConnection } from './connection.ts';
import { Login, type LoginIdentity, type LoginResult } from './login.ts';
import { parseRootPath, type IscsiRootPath } from './root-path.ts';
import { IscsiSession } from './session.ts';

/** Tags begin so, and are counted through all sessions. */
const FIRST_TAG = 0x18ae_0000;
/** RFC 7143 §11.12.5: 1 is a number of IANA's enterprises, and 10019 is that of iPXE's makers. */
const ISID = [0x40, 0x00, 0x27, 0x23] as const;
const FIRST_EXP_STAT_SN = 1;
const CHALLENGE_BYTES = 16;
const DEFAULT_NAME = 'iqn.2010-04.org.ipxe:';
const MAX_REDIRECTS = 8;

/** The name that is set, else one made of the host name or of the machine's number. */
function initiatorName(ipxe: Ipxe): string | undefined {
  const text = (name: string): string | undefined => {
    const value = ipxe.settings.getText(name);
    return value === '' ? undefined : value;
  };
  const own = text('hostname') ?? text('uuid');
  return text('initiator-iqn') ?? (own === undefined ? undefined : `${DEFAULT_NAME}${own}`);
}

/** Nobody, a user, or a user and a target that proves itself; anything between is refused. */
function credentials(ipxe: Ipxe): Outcome<{ user: ChapUser | undefined; reverse: ChapUser | undefined }> {
  const pair = (nameKey: string, secretKey: string): ChapUser | 'half' | undefined => {
    const name = ipxe.settings.getText(nameKey) ?? '';
    const secret = ipxe.settings.getText(secretKey) ?? '';
    if (name === '' && secret === '') return undefined;
    return name === '' || secret === '' ? 'half' : { name, secret };
  };
  const user = pair('username', 'password');
  const reverse = pair('reverse-username', 'reverse-password');
  const isMixed = user === 'half' || reverse === 'half' || (user === undefined && reverse !== undefined);
  return isMixed ? err(Err.iscsiCredentialMix) : ok({ user, reverse });
}

/** The card that leads to an address: that of its network, else one with a gateway. */
function cardTo(ipxe: Ipxe, address: Ipv4Address): NetDevice | undefined {
  const { open } = ipxe.netdevs;
  const near = open.find((device) => {
    const config = ipxe.ip.config(device);
    return config !== undefined && ((config.address ^ address) & config.mask) === 0;
  });
  return near ?? open.find((device) => (ipxe.ip.config(device)?.gateway ?? 0) !== 0);
}

class IscsiInitiator {
  private readonly ipxe: Ipxe;
  private lastTag = FIRST_TAG;

  constructor(ipxe: Ipxe) {
    this.ipxe = ipxe;
  }

  private readonly nextTag = (): number => (this.lastTag = (this.lastTag + 1) >>> 0);

  *open(rootPath: IscsiRootPath): Task<Outcome<SanPath>> {
    const { ipxe } = this;
    const initiator = initiatorName(ipxe);
    if (initiator === undefined) return err(Err.iscsiNoInitiator);
    const users = credentials(ipxe);
    if (!users.ok) return users;
    const identity = { initiator, target: rootPath.target, ...users.value };
    let { server, port } = rootPath;
    for (let round = 0; round < MAX_REDIRECTS; round++) {
      const address = yield* resolveHost(ipxe, server);
      if (!address.ok) return address;
      const opened = yield* PduConnection.open(ipxe, address.value, port);
      if (!opened.ok) return opened;
      const connection = opened.value;
      const session = yield* this.login(connection, identity);
      if (!session.ok) return session;
      if (session.value.kind === 'session') {
        return yield* this.disk(connection, session.value, identity, { ...rootPath, address: address.value, port });
      }
      [server, port] = splitAddress(session.value.address);
    }
    return err(Err.iscsiStatus);
  }

  /** Closes the connection unless a session begins on it. */
  private *login(connection: PduConnection, identity: LoginIdentity): Task<Outcome<LoginResult>> {
    const { rng } = this.ipxe;
    const isid = Uint8Array.of(...ISID, ...randomBytes(() => rng.u32(), 2));
    const bytes = randomBytes(() => rng.u32(), CHALLENGE_BYTES);
    const challenge = { identifier: rng.u32() & 0xff, bytes };
    const login = new Login(connection, identity, {
      tag: this.nextTag(),
      isid,
      expStatSn: FIRST_EXP_STAT_SN,
      challenge,
    });
    let hasSession = false;
    try {
      const result = yield* login.run();
      hasSession = result.ok && result.value.kind === 'session';
      return result;
    } finally {
      if (!hasSession) connection.close();
    }
  }

  private *disk(
    connection: PduConnection,
    { expStatSn, maxSendBytes }: Extract<LoginResult, { readonly kind: 'session' }>,
    identity: LoginIdentity,
    at: IscsiRootPath & { readonly address: Ipv4Address },
  ): Task<Outcome<SanPath>> {
    const { ipxe } = this;
    const card = cardTo(ipxe, at.address);
    if (card === undefined) {
      connection.close();
      return err(Err.noRoute);
    }
    const { address, port, lun } = at;
    const message = ipxeMessage('ipxe.iscsi-login', { target: identity.target, initiator: identity.initiator });
    ipxe.log.emit({ kind: 'decision', code: 'iscsi-login', severity: 'info', ...message });
    const session = new IscsiSession({
      connection,
      lun,
      expStatSn,
      maxSendBytes,
      nextTag: this.nextTag,
      description: { kind: 'iscsi', card, address, port, lun, ...identity },
    });
    return yield* ScsiDisk.open(session);
  }
}

function randomBytes(u32: () => number, count: number): Uint8Array {
  return Uint8Array.from({ length: count }, () => u32() & 0xff);
}

/** `HOST[:PORT][,PORTAL]` (RFC 7143 §13.8). */
function splitAddress(text: string): [server: string, port: number] {
  const [place = ''] = text.split(',');
  const parts = /^(.*?)(?::(\d{1,5}))?$/.exec(place);
  const server = parts?.[1] ?? place;
  return [server, Number(parts?.[2] ?? ISCSI_PORT)];
}

export const iscsiScheme: SchemeSpec = {
  id: 'iscsi',
  disk: 'SANBOOT_PROTO_ISCSI',
  start: (ipxe) => {
    const initiator = new IscsiInitiator(ipxe);
    return {
      *openDisk(uri): Task<Outcome<SanPath>> {
        const rootPath = parseRootPath(uri);
        return rootPath.ok ? yield* initiator.open(rootPath.value) : rootPath;
      },
    };
  },
};

/** `fcp:NAME:LUN`: disks of Fibre Channel, found by the name of their port in any fabric that a card has reached. */
import { err, ok } from '../../../../base/result.ts';
import { NS_PER_S } from '../../../../base/time/clock.ts';
import { after, anyOf, Inbox, type Task } from '../../../../base/time/task.ts';
import { byteAt } from '../../../../base/bytes.ts';
import { FC_F_CTL, FC_R_CTL, FC_TYPE } from '../../../../protocols/fc/fields.ts';
import { formatWwn, parseWwn, type Wwn } from '../../../../protocols/fc/wwn.ts';
import { decodeFcpResponse, decodeFcpTransferReady, encodeFcpCommand } from '../../../../protocols/fcp/codec.ts';
import { SCSI_STATUS } from '../../../../protocols/scsi/fields.ts';
import { Err, OK } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { ipxeMessage } from '../../messages.ts';
import type { FcExchange } from '../../net/fc/exchange.ts';
import { FcPeer } from '../../net/fc/peer.ts';
import { FRAME_BYTES } from '../../net/fc/port.ts';
import type { Uri } from '../../net/transfer/uri.ts';
import { parseLun } from '../../san/lun-text.ts';
import type { SanPath } from '../../san/path.ts';
import { ScsiDisk, type ScsiData, type ScsiTransport } from '../../san/scsi-disk.ts';
import type { Outcome } from '../../settings/types.ts';
import type { SchemeSpec } from '../scheme.ts';

interface FcpAddress {
  readonly name: Wwn;
  readonly lun: Uint8Array;
}

const OPAQUE = /^(.{23}):(.*)$/s;
const SENSE_KEY_AT = 2;
/** Fabrics are reached in half of that. */
const PATIENCE_NS = 10 * NS_PER_S;

/** `fcp:NAME:LUN` or `fcp://NAME/LUN`. */
function parseAddress(uri: Uri): Outcome<FcpAddress> {
  const [, nameText, lunText] = OPAQUE.exec(uri.opaque ?? `${uri.host ?? ''}:${(uri.path ?? '').slice(1)}`) ?? [];
  if (nameText === undefined || lunText === undefined) return err(Err.fcpInvalid);
  const name = parseWwn(nameText);
  if (name === undefined) return err(Err.fcInvalidName);
  const lun = parseLun(lunText);
  return lun === undefined ? err(Err.scsiInvalid) : ok({ name, lun });
}

class FcpTransport implements ScsiTransport {
  isOpen = true;
  readonly peer: FcPeer;
  private readonly lun: Uint8Array;

  constructor(peer: FcPeer, lun: Uint8Array) {
    this.peer = peer;
    this.lun = lun;
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.peer.put();
  }

  /** There is no boot table of Fibre Channel. */
  describe(): undefined {
    return undefined;
  }

  *command(cdb: Uint8Array, data: ScsiData): Task<Outcome<Uint8Array>> {
    const { port, id, fcpLink, isTarget } = this.peer;
    if (fcpLink !== OK || port === undefined) return err(fcpLink === OK ? Err.fcNotConnected : fcpLink);
    if (!isTarget) return err(Err.fcpNotTarget);
    const exchange = port.originate(id, FC_TYPE.fcp);
    try {
      return yield* this.run(exchange, cdb, data);
    } finally {
      port.forget(exchange);
    }
  }

  private *run(exchange: FcExchange, cdb: Uint8Array, data: ScsiData): Task<Outcome<Uint8Array>> {
    const inBytes = data.kind === 'in' ? data.bytes : 0;
    const outData = data.kind === 'out' ? data.data : new Uint8Array(0);
    const command = {
      lun: this.lun,
      management: 0,
      isRead: inBytes > 0,
      isWrite: outData.length > 0,
      cdb,
      dataLength: inBytes + outData.length,
    };
    exchange.send({ rCtl: FC_R_CTL.unsolicitedCommand, payload: encodeFcpCommand(command), isOver: true });
    const bytes = new Uint8Array(inBytes);
    for (let moved = 0; ;) {
      const frame = yield* exchange.take();
      if (frame === undefined) return err(Err.fcTimeout);
      const { payload } = frame;
      switch (frame.rCtl) {
        case FC_R_CTL.data: {
          const isPlaced = (frame.fCtl & FC_F_CTL.relativeOffset) !== 0;
          if (!isPlaced || frame.parameter !== moved) return err(Err.fcpOutOfOrder);
          if (moved + payload.length > bytes.length) return err(Err.fcpOverrun);
          bytes.set(payload, moved);
          moved += payload.length;
          break;
        }
        case FC_R_CTL.dataDescriptor: {
          const ready = decodeFcpTransferReady(payload);
          if (!ready.ok || ready.value.offset !== moved) return err(Err.fcpProtocol);
          const end = moved + ready.value.length;
          if (end > outData.length) return err(Err.fcpWriteOverrun);
          if (ready.value.length === 0) return err(Err.fcpStuck);
          while (moved < end) {
            const to = Math.min(end, moved + FRAME_BYTES);
            const piece = outData.subarray(moved, to);
            exchange.send({ rCtl: FC_R_CTL.data, payload: piece, isOver: to === end, offset: moved });
            moved = to;
          }
          break;
        }
        case FC_R_CTL.commandStatus: {
          const response = decodeFcpResponse(payload);
          if (!response.ok) return err(Err.fcpProtocol);
          const { status, sense } = response.value;
          if (status === SCSI_STATUS.good) return moved === command.dataLength ? ok(bytes) : err(Err.fcpUnderrun);
          const key = sense.length > SENSE_KEY_AT ? byteAt(sense, SENSE_KEY_AT) & 0x0f : 0;
          return err(Err.scsiNoSense | (key << 8));
        }
        default:
          return err(Err.fcpProtocol);
      }
    }
  }
}

/** Waits until the disk's port is logged in, however long that takes: like iPXE. */
function* untilUp(ipxe: Ipxe, peer: FcPeer): Task<void> {
  const news = new Inbox<undefined>();
  const unsubscribe = peer.linkUp.on(() => news.push(undefined));
  try {
    yield anyOf(news.ready, after(ipxe.clock, PATIENCE_NS));
    if (peer.fcpLink === OK) return;
    const port = formatWwn(peer.name);
    const hasFabric = ipxe.fc.ports.some(({ link }) => link === OK);
    ipxe.warnOnce('ipxe-fcp-waits', ipxeMessage(hasFabric ? 'ipxe.fcp-waits' : 'ipxe.fcp-no-fabric', { port }));
    while (peer.fcpLink !== OK) yield* news.take();
  } finally {
    unsubscribe();
  }
}

export const fcpScheme: SchemeSpec = {
  id: 'fcp',
  disk: 'SANBOOT_PROTO_FCP',
  start: (ipxe) => ({
    *openDisk(uri): Task<Outcome<SanPath>> {
      const address = parseAddress(uri);
      if (!address.ok) return address;
      const transport = new FcpTransport(FcPeer.get(ipxe.fc, address.value.name), address.value.lun);
      let isUp = false;
      try {
        if (transport.peer.fcpLink !== OK) yield* untilUp(ipxe, transport.peer);
        isUp = true;
      } finally {
        if (!isUp) transport.close();
      }
      return yield* ScsiDisk.open(transport);
    },
  }),
};

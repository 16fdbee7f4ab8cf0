/** The name server of the fabric (FC-GS-6 §5.2): which ports there are, by name, address and protocol. */
import { byteAt } from '../../base/bytes.ts';
import { readU24, writeU24 } from '../../protocols/fc/codec.ts';
import { FC_TYPE } from '../../protocols/fc/fields.ts';
import { formatWwn, readWwn, writeWwn, type Wwn } from '../../protocols/fc/wwn.ts';
import {
  CT_DIRECTORY,
  CT_NAME_SERVER,
  CT_REASON,
  NS,
  NS_EXPLANATION,
  type CtMessage,
} from '../../protocols/fcct/codec.ts';
import type { FabricPort, PortDirectory } from './fabric-port.ts';
import { fcoeMessage } from './messages.ts';
import type { FcoeReports } from './reports.ts';

/** In front of the last address of a list. */
const LAST = 0x80;
/** Where the bit of a protocol lies in the list of RFT_ID: words, most significant first, their bytes too. */
const FCP_TYPE_AT = 4 + 2;
const NOTHING = new Uint8Array(0);

export class NameServer {
  private readonly fabric: PortDirectory;
  private readonly reports: FcoeReports;
  /** Addresses of ports that have said that they speak FCP. */
  private readonly speaksFcp = new Set<number>();

  constructor(fabric: PortDirectory, reports: FcoeReports) {
    this.fabric = fabric;
    this.reports = reports;
  }

  registerFcp(id: number): void {
    this.speaksFcp.add(id);
  }

  forget(id: number): void {
    this.speaksFcp.delete(id);
  }

  answer(asked: CtMessage, by: FabricPort): CtMessage {
    if (asked.type !== CT_DIRECTORY || asked.subtype !== CT_NAME_SERVER)
      return this.reject(asked, CT_REASON.unsupported);
    const { data } = asked;
    const need = (bytes: number): boolean => data.length >= bytes;
    switch (asked.command) {
      case NS.gidPn:
        return need(8) ? this.byName(asked, by) : this.reject(asked, CT_REASON.unable);
      case NS.gpnId:
      case NS.gnnId: {
        const found = need(4) ? this.fabric.portAt(readU24(data, 1)) : undefined;
        if (found === undefined || !this.fabric.sees(by, found)) {
          return this.reject(asked, CT_REASON.unable, NS_EXPLANATION.portNotRegistered);
        }
        return this.accept(asked, wwnBytes(asked.command === NS.gpnId ? found.portName : found.nodeName));
      }
      case NS.gidFt:
      case NS.gpnFt:
        return need(4) ? this.list(asked, by) : this.reject(asked, CT_REASON.unable);
      case NS.rftId:
        if (need(36) && (byteAt(data, FCP_TYPE_AT) & 1) !== 0) this.registerFcp(readU24(data, 1));
        return this.accept(asked, NOTHING);
      case NS.rpnId:
      case NS.rnnId:
      case NS.rspnId:
      case NS.rffId:
      case NS.rsnnNn:
        return this.accept(asked, NOTHING);
      default:
        return this.reject(asked, CT_REASON.unsupported);
    }
  }

  private byName(asked: CtMessage, by: FabricPort): CtMessage {
    const name = readWwn(asked.data, 0);
    const found = this.fabric.portNamed(name);
    const isSeen = found !== undefined && this.fabric.sees(by, found);
    if (isSeen) {
      const out = new Uint8Array(4);
      writeU24(out, 1, found.id);
      return this.accept(asked, out);
    }
    const what = { initiator: formatWwn(by.portName), port: formatWwn(name) };
    const who = `${what.initiator} ${what.port}`;
    const code = found === undefined ? 'no-port' : 'not-in-zone';
    this.reports.once(code, 'warn', who, fcoeMessage(`fcoe.${code}`, what), 'FC-GS-6 §5.2.3.8');
    return this.reject(asked, CT_REASON.unable, NS_EXPLANATION.nameNotRegistered);
  }

  /** All ports that speak a protocol, with or without their names. */
  private list(asked: CtMessage, by: FabricPort): CtMessage {
    const isFcp = byteAt(asked.data, 3) === FC_TYPE.fcp;
    const found = this.fabric.ports.filter(
      (port) => isFcp && this.speaksFcp.has(port.id) && this.fabric.sees(by, port),
    );
    if (found.length === 0) return this.reject(asked, CT_REASON.unable, NS_EXPLANATION.typeNotRegistered);
    const bytes = asked.command === NS.gpnFt ? 16 : 4;
    const out = new Uint8Array(bytes * found.length);
    found.forEach((port, index) => {
      out[index * bytes] = index === found.length - 1 ? LAST : 0;
      writeU24(out, index * bytes + 1, port.id);
      if (bytes === 16) writeWwn(out, index * bytes + 8, port.portName);
    });
    return this.accept(asked, out);
  }

  private accept(asked: CtMessage, data: Uint8Array): CtMessage {
    return { ...asked, command: NS.accept, reason: 0, explanation: 0, data };
  }

  private reject(asked: CtMessage, reason: number, explanation: number = NS_EXPLANATION.none): CtMessage {
    return { ...asked, command: NS.reject, reason, explanation, data: NOTHING };
  }
}

function wwnBytes(wwn: Wwn): Uint8Array {
  const out = new Uint8Array(8);
  writeWwn(out, 0, wwn);
  return out;
}

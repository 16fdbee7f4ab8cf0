/** For tests of firmware: the card and the identity of a PC, and a server at the other end of its cable. */
import { IPV4_BROADCAST, MAC_BROADCAST, parseIpv4, type Ipv4Address } from '../base/address.ts';
import { latin1 } from '../base/bytes.ts';
import type { EventLog } from '../base/event-log.ts';
import type { EventQueue } from '../base/time/event-queue.ts';
import { SeededRng } from '../base/rng.ts';
import { HostStack } from '../net/host/host-stack.ts';
import { PlugPort, Wire } from '../net/link.ts';
import type { FramePort } from '../net/port.ts';
import { BOOTREPLY, decodeDhcp, emptyDhcpMessage, encodeDhcp } from '../protocols/dhcp/codec.ts';
import type { DhcpMessage, DhcpOption } from '../protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE } from '../protocols/dhcp/options.ts';
import { encodePxeVendorOptions, type PxeVendorValues } from '../protocols/pxe/vendor-options.ts';
import { decodeTftp, encodeTftp, encodeTftpData, tftpOptionNumber, type TftpPacket } from '../protocols/tftp/codec.ts';
import { addressBytes, messageTypeOf } from './clients/dhcp-client.ts';
import type { MachineIdentity, PlatformNic } from './platform.ts';

export const SERVER = parseIpv4('10.0.0.1') ?? 0;
export const CLIENT = parseIpv4('10.0.0.10') ?? 0;
export const MASK = parseIpv4('255.255.255.0') ?? 0;
export const CLIENT_MAC = 0x5254_00aa_0001;

/** QEMU's NE2000 at 00:05.0. */
export function testCard(port: FramePort): PlatformNic {
  return {
    name: 'net0',
    mac: CLIENT_MAC,
    port,
    driver: 'ne2k_pci',
    bus: {
      kind: 'pci',
      bus: 0,
      device: 5,
      function: 0,
      vendorId: 0x10ec,
      deviceId: 0x8029,
      subsystemVendorId: 0x1af4,
      subsystemId: 0x1100,
      classCode: 0x02_0000,
      revision: 0,
      ioBase: 0x300,
      irq: 10,
    },
  };
}

/** A machine that says no more of itself than its UUID. */
export const TEST_IDENTITY: MachineIdentity = {
  uuid: '00112233-4455-6677-8899-aabbccddeeff',
  manufacturer: '',
  product: '',
  serial: '',
  asset: '',
  boardSerial: '',
};

/** A host at SERVER; `plug` is the other end of its cable, unless there is none. */
export function testServer(
  clock: EventQueue,
  log: EventLog,
  isConnected = true,
): { readonly server: HostStack; readonly serverPort: PlugPort; readonly plug: PlugPort } {
  const [plug, serverPort] = [new PlugPort('pc1.net0'), new PlugPort('srv.eth0')];
  if (isConnected) new Wire('cable', clock).connect(plug, serverPort);
  const server = new HostStack({ name: 'srv', clock, rng: new SeededRng('s'), log: log.sink('srv') });
  server.addInterface({ name: 'eth0', port: serverPort, mac: 0x5254_0000_0001 }).setAddress(SERVER, MASK);
  return { server, serverPort, plug };
}

/** What a DHCP server says. */
export interface TestAnswer {
  /** Default: OFFER to a DISCOVER, ACK to everything else. */
  readonly type?: number;
  readonly yiaddr?: Ipv4Address;
  readonly siaddr?: Ipv4Address;
  readonly file?: string;
  /** Default: SERVER. */
  readonly serverId?: Ipv4Address;
  /** Option 60. */
  readonly pxeClient?: boolean;
  readonly pxe?: PxeVendorValues;
  /** Options as text, by code, in this order at the end. */
  readonly texts?: Readonly<Record<number, string>>;
}

/** Answers DHCP at a port as the script says: to CLIENT when the answer gives an address, else to all. */
export function serveDhcp(
  server: HostStack,
  port: number,
  script: (request: DhcpMessage) => readonly TestAnswer[],
): void {
  const socket = server.openUdp({ port, interfaceName: 'eth0' });
  socket.onDatagram = ({ data }) => {
    const decoded = decodeDhcp(data);
    if (!decoded.ok) throw new Error(decoded.error.code);
    for (const answer of script(decoded.value)) {
      const destination = answer.yiaddr === undefined ? IPV4_BROADCAST : CLIENT;
      const reply = encodeDhcp(dhcpReply(decoded.value, answer), { minimumLength: 300 });
      socket.send(destination, 68, reply, { destinationMac: MAC_BROADCAST });
    }
  };
}

function dhcpReply(request: DhcpMessage, answer: TestAnswer): DhcpMessage {
  const { discover, offer, ack } = DHCP_MESSAGE_TYPE;
  const options: DhcpOption[] = [];
  const add = (code: number, data: Uint8Array): void => void options.push({ code, data, area: 'options' });
  add(53, Uint8Array.of(answer.type ?? (messageTypeOf(request) === discover ? offer : ack)));
  add(54, addressBytes(answer.serverId ?? SERVER));
  if (answer.yiaddr !== undefined) add(1, addressBytes(MASK));
  if (answer.pxeClient === true) add(60, latin1('PXEClient'));
  if (answer.pxe !== undefined) add(43, encodePxeVendorOptions(answer.pxe));
  for (const [code, text] of Object.entries(answer.texts ?? {})) add(Number(code), latin1(text));
  const file = new Uint8Array(128);
  file.set(latin1(answer.file ?? ''));
  return {
    ...emptyDhcpMessage(BOOTREPLY),
    xid: request.xid,
    flags: request.flags,
    yiaddr: answer.yiaddr ?? 0,
    siaddr: answer.siaddr ?? 0,
    chaddr: request.chaddr,
    file,
    options,
  };
}

/** A file, one packet that is said instead, or nothing at all. */
export type TestFile = Uint8Array | TftpPacket | 'silent';
type ReadRequest = Extract<TftpPacket, { opcode: 'rrq' | 'wrq' }>;

/** Serves files by TFTP with every option that is asked for; returns the requests as they come. */
export function serveTftp(server: HostStack, files: (name: string) => TestFile | undefined): readonly ReadRequest[] {
  const requests: ReadRequest[] = [];
  server.openUdp({ port: 69, interfaceName: 'eth0' }).onDatagram = ({ data, source, sourcePort }) => {
    const decoded = decodeTftp(data);
    if (!decoded.ok || decoded.value.opcode !== 'rrq') return;
    requests.push(decoded.value);
    const { filename, options } = decoded.value;
    const file = files(filename);
    if (file === 'silent') return;
    const socket = server.openUdp();
    const send = (packet: Uint8Array): void => socket.send(source, sourcePort, packet);
    if (file === undefined) return send(encodeTftp({ opcode: 'error', code: 1, message: 'File not found' }));
    if (!(file instanceof Uint8Array)) return send(encodeTftp(file));
    const blksize = tftpOptionNumber(options, 'blksize') ?? 512;
    const block = (number: number): void =>
      send(encodeTftpData(number & 0xffff, file.subarray((number - 1) * blksize, number * blksize)));
    // The OACK is acknowledged as block 0 (RFC 2347 §2).
    let out = options.length > 0 ? 0 : 1;
    socket.onDatagram = (datagram) => {
      const ack = decodeTftp(datagram.data);
      if (!ack.ok || ack.value.opcode !== 'ack' || ack.value.block !== (out & 0xffff)) return;
      out++;
      if ((out - 1) * blksize <= file.length) block(out);
    };
    const agreed = options.map(({ name, value }) => ({ name, value: name === 'tsize' ? String(file.length) : value }));
    if (out === 0) send(encodeTftp({ opcode: 'oack', options: agreed }));
    else block(1);
  };
  return requests;
}

/**
 * The PXE ROM in an emulated PC: SeaBIOS finds it, it gets pxelinux.0 of Debian's network installer, and PXELINUX
 * works on our PXE API until its menu stands. Twice the same run is the same to the nanosecond.
 */
import { describe, expect, it } from 'vitest';
import { image, v86Wasm } from '../../../test/support/images.ts';
import { MAC_BROADCAST, parseIpv4 } from '../../base/address.ts';
import { latin1 } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/clock.ts';
import { EventLog } from '../../base/event-log.ts';
import { EventQueue } from '../../base/event-queue.ts';
import { SeededRng } from '../../base/rng.ts';
import { PcMachine } from '../../machine/pc.ts';
import { HostStack } from '../../net/host/host-stack.ts';
import { PlugPort, Wire } from '../../net/link.ts';
import { BOOTREPLY, decodeDhcp, emptyDhcpMessage, encodeDhcp } from '../../protocols/dhcp/codec.ts';
import { decodeTftp, encodeTftp, encodeTftpData, tftpOption } from '../../protocols/tftp/codec.ts';
import { addressBytes, messageTypeOf } from '../clients/dhcp-client.ts';
import { createPxeRom } from '../pxe/pxe-rom.ts';
import { PcFirmware } from './pc-firmware.ts';
import { SharedPort } from './shared-port.ts';

const SERVER = parseIpv4('10.0.0.1') ?? 0;
const CLIENT = parseIpv4('10.0.0.10') ?? 0;
const MASK = parseIpv4('255.255.255.0') ?? 0;
const MAC = 0x5254_00aa_0001;

type Files = (name: string) => Uint8Array | undefined;

function serveDhcp(server: HostStack, bootFile: string): void {
  const socket = server.openUdp({ port: 67, interfaceName: 'eth0' });
  socket.onDatagram = (datagram) => {
    const request = decodeDhcp(datagram.data);
    if (!request.ok) return;
    const file = new Uint8Array(128);
    file.set(latin1(bootFile));
    const option = (code: number, data: Uint8Array) => ({ code, data, area: 'options' as const });
    const reply = encodeDhcp(
      {
        ...emptyDhcpMessage(BOOTREPLY),
        xid: request.value.xid,
        yiaddr: CLIENT,
        siaddr: SERVER,
        chaddr: request.value.chaddr,
        file,
        options: [
          option(53, Uint8Array.of(messageTypeOf(request.value) === 1 ? 2 : 5)),
          option(54, addressBytes(SERVER)),
          option(1, addressBytes(MASK)),
          option(60, latin1('PXEClient')),
        ],
      },
      { minimumLength: 300 },
    );
    socket.send(0xffff_ffff, 68, reply, { destinationMac: MAC_BROADCAST });
  };
}

function serveTftp(server: HostStack, files: Files): string[] {
  const asked: string[] = [];
  server.openUdp({ port: 69, interfaceName: 'eth0' }).onDatagram = (request) => {
    const rrq = decodeTftp(request.data);
    if (!rrq.ok || rrq.value.opcode !== 'rrq') return;
    const { filename, options } = rrq.value;
    asked.push(filename);
    const socket = server.openUdp();
    const send = (bytes: Uint8Array): void => socket.send(request.source, request.sourcePort, bytes);
    const file = files(filename);
    if (file === undefined) return send(encodeTftp({ opcode: 'error', code: 1, message: 'File not found' }));
    const blksize = Number(tftpOption(options, 'blksize') ?? 512);
    const block = (number: number): void =>
      send(encodeTftpData(number & 0xffff, file.subarray((number - 1) * blksize, number * blksize)));
    let acknowledged = options.length > 0 ? 0 : 1;
    socket.onDatagram = (datagram) => {
      const ack = decodeTftp(datagram.data);
      if (!ack.ok || ack.value.opcode !== 'ack' || ack.value.block !== (acknowledged & 0xffff)) return;
      acknowledged++;
      if ((acknowledged - 1) * blksize <= file.length) block(acknowledged);
    };
    const agreed = options.map(({ name, value }) => ({ name, value: name === 'tsize' ? String(file.length) : value }));
    if (agreed.length > 0) send(encodeTftp({ opcode: 'oack', options: agreed }));
    else block(1);
  };
  return asked;
}

function bench(bootFile: string, files: Files) {
  const clock = new EventQueue();
  const log = new EventLog(clock);
  const [pcPort, serverPort] = [new PlugPort('pc1.net0'), new PlugPort('srv.eth0')];
  new Wire('cable', clock).connect(pcPort, serverPort);
  const server = new HostStack({ name: 'srv', clock, rng: new SeededRng('srv'), log: log.sink('srv') });
  server.addInterface({ name: 'eth0', port: serverPort, mac: 0x5254_0000_0001 }).setAddress(SERVER, MASK);
  serveDhcp(server, bootFile);
  const asked = serveTftp(server, files);
  const shared = new SharedPort(pcPort);
  const rng = new SeededRng('seed').derive('pc1');
  const holder: { pc?: PcMachine } = {};
  const firmware = new PcFirmware({
    name: 'pc1',
    clock,
    rng: rng.derive('firmware'),
    log: log.sink('pc1'),
    nics: [
      {
        name: 'net0',
        mac: MAC,
        port: shared.firmware,
        driver: 'ne2k_pci',
        bus: {
          kind: 'pci',
          bus: 0,
          device: 5,
          function: 0,
          vendorId: 0x10ec,
          deviceId: 0x8029,
          subsystemVendorId: 0,
          subsystemId: 0,
          classCode: 0x02_0000,
          revision: 0,
          ioBase: 0x300,
          irq: 10,
        },
      },
    ],
    identity: {
      uuid: '00112233-4455-6677-8899-aabbccddeeff',
      manufacturer: '',
      product: '',
      serial: '',
      asset: '',
      boardSerial: '',
    },
    personality: () => createPxeRom(),
    product: 'Netboot Lab PXE',
    onReboot: () => holder.pc?.reset(),
    onPowerOff: () => holder.pc?.powerOff(),
  });
  const pc = new PcMachine({
    name: 'pc1',
    clock,
    rng,
    log: log.sink('pc1'),
    memMiB: 128,
    wasm: v86Wasm(),
    bios: image('bios/bios.bin'),
    vgaBios: image('bios/vgabios-stdvga.bin'),
    optionRoms: [{ name: 'pxe.rom', data: firmware.rom }],
    nics: [{ port: shared.guest, mac: MAC, model: 'ne2k' }],
    onPowerOn: (cpu) => firmware.attach(cpu),
    onReset: () => firmware.reset(),
  });
  holder.pc = pc;
  return { clock, log, pc, asked };
}

const debian: Files = (name) => {
  try {
    return image(`debian-installer/${name}`);
  } catch {
    return undefined;
  }
};

describe('PXE ROM in a PC', () => {
  it('prints PXE-E3B through the BIOS and lets the BIOS go on', () => {
    const { clock, log, pc } = bench('missing.0', () => undefined);
    pc.powerOn();
    clock.runUntil(10 * NS_PER_S);
    const screen = pc.screenText().join('\n');
    expect(screen).toContain('CLIENT IP: 10.0.0.10  MASK: 255.255.255.0  DHCP IP: 10.0.0.1');
    expect(screen).toContain('PXE-T01: File not found\nPXE-E3B: TFTP Error - File Not Found.');
    expect(screen).toContain('No bootable device');
    expect(log.events.flatMap((event) => (event.kind === 'stage' ? [event.stage] : []))).toContain('next-device');
  });

  it('boots PXELINUX to the menu of the Debian installer', { timeout: 120_000 }, () => {
    const { clock, log, pc, asked } = bench('pxelinux.0', debian);
    pc.powerOn();
    clock.runUntil(20 * NS_PER_S);
    console.log(pc.screenText().join('\n'), pc.state, asked, log.events.filter((e) => e.kind !== 'frame').slice(-40));
    expect(asked).toContain('pxelinux.cfg/default');
  });
});

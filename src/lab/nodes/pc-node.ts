/** An emulated PC, inside its cell: v86 with the lab's firmware as its option ROM, or with a foreign ROM. */
import { parseMac } from '../../base/address.ts';
import { fromHex, fromLatin1, latin1 } from '../../base/bytes.ts';
import { readLayout } from '../../base/disks/layout.ts';
import { failureEvent, reasonOf } from '../../base/failures.ts';
import { itemAt } from '../../base/lists/list.ts';
import { assert } from '../../base/result.ts';
import { PcFirmware } from '../../firmware/pc/pc-firmware.ts';
import { SharedPort } from '../../firmware/pc/shared-port.ts';
import type { PcKeyframes } from '../../machine/keyframes/keyframe.ts';
import { driveBytes } from '../../machine/devices/drives.ts';
import { PcMachine } from '../../machine/pc.ts';
import { makeUefiFirmware } from '../../machine/uefi/firmware.ts';
import { Nvram } from '../../machine/uefi/nvram.ts';
import type { UefiVariable } from '../../machine/uefi/variables.ts';
import { smbiosFiles } from '../../machine/uefi/smbios.ts';
import { formatEndpoint } from '../../scenario/endpoint.ts';
import type { PcNode } from '../../scenario/schema.ts';
import type { NodeContext } from '../context.ts';
import { contentBytes } from '../content/files.ts';
import { busOf, driverOf, identityOf } from './hardware.ts';
import { BIOS_IMAGE, VGA_BIOS_IMAGE } from '../content/images.ts';
import { IpxeDebugger } from '../observe/ipxe-debugger.ts';
import { LOW_MEMORY_BYTES } from '../observe/memory/low-memory.ts';
import { DRIVE_KINDS, type DriveRange, type MachineBody, type MachineDrive, type MediumInput } from './machine.ts';
import type { Screen } from '../../machine/screen/screen-image.ts';
import { chainedPersonality, personalityOf } from './personality.ts';
import { romFirmware, romProduct } from './rom-firmware.ts';

/** As the document has it. */
function nvramOf({ nvram }: PcNode): Nvram {
  return new Nvram(nvram?.map(({ data, ...variable }) => ({ ...variable, data: fromHex(data) ?? new Uint8Array(0) })));
}

export class PcNodeMachine implements MachineBody {
  readonly ipxe = new IpxeDebugger();
  private readonly machine: PcMachine;
  private readonly firmware: PcFirmware | undefined;
  /** Of UEFI firmware. */
  private readonly nvram: Nvram | undefined;
  private serialBytes: number[] = [];

  constructor(context: NodeContext, node: PcNode, keyframes?: PcKeyframes) {
    const { images, wasm } = context;
    const isUefi = node.firmware.personality === 'uefi';
    const identity = identityOf(node, itemAt(node.nics, 0).mac);
    const uefi = isUefi
      ? makeUefiFirmware((path) => images.get(path), {
          files: smbiosFiles(identity, node.memMiB),
          nvram: nvramOf(node),
        })
      : undefined;
    // A folder of a person's own may hold anything under these names.
    if (uefi?.ok === false) throw new Error(uefi.error);
    this.nvram = uefi?.value.nvram;
    const bios = uefi?.value.firstCode ?? images.get(BIOS_IMAGE);
    const vgaBios = images.get(VGA_BIOS_IMAGE);
    assert(wasm !== undefined && bios !== undefined && vgaBios !== undefined, 'what an emulated PC needs was fetched');
    const content = (part: PcNode['optionRom']): Uint8Array | undefined =>
      part === undefined ? undefined : contentBytes(part, images);
    const rom = content(node.optionRom);
    const flashed = content(node.flash?.rom);
    // A ROM of the lab's in the card has its firmware behind it; any other brings its own code.
    const firmware = flashed === undefined ? node.firmware : romFirmware(flashed);
    const cards = node.nics.map((nic) => {
      const mac = parseMac(nic.mac);
      assert(mac !== undefined, 'the schema has checked the MAC address');
      const shared = new SharedPort(context.port(formatEndpoint({ node: node.name, port: nic.name }), node.name));
      return { ...nic, mac, shared };
    });
    const rng = context.rng.derive(node.name);
    const log = context.log.sink(node.name);
    this.firmware =
      (rom !== undefined && flashed === undefined) || node.preload !== undefined || isUefi || firmware === undefined
        ? undefined
        : new PcFirmware({
            name: node.name,
            clock: context.clock,
            rng: rng.derive('firmware'),
            log,
            nics: cards.map(({ name, mac, model, shared }, index) => ({
              name,
              mac,
              port: shared.firmware,
              driver: driverOf(model),
              bus: busOf(model, index),
            })),
            identity,
            personality: () => personalityOf(firmware, this.ipxe.attach),
            chained: (request) => chainedPersonality(request, this.ipxe.attach),
            product: romProduct(firmware),
            onReboot: () => this.machine.reset(),
            onPowerOff: () => this.stopFirmware(),
          });
    const optionRom = rom ?? (flashed === undefined ? this.firmware?.rom : undefined);
    const floppy = content(node.media.floppy);
    const cdrom = content(node.media.cdrom);
    const disk = content(node.media.disk);
    const initrd = content(node.preload?.initrd);
    this.machine = new PcMachine({
      name: node.name,
      clock: context.clock,
      rng,
      log,
      memMiB: node.memMiB,
      wasm,
      bios,
      vgaBios,
      ...(uefi === undefined ? {} : { uefi: uefi.value }),
      nics: cards.map(({ mac, model, shared }) => ({ port: shared.guest, mac, model })),
      bootOrder: node.bootOrder,
      ...(node.bootMenu === undefined ? {} : { bootMenu: node.bootMenu }),
      keyboardLayout: node.keyboardLayout,
      optionRoms: optionRom === undefined ? [] : [{ name: 'nic.rom', data: optionRom }],
      ...(flashed === undefined ? {} : { flash: { rom: flashed, fitIds: node.flash?.fitIds === true } }),
      onPowerOn: (cpu) => this.firmware?.attach(cpu),
      onReset: () => this.firmware?.reset(),
      onPowerOff: () => this.stopFirmware(),
      media: {
        ...(floppy === undefined ? {} : { floppy }),
        ...(cdrom === undefined ? {} : { cdrom }),
        ...(disk === undefined ? {} : { disk }),
      },
      ...(node.preload === undefined
        ? {}
        : {
            kernel: {
              image: contentBytes(node.preload.kernel, images),
              commandLine: node.preload.cmdline,
              ...(initrd === undefined ? {} : { initrd }),
            },
          }),
      ...(keyframes === undefined ? {} : { keyframes }),
      onSerial: (port, byte) => {
        if (port === 0) this.serialBytes.push(byte);
      },
    });
  }

  get powered(): boolean {
    return this.machine.state !== 'off';
  }

  /** Up to then a tape is played; undefined while the emulator runs. */
  get playedUpToNs(): number | undefined {
    return this.machine.playedUpToNs;
  }

  get screenVersion(): number {
    return this.machine.screen.changes;
  }

  get instructions(): number {
    return this.machine.instructions;
  }

  powerOn(): void {
    this.machine.powerOn();
  }

  powerOff(): void {
    this.stopFirmware();
    this.machine.powerOff();
  }

  reset(): void {
    if (this.powered) this.machine.reset();
  }

  press(key: string): boolean {
    return this.powered && this.machine.press(key);
  }

  type(text: string): void {
    if (this.powered) this.machine.type(text);
  }

  serialInput(text: string): void {
    if (this.powered) this.machine.sendSerial(0, latin1(text));
  }

  setMedium({ drive, image }: MediumInput): void {
    this.machine.setMedium(drive, image);
  }

  takeSerial(): string {
    if (this.serialBytes.length === 0) return '';
    const text = fromLatin1(Uint8Array.from(this.serialBytes));
    this.serialBytes = [];
    return text;
  }

  screenText(): string {
    return this.firmware?.graphicsText ?? this.machine.screenText().join('\n').trimEnd();
  }

  screen(): Screen {
    const { frame } = this.machine.screen;
    if (frame.kind === 'graphics')
      return { kind: 'graphics', width: frame.width, height: frame.height, rgba: frame.rgba.slice() };
    const { columns, rows, cursor } = frame;
    return { kind: 'text', columns, rows, cursor, cells: this.machine.screen.textCells() };
  }

  stateHash(): string | undefined {
    return this.powered ? this.machine.stateHash() : undefined;
  }

  lowMemory(): Uint8Array | undefined {
    return this.powered ? this.machine.memoryStart(LOW_MEMORY_BYTES) : undefined;
  }

  drives(): readonly MachineDrive[] {
    return DRIVE_KINDS.flatMap((drive) => {
      const bytes = this.bytesOf(drive);
      if (bytes === undefined) return [];
      const layout = readLayout((start, count) => bytes.subarray(start, start + count));
      return [{ drive, sizeBytes: bytes.length, layout }];
    });
  }

  driveBytes(range: DriveRange | undefined): Uint8Array {
    const bytes = range === undefined ? undefined : this.bytesOf(range.drive);
    return range === undefined || bytes === undefined
      ? new Uint8Array(0)
      : bytes.slice(range.start, range.start + range.bytes);
  }

  variables(): readonly UefiVariable[] | undefined {
    return this.nvram?.variables;
  }

  private bytesOf(drive: DriveRange['drive']): Uint8Array | undefined {
    const { drives } = this.machine;
    return drives === undefined ? undefined : driveBytes(drives, drive);
  }

  /** An error inside the machine: it stays stopped until a reset. */
  fail(error: unknown): void {
    try {
      this.stopFirmware();
    } catch {
      // Its tasks clean up after themselves, and may hit the same error.
    }
    this.machine.fail(failureEvent('machine/failed', { reason: reasonOf(error) }));
  }

  private stopFirmware(): void {
    this.firmware?.reset();
    this.ipxe.detach();
  }
}

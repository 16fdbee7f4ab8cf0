/** One AoE target (AoEr11), as vblade 25 answers: config string, MAC mask list, reservation, ATA. */
import type { MacAddress } from '../../base/address.ts';
import type { BlockDevice } from '../../base/disks/block-device.ts';
import { equalBytes, latin1 } from '../../base/bytes.ts';
import {
  AOE_CONFIG_COMMAND,
  AOE_ERROR,
  ATA_COMMAND,
  ATA_SECTOR_BYTES,
  ATA_STATUS,
  type AoeAta,
  type AoeBody,
  type AoeConfig,
  type AoeMacMask,
  type AoeMessage,
  type AoeReserve,
} from '../../protocols/aoe/codec.ts';
import { AOE_ATA_FLAG, AOE_VERSION } from '../../protocols/aoe/fields.ts';
import { executeAta } from './ata-disk.ts';

/** Messages that vblade says it keeps, and the version of its program. */
const BUFFER_COUNT = 16;
const FIRMWARE_VERSION = 0x4019;
const MAX_CONFIG_BYTES = 1024;
const MAX_LIST = 255;
/** In front of the data of a frame: AoE and ATA headers. */
const HEADERS_BYTES = 14 + 22;
const MASK_EDIT = 1;
const MASK_ADD = 1;
const MASK_DELETE = 2;

export interface AoeTargetOptions {
  readonly shelf: number;
  readonly slot: number;
  readonly device: BlockDevice;
  readonly configString: string;
  readonly macs: readonly MacAddress[];
  /** An ATA command was carried out, or failed. */
  readonly onAta: (client: MacAddress, request: AoeAta, isGood: boolean) => void;
  readonly onRefused: (client: MacAddress, error: number) => void;
  readonly onFound: (client: MacAddress) => void;
  readonly onForbidden: (client: MacAddress) => void;
}

type Answer = { readonly body: AoeBody; readonly error?: number };

export class AoeTarget {
  readonly shelf: number;
  readonly slot: number;
  private readonly options: AoeTargetOptions;
  private configString: Uint8Array;
  private macs: readonly MacAddress[];
  private reserved: readonly MacAddress[] = [];

  constructor(options: AoeTargetOptions) {
    this.options = options;
    this.shelf = options.shelf;
    this.slot = options.slot;
    this.configString = latin1(options.configString);
    this.macs = options.macs;
  }

  get name(): string {
    return `e${this.shelf}.${this.slot}`;
  }

  /** The response, or undefined for none. `frameBytes`: the longest frame without padding that goes back. */
  answer(message: AoeMessage, client: MacAddress, frameBytes: number): AoeMessage | undefined {
    if (this.macs.length > 0 && !this.macs.includes(client)) {
      this.options.onForbidden(client);
      return undefined;
    }
    const answer = this.respond(message, client, frameBytes);
    if (answer === undefined) return undefined;
    if (answer.error !== undefined) this.options.onRefused(client, answer.error);
    return {
      version: message.version,
      isResponse: true,
      error: answer.error,
      major: this.shelf,
      minor: this.slot,
      tag: message.tag,
      body: answer.body,
    };
  }

  private respond({ body }: AoeMessage, client: MacAddress, frameBytes: number): Answer | undefined {
    const sectors = Math.max(1, Math.floor((frameBytes - HEADERS_BYTES) / ATA_SECTOR_BYTES));
    switch (body.kind) {
      case 'ata':
        return this.ata(body, client, sectors);
      case 'config':
        return this.config(body, client, sectors);
      case 'mac-mask':
        return this.maskList(body);
      case 'reserve':
        return this.reserve(body, client);
      case 'other':
        return { body, error: AOE_ERROR.unrecognizedCommand };
    }
  }

  private ata(request: AoeAta, client: MacAddress, maxSectors: number): Answer {
    const isWrite = (request.flags & AOE_ATA_FLAG.write) !== 0;
    const { sectorCount } = request;
    const isTooLong = sectorCount > maxSectors;
    if (isTooLong || (isWrite && request.data.length < sectorCount * ATA_SECTOR_BYTES)) {
      return { body: request, error: AOE_ERROR.badArgument };
    }
    // vblade tells everybody what the disk is, and moves data for the holder of a reservation only.
    const isOpen = this.reserved.length === 0 || this.reserved.includes(client);
    if (!isOpen && request.commandStatus !== ATA_COMMAND.identify) {
      return { body: request, error: AOE_ERROR.targetIsReserved };
    }
    // With 28 bits the highest byte is the device register, and the lowest half of it the highest bits.
    const isShort = (request.flags & AOE_ATA_FLAG.extended) === 0;
    const lba = isShort ? request.lba % 0x1000_0000 : request.lba;
    const command = request.commandStatus;
    const result = executeAta(this.options.device, this.name, { command, lba, sectorCount, data: request.data });
    this.options.onAta(client, request, (result.status & ATA_STATUS.error) === 0);
    const body: AoeAta = {
      ...request,
      errorFeature: result.error,
      sectorCount: result.sectorCount,
      commandStatus: result.status,
      data: result.data,
    };
    return { body };
  }

  private config(request: AoeConfig, client: MacAddress, sectorCount: number): Answer | undefined {
    const { text, command } = request;
    if (text.length > MAX_CONFIG_BYTES) return undefined;
    const own = this.configString;
    const respond = (error?: number): Answer => ({
      body: {
        kind: 'config',
        bufferCount: BUFFER_COUNT,
        firmwareVersion: FIRMWARE_VERSION,
        sectorCount,
        version: AOE_VERSION,
        command,
        text: this.configString,
      },
      ...(error === undefined ? {} : { error }),
    });
    switch (command) {
      case AOE_CONFIG_COMMAND.read:
        this.options.onFound(client);
        return respond();
      case AOE_CONFIG_COMMAND.testExact:
        return equalBytes(own, text) ? respond() : undefined;
      case AOE_CONFIG_COMMAND.testPrefix:
        return equalBytes(own.subarray(0, text.length), text) ? respond() : undefined;
      case AOE_CONFIG_COMMAND.set:
        if (own.length > 0 && !equalBytes(own, text)) return respond(AOE_ERROR.configStringPresent);
        this.configString = text;
        return respond();
      case AOE_CONFIG_COMMAND.forceSet:
        this.configString = text;
        return respond();
      default:
        return respond(AOE_ERROR.badArgument);
    }
  }

  private maskList(request: AoeMacMask): Answer {
    const list = (error = 0): AoeMacMask => ({
      ...request,
      error,
      directives: this.macs.map((mac) => ({ command: 0, mac })),
    });
    if (request.command > MASK_EDIT) return { body: list(), error: AOE_ERROR.badArgument };
    if (request.command !== MASK_EDIT) return { body: list() };
    const macs = new Set(this.macs);
    for (const { command, mac } of request.directives) {
      if (command === MASK_ADD) macs.add(mac);
      else if (command === MASK_DELETE) macs.delete(mac);
      // AoEr11 §3.3: 2 is a directive that nobody knows, 3 a list that is full; nothing is changed then.
      else if (command !== 0) return { body: list(2) };
    }
    if (macs.size > MAX_LIST) return { body: list(3) };
    this.macs = [...macs];
    return { body: list() };
  }

  /** A set by one that does not hold it is refused, by force it is taken over. */
  private reserve(request: AoeReserve, client: MacAddress): Answer {
    const list = (): AoeReserve => ({ ...request, macs: this.reserved });
    if (request.command === 0) return { body: list() };
    if (request.command > 2) return { body: list(), error: AOE_ERROR.badArgument };
    const isFree = this.reserved.length === 0 || this.reserved.includes(client);
    if (request.command === 1 && !isFree) return { body: list(), error: AOE_ERROR.targetIsReserved };
    this.reserved = request.macs;
    return { body: list() };
  }
}

/** How an ATA command moves data; undefined for one that does not. */
export function moves({ commandStatus }: AoeAta): 'read' | 'write' | undefined {
  if (commandStatus === ATA_COMMAND.read || commandStatus === ATA_COMMAND.readExt) return 'read';
  return commandStatus === ATA_COMMAND.write || commandStatus === ATA_COMMAND.writeExt ? 'write' : undefined;
}

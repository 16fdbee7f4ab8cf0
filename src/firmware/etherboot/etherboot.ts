/**
 * The personality `etherboot`: Etherboot 5.4, the free boot ROM of before gPXE. It loads a whole kernel itself, as a tagged
 * image (NBI), and enters it: there is no boot program between, and no API that stays behind.
 */
import { formatIpv4, formatMac, parseIpv4 } from '../../base/address.ts';
import { concatBytes } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { after, startTask, type Task } from '../../base/time/task.ts';
import { failed, onEachCard, type Loaded, type LoaderCard } from '../loaders/card.ts';
import { loaderMessage } from '../loaders/messages.ts';
import { isNbi, NBI_HEADER_BYTES, nbiProgram, placeNbi, readNbi, type NbiImage } from '../loaders/nbi.ts';
import { loadByTftp } from '../loaders/tftp-load.ts';
import type { BootOutcome, Personality, Platform, PlatformNic } from '../platform.ts';
import { getAddress, type EtherbootAddress } from './address.ts';
import { etherbootMessage } from './messages.ts';
import { loadByNfs } from './nfs-load.ts';

const BANNER = [
  'Etherboot 5.4.4 (GPL) http://etherboot.org',
  'Drivers: NE2000/PCI VIRTIO-NET   Images: NBI',
  'Protocols: DHCP TFTP NFS',
].join('\n');
const PROMPT = 'Boot from (N)etwork or (Q)uit? ';
/** The prompt's, and what a failure is followed by: the server is left alone for a while. */
const PROMPT_NS = 3 * NS_PER_S;
const REST_NS = 2 * NS_PER_S;
const BLOCK_BYTES = 1432;
/** A boot file by NFS; without a host it comes from the server of the boot file. */
const NFS_URL = /^nfs:\/\/([^/]*)(\/.+)$/;
/** A ROM's dots. */
const DOT_BYTES = 0x1_0000;
const ONE_MIB = 0x10_0000;

export function createEtherboot(): Personality {
  return {
    id: 'etherboot',
    *init(platform) {
      const nic = platform.nics[0];
      if (nic !== undefined) yield* platform.console.write('ROM segment 0xca00 length 0x4000 reloc 0x00020000\n');
    },
    boot: (platform) => run(platform),
  };
}

/** Tries until somebody presses Q: this ROM does not give the machine back by itself. */
function* run(platform: Platform): Task<BootOutcome> {
  yield* platform.console.write(`${BANNER}\n`);
  for (;;) {
    yield* platform.console.write(PROMPT);
    const key = yield* platform.console.key(PROMPT_NS);
    const letter = key?.name.toUpperCase() === 'Q' ? 'Q' : 'N';
    yield* platform.console.write(`${letter}\n`);
    if (letter === 'Q') return { kind: 'next-device', reason: etherbootMessage('etherboot.quit') };
    const outcome = yield* onEachCard(platform, 'etherboot', bootFrom);
    if (outcome.kind !== 'next-device') return outcome;
    yield after(platform.clock, REST_NS);
  }
}

function describe(nic: PlatformNic): string {
  const base = `0x${nic.bus.ioBase.toString(16)}`;
  return nic.driver === 'ne2k_pci'
    ? `NE2000 base ${base}, addr ${formatMac(nic.mac).toUpperCase()}`
    : `${nic.driver} base ${base}, addr ${formatMac(nic.mac).toUpperCase()}`;
}

function* bootFrom(card: LoaderCard): Task<BootOutcome> {
  yield* card.print(`Probing pci nic...\n[${card.nic.driver}]\n${describe(card.nic)}\n`);
  const link = yield* card.waitForLink();
  if (!link.ok) return card.giveUp(link.failure);
  yield* card.print('Searching for server (DHCP)...');
  const got = yield* getAddress(card, () => void startTask(card.print('.')));
  if (!got.ok) {
    yield* card.print('No Server found\n');
    return card.giveUp(got.failure);
  }
  const { ip, dhcpServer, tftpServer, gateway, relay, file } = got.value;
  yield* card.print(`\nMe: ${formatIpv4(ip)}, DHCP: ${formatIpv4(dhcpServer)}, TFTP: ${formatIpv4(tftpServer)}`);
  if (relay !== 0) yield* card.print(`, Relay: ${formatIpv4(relay)}`);
  yield* card.print(gateway === undefined ? '\n' : `, Gateway ${formatIpv4(gateway)}\n`);
  if (file === '') {
    yield* card.print('No filename\n');
    const about = { server: formatIpv4(dhcpServer), address: formatIpv4(ip) };
    const failure = failed('etherboot/no-filename', etherbootMessage('etherboot.no-filename', about));
    return failure.ok ? { kind: 'stopped' } : card.giveUp(failure.failure);
  }
  const loaded = yield* load(card, got.value);
  if (!loaded.ok) {
    yield* card.print('Unable to load file.\n');
    return card.giveUp(loaded.failure);
  }
  yield* card.print('done\n');
  const outcome = yield* card.platform.startProgram(nbiProgram(file, loaded.value));
  if (outcome.kind === 'stopped') return { kind: 'stopped' };
  const returned = { file, status: outcome.ax.toString(16) };
  return { kind: 'next-device', reason: loaderMessage('loader.returned', returned) };
}

function* load(card: LoaderCard, { tftpServer, file }: EtherbootAddress): Task<Loaded<NbiImage>> {
  const { platform } = card;
  const url = NFS_URL.exec(file);
  yield* card.print(url === null ? `Loading ${formatIpv4(tftpServer)}:${file} ` : `Loading ${file} `);
  const parts: Uint8Array[] = [];
  let held = 0;
  let isKnown = false;
  let shown = 0;
  const take = (offset: number, data: Uint8Array): boolean => {
    if (offset + data.length > platform.memory.sizeBytes - ONE_MIB) return false;
    parts.push(data.slice());
    held += data.length;
    if (!isKnown && held >= 4) {
      isKnown = true;
      // What it cannot load it does not fetch to the end.
      if (!isNbi(concatBytes(parts))) return false;
      startTask(card.print('...(NBI)'));
    }
    for (; shown + DOT_BYTES <= held; shown += DOT_BYTES) startTask(card.print('.'));
    return true;
  };
  const [, host = '', path = ''] = url ?? [];
  const loaded =
    url === null
      ? yield* loadByTftp(card, { server: tftpServer, filename: file, options: { blksize: BLOCK_BYTES }, take })
      : yield* loadByNfs(card, { server: parseIpv4(host) ?? tftpServer, path, take });
  const whole = concatBytes(parts);
  if (held > 0 && !isNbi(whole)) {
    yield* card.print('error: not a valid image\n');
    return failed('etherboot/not-an-image', etherbootMessage('etherboot.not-an-image', { file }), 'NBI 0.3 §5');
  }
  if (!loaded.ok) {
    const { tftp } = loaded.failure;
    if (tftp?.code === 'server-error') yield* card.print(`TFTP error ${tftp.errorCode} (${tftp.message})\n`);
    return loaded;
  }
  return place(card, file, whole);
}

/** Puts the segments where the header wants them. */
function place(card: LoaderCard, file: string, whole: Uint8Array): Loaded<NbiImage> {
  const { memory } = card.platform;
  const read = readNbi(whole.subarray(0, NBI_HEADER_BYTES), memory.sizeBytes);
  if (!read.ok)
    return failed('etherboot/bad-header', etherbootMessage('etherboot.bad-header', { file, reason: read.error }));
  const { segments, entry, fileBytes: needed } = read.value;
  if (whole.length < needed) {
    const about = { file, needed, bytes: whole.length };
    return failed('etherboot/cut-off', etherbootMessage('etherboot.cut-off', about), 'NBI 0.3 §5');
  }
  const hex = (value: number): string => value.toString(16);
  const at = entry.mode === 'real' ? `${hex(entry.cs)}:${hex(entry.ip)}` : `${hex(entry.eip)}h`;
  const about = { file, count: segments.length, entry: at };
  card.decide('etherboot/nbi', etherbootMessage('etherboot.nbi', about), 'info', 'NBI 0.3 §5');
  const misplaced = placeNbi(card.platform, read.value, whole, (number, { address, bytes, room }) => {
    const placed = { number, bytes, address: hex(address), room };
    card.decide('etherboot/segment', etherbootMessage('etherboot.segment', placed), 'info', 'NBI 0.3 §5');
  });
  if (misplaced !== undefined) {
    const what = { file, bytes: misplaced.room, address: hex(misplaced.address) };
    return failed('etherboot/no-room', etherbootMessage('etherboot.no-room', what), 'NBI 0.3 §5');
  }
  card.stage('kernel-loaded', etherbootMessage('etherboot.nbi', about), 'NBI 0.3 §5');
  return { ok: true, value: read.value };
}

/** What goes wrong with the files that a boot loads. */
import type { MacAddress } from '../../../base/address.ts';
import { DHCP_MESSAGE_TYPE } from '../../../protocols/dhcp/options.ts';
import { addressText } from '../facts.ts';
import type { BootFacts, FileFact, FileOutcome } from '../facts.ts';
import { baseName, finding, firmwareOf, groupBy, SILENCE_NS, type FrameFinding, type Rule } from './finding.ts';

/** What a client got, and when: what comes later than a failure says how bad it was. */
class Later {
  /** By client: where it last got a file that it had not got before. */
  private readonly loaded = new Map<MacAddress, number>();
  /** By client and the file's name without folders: where it last got it. */
  private readonly loadedName = new Map<string, number>();
  /** By client: where it last got a configuration of PXELINUX. */
  private readonly loadedConfig = new Map<MacAddress, number>();
  /** By client and full name: where it last asked, however it ended. */
  private readonly asked = new Map<string, number>();

  constructor(files: readonly FileFact[]) {
    for (const file of files) {
      const { clientMac, name, outcome } = file;
      raise(this.asked, `${clientMac} ${name}`, firstFrame(file));
      if (outcome.kind !== 'done') continue;
      if (PXELINUX_CONFIG.test(name)) raise(this.loadedConfig, clientMac, firstFrame(file));
      const key = `${clientMac} ${baseName(name)}`;
      if (!this.loadedName.has(key)) raise(this.loaded, clientMac, firstFrame(file));
      raise(this.loadedName, key, firstFrame(file));
    }
  }

  /** Whether the client gets on: it looked in other places before, or could do without the file. */
  goesOn(file: FileFact): boolean {
    return (this.loaded.get(file.clientMac) ?? -1) > firstFrame(file);
  }

  /** Whether it gets a file of that name in the end: it looked in other folders, or asked with a password. */
  loadsName(file: FileFact): boolean {
    return (this.loadedName.get(`${file.clientMac} ${baseName(file.name)}`) ?? -1) > firstFrame(file);
  }

  /** Whether it finds a configuration of PXELINUX, under whichever of its names. */
  loadsConfig(file: FileFact): boolean {
    return (this.loadedConfig.get(file.clientMac) ?? -1) > firstFrame(file);
  }

  /** Whether it asks for the file again after the answer. */
  asksAgain({ clientMac, name, outcomeFrame }: FileFact): boolean {
    return (this.asked.get(`${clientMac} ${name}`) ?? -1) >= outcomeFrame;
  }
}

function firstFrame({ frames, outcomeFrame }: FileFact): number {
  return frames[0] ?? outcomeFrame;
}

function raise<Key>(numbers: Map<Key, number>, key: Key, value: number): void {
  numbers.set(key, Math.max(numbers.get(key) ?? -1, value));
}

/**
 * What clients do with purpose: PXE ROMs ask for the size alone and break off (error 0 or 8), then ask for the file;
 * PXELINUX closes a file that it only opened with error 0.
 */
function isNoFailure({ outcome, protocol }: FileFact): boolean {
  return protocol === 'tftp' && outcome.kind === 'error' && outcome.code === 0;
}

/** UEFI firmware ends its question for the size so, with the code that refuses options. */
const SIZE_KNOWN = 'User aborted the transfer';
/** What shim starts, and helpers of its own, from the folder that it came from itself. */
const STARTED_BY_SHIM = /^(?:grub|mm|fb)(?:ia32|x64|arm|aa64|riscv64|loongarch64)\.efi$/i;
/** What shim looks for and does without. */
const WANTED_BY_SHIM = /^(?:revocations(?:_\w+)?|shim_certificate(?:_\d+)?)\.efi$/i;
const SYSLINUX_MODULE = /\.c32$/i;
const PXELINUX_CONFIG = /(?:^|\/)pxelinux\.cfg\//i;
/** Endings that PXELINUX tries behind the name of a kernel that is not there. */
const PXELINUX_ENDING = /\.(?:cbt|0|com|c32|bs|bss|bin|img)$/i;

/** PXELINUX tries many names before it takes `default`. */
function isSearch(file: FileFact, later: Later): boolean {
  return PXELINUX_CONFIG.test(file.name) && later.loadsConfig(file);
}

type Missing = FileFact & { readonly outcome: FileOutcome & { readonly kind: 'error' } };

const isMissing = (file: FileFact): file is Missing =>
  file.protocol === 'tftp' && file.outcome.kind === 'error' && file.outcome.code === 1;

/** Files that are not there, one finding for all places and endings that a client tries. */
export const missingFiles: Rule = (facts, nameOf) => {
  const later = new Later(facts.files);
  const missing = facts.files
    .filter(isMissing)
    .filter((file) => !later.goesOn(file) && !later.loadsName(file) && !isSearch(file, later))
    .filter(({ name }) => !WANTED_BY_SHIM.test(baseName(name)));
  const names = new Set(missing.map(({ clientMac, name }) => `${clientMac} ${baseName(name)}`));
  const groups = groupBy(missing, ({ clientMac, name }) => {
    if (PXELINUX_CONFIG.test(name)) return `${clientMac} pxelinux.cfg`;
    const base = baseName(name);
    const stem = base.replace(PXELINUX_ENDING, '');
    return `${clientMac} ${names.has(`${clientMac} ${stem}`) ? stem : base}`;
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const client = nameOf(first.clientMac);
    const server = addressText(first.server);
    const places = new Set(group.map(({ name }) => name)).size;
    const prefix = facts.dhcp.findLast(
      (fact) => !fact.isRequest && fact.client === first.clientMac && fact.pathPrefix !== undefined,
    )?.pathPrefix;
    const evidence = {
      frames: group.flatMap((file) => [firstFrame(file), file.outcomeFrame]),
      machine: client,
      about: first.name,
      rule: 'RFC 1350 §5',
    };
    if (prefix !== undefined && prefix !== '' && !prefix.endsWith('/') && first.name.startsWith(prefix)) {
      const about = { client, server, file: first.name, prefix };
      return finding('path-prefix-without-slash', 'error', about, { ...evidence, about: prefix, rule: 'RFC 5071 §5' });
    }
    const shim = lostFolder(facts, first);
    if (shim !== undefined) {
      const about = { client, server, file: first.name, shim };
      return finding('shim-folder', 'error', about, { ...evidence, about: shim, rule: 'RFC 2132 §9.5' });
    }
    if (SYSLINUX_MODULE.test(first.name)) {
      const file = baseName(first.name);
      return finding(
        'syslinux-module-missing',
        'error',
        { client, server, file, count: places },
        { ...evidence, about: file },
      );
    }
    if (PXELINUX_CONFIG.test(first.name))
      return finding('pxelinux-config-missing', 'error', { client, server, count: places }, evidence);
    return finding('tftp-missing-file', 'error', { client, server, file: first.name }, evidence);
  });
};

/** The program in a folder that looks elsewhere for what lies beside it, because no DHCP reply has its name in the header. */
function lostFolder({ dhcp, files }: BootFacts, { clientMac, name }: Missing): string | undefined {
  if (!STARTED_BY_SHIM.test(baseName(name))) return undefined;
  const replies = dhcp.filter((fact) => fact.client === clientMac && !fact.isRequest && fact.bootFile !== undefined);
  const shim = replies.at(-1)?.bootFile;
  if (shim === undefined || replies.some(({ isFileInHeader }) => isFileInHeader)) return undefined;
  const isLoaded = files.some(
    (file) => file.clientMac === clientMac && file.name === shim && file.outcome.kind === 'done',
  );
  return isLoaded && folderOf(shim) !== folderOf(name) ? shim : undefined;
}

/** Without slashes at its ends: names are relative to the root. */
function folderOf(name: string): string {
  return name.slice(0, name.lastIndexOf('/') + 1).replaceAll(/^\/+|\/+$/g, '');
}

/** RFC 9110 §15.5.2. */
const UNAUTHORIZED = 401;

/** How a server says that it has no permission to read a file. */
const DENIED = {
  http: { code: 403, rule: 'RFC 9110 §15.5.4' },
  tftp: { code: 2, rule: 'RFC 1350 §5' },
  // FTP has one reply for a file that is missing and one that may not be read.
  ftp: undefined,
} as const;

function denial({ protocol, outcome }: FileFact): { readonly rule: string } | undefined {
  const denied = DENIED[protocol];
  return outcome.kind === 'error' && outcome.code === denied?.code ? denied : undefined;
}

export const failedFiles: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  const later = new Later(facts.files);
  for (const file of facts.files) {
    const { outcome } = file;
    const machine = nameOf(file.clientMac);
    const server = addressText(file.server);
    if (outcome.kind !== 'error' || isMissing(file) || isNoFailure(file)) continue;
    if (later.goesOn(file) || later.loadsName(file)) continue;
    const { name, protocol } = file;
    const evidence = { frames: [firstFrame(file), file.outcomeFrame], machine, about: name };
    const about = { server, client: machine, file: name, status: outcome.code, message: outcome.message };
    const denied = denial(file);
    if (denied !== undefined) found.push(finding('file-denied', 'error', about, { ...evidence, rule: denied.rule }));
    else if (protocol === 'http')
      found.push(
        finding(outcome.code === UNAUTHORIZED ? 'http-denied' : 'http-error', 'error', about, {
          ...evidence,
          rule: 'RFC 9110 §15.5',
        }),
      );
    else if (protocol === 'ftp')
      found.push(finding('ftp-error', 'error', about, { ...evidence, rule: 'RFC 959 §4.2.1' }));
    else if (outcome.code !== 8) found.push(finding('tftp-error', 'warn', about, { ...evidence, rule: 'RFC 1350 §5' }));
    else if (outcome.message !== SIZE_KNOWN && !later.asksAgain(file)) {
      const refused = { client: machine, server, file: name };
      found.push(finding('tftp-options-refused', 'note', refused, { ...evidence, rule: 'RFC 2347 §4' }));
    }
  }
  return found;
};

/** Ethernet, IPv4, UDP and TFTP headers around a block. */
const BLOCK_OVERHEAD_BYTES = 14 + 20 + 8 + 4;
/** Blocks above this length are those that a narrower path stops; smaller ones pass everywhere (RFC 791: 576). */
const NARROW_BYTES = 576;

/** A large block that is sent again and again and never acknowledged, after short packets came through. */
function isStoppedBySize({ protocol, outcome, repeats, lastAck, lastBlock, lastBlockBytes }: FileFact): boolean {
  return (
    protocol === 'tftp' &&
    outcome.kind !== 'done' &&
    repeats >= 2 &&
    lastAck >= 0 &&
    lastAck < lastBlock &&
    lastBlock === 1 &&
    lastBlockBytes > NARROW_BYTES
  );
}

export const silentFiles: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  const later = new Later(facts.files);
  for (const file of facts.files) {
    const { protocol, name, outcome } = file;
    const client = nameOf(file.clientMac);
    const server = addressText(file.server);
    const waitedNs = facts.endNs - file.endNs;
    if (later.goesOn(file) || later.loadsName(file)) continue;
    const evidence = { frames: [firstFrame(file), file.outcomeFrame], machine: client, about: name };
    const rule = protocol === 'tftp' ? { rule: 'RFC 1350 §2' } : {};
    if (isStoppedBySize(file)) {
      const about = { client, file: name, bytes: file.lastBlockBytes + BLOCK_OVERHEAD_BYTES, count: file.repeats + 1 };
      found.push(finding('path-mtu', 'error', about, { ...evidence, rule: 'RFC 2348' }));
    } else if (outcome.kind === 'asked' && (file.frames.length > 1 || waitedNs > SILENCE_NS)) {
      const again = protocol === 'tftp' && file.frames.length > 1;
      const wording = again ? 'tftp-no-answer:again' : (`${protocol}-no-answer` as const);
      const about = { client, server, file: name, count: file.frames.length };
      found.push(finding(wording, 'error', about, { ...evidence, frames: file.frames, ...rule }));
    } else if (outcome.kind === 'active' && waitedNs > SILENCE_NS) {
      const about = { file: name, client, bytes: file.bytes };
      found.push(finding(`${protocol}-stalled`, 'error', about, { ...evidence, ...rule }));
    } else if (file.repeats >= 3 && outcome.kind !== 'done') {
      found.push(
        finding('tftp-repeats', 'note', { count: file.repeats, file: name, client }, { ...evidence, ...rule }),
      );
    }
  }
  return found;
};

export const chainloadLoop: Rule = (facts, nameOf) => {
  const found: FrameFinding[] = [];
  const done = facts.files.filter((file) => file.outcome.kind === 'done');
  const requests = groupBy(
    facts.dhcp.filter((fact) => fact.type === DHCP_MESSAGE_TYPE.request && fact.isRequest),
    (fact) => fact.client,
  );
  for (const files of groupBy(done, (file) => `${file.clientMac} ${file.name}`).values()) {
    const [first] = files;
    if (first === undefined || files.length < 3 || firmwareOf(first.name) === undefined) continue;
    const messages = requests.get(first.clientMac) ?? [];
    // Each round begins with DHCP; three loads after one lease are something else.
    let next = 0;
    const rounds = files.filter((file, i) => {
      if (i === 0) return true;
      const before = firstFrame(files[i - 1] ?? file);
      let message = messages[next];
      while (message !== undefined && message.frame <= before) message = messages[++next];
      return message !== undefined && message.frame < firstFrame(file);
    });
    if (rounds.length < 3) continue;
    found.push(
      finding(
        'chainload-loop',
        'error',
        { client: nameOf(first.clientMac), file: first.name, count: rounds.length },
        { frames: rounds.map(firstFrame), machine: nameOf(first.clientMac), about: first.name, rule: 'RFC 3004 §4' },
      ),
    );
  }
  return found;
};

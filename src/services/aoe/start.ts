/** Runs the AoE targets of a server of the lab: raw frames on its cards. */
import { formatMac, parseMac, type MacAddress } from '../../base/address.ts';
import type { BlockDevice } from '../../base/disks/block-device.ts';
import type { EventSink, Severity } from '../../base/event-log.ts';
import type { Message } from '../../base/sentence.ts';
import type { NetInterface } from '../../net/host/types.ts';
import { AOE_ALL_MAJORS, AOE_ALL_MINORS, decodeAoe, encodeAoe, type AoeAta } from '../../protocols/aoe/codec.ts';
import { AOE_VERSION } from '../../protocols/aoe/fields.ts';
import { decodeEthernet, encodeEthernet } from '../../protocols/ethernet/codec.ts';
import { ETHERTYPE, ETHERNET_HEADER_LENGTH } from '../../protocols/ethernet/fields.ts';
import type { ServiceSettings } from '../all.ts';
import type { RunningService, ServiceContext, ServiceProblem } from '../service.ts';
import { AoeTarget, moves } from './aoe-target.ts';
import { aoeMessage } from './messages.ts';
import type { AoeTargetSetting } from './service.ts';

/** Machines in the log, at most, for each kind of news. */
const MAX_REPORTED = 100;

/** Says in the log what is new: a machine asks a disk thousands of times. */
class AoeReports {
  private readonly log: EventSink;
  private readonly reported = new Set<string>();
  private readonly writers = new Map<BlockDevice, string>();

  constructor(log: EventSink) {
    this.log = log;
  }

  once(code: string, severity: Severity, who: string, message: Message): void {
    const key = `${code} ${who}`;
    if (this.reported.has(key) || this.reported.size >= MAX_REPORTED) return;
    this.reported.add(key);
    this.log.emit({ kind: 'server', service: 'aoe', code: `aoe.${code}`, severity, ...message, lines: [] });
  }

  ata(client: string, target: string, device: BlockDevice, request: AoeAta, isGood: boolean): void {
    const direction = moves(request);
    if (direction === undefined) return;
    if (!isGood) {
      const command = `0x${request.commandStatus.toString(16)}`;
      const what = { client, target, command, sector: request.lba };
      this.once('failed', 'warn', `${client} ${target}`, aoeMessage('aoe.failed', what));
      return;
    }
    if (direction === 'read') {
      this.once('begun', 'info', `${client} ${target}`, aoeMessage('aoe.begun', { client, target }));
      return;
    }
    this.once('written', 'info', `${client} ${target}`, aoeMessage('aoe.written', { client, target }));
    const other = this.writers.get(device);
    this.writers.set(device, client);
    if (other === undefined || other === client) return;
    this.once('two-writers', 'warn', target, aoeMessage('aoe.two-writers', { client, target, other }));
  }
}

function makeTarget(setting: AoeTargetSetting, device: BlockDevice, reports: AoeReports): AoeTarget {
  const { shelf, slot, configString = '', macs = [] } = setting;
  const target = `e${shelf}.${slot}`;
  const who = (client: MacAddress): string => formatMac(client);
  return new AoeTarget({
    shelf,
    slot,
    device,
    configString,
    macs: macs.flatMap((text) => parseMac(text) ?? []),
    onAta: (client, request, isGood) => reports.ata(who(client), target, device, request, isGood),
    onFound: (client) => {
      const what = { client: who(client), target, sectors: device.blockCount };
      reports.once('found', 'info', `${who(client)} ${target}`, aoeMessage('aoe.found', what));
    },
    onForbidden: (client) => {
      const message = aoeMessage('aoe.not-allowed', { client: who(client), target });
      reports.once('not-allowed', 'warn', `${who(client)} ${target}`, message);
    },
    onRefused: (client, error) => {
      const message = aoeMessage('aoe.refused', { client: who(client), target, error });
      reports.once('refused', 'warn', `${who(client)} ${target}`, message);
    },
  });
}

/** Frames of other protocols are left to the host. */
function attach(port: NetInterface, targets: readonly AoeTarget[]): void {
  const before = port.onFrame;
  port.onFrame = (bytes) => {
    const frame = decodeEthernet(bytes);
    if (!frame.ok || frame.value.kind !== 'ethernet-ii' || frame.value.etherType !== ETHERTYPE.aoe) {
      return before?.(bytes) ?? false;
    }
    const { payload, source } = frame.value;
    const message = decodeAoe(payload);
    if (!message.ok || message.value.isResponse) return true;
    const { major, minor } = message.value;
    for (const target of targets) {
      const isMeant =
        (major === target.shelf || major === AOE_ALL_MAJORS) && (minor === target.slot || minor === AOE_ALL_MINORS);
      if (!isMeant) continue;
      const answer = target.answer(
        { ...message.value, version: AOE_VERSION },
        source,
        port.mtu + ETHERNET_HEADER_LENGTH,
      );
      if (answer === undefined) continue;
      const body = encodeAoe(answer);
      const rest = { source: port.mac, etherType: ETHERTYPE.aoe } as const;
      port.sendFrame(encodeEthernet({ kind: 'ethernet-ii', destination: source, ...rest, payload: body }));
    }
    return true;
  };
}

export function startAoe(
  { targets: settings }: ServiceSettings<'aoe'>,
  { log, host, disks }: Pick<ServiceContext, 'log' | 'host' | 'disks'>,
): RunningService {
  const reports = new AoeReports(log);
  const problems: ServiceProblem[] = [];
  const served: { readonly target: AoeTarget; readonly nic: string | undefined }[] = [];
  settings.forEach((setting, index) => {
    const device = disks.open(setting, `e${setting.shelf}.${setting.slot}`);
    const place = `aoe.targets.${index}`;
    const file = 'file' in setting.source ? setting.source.file : '';
    if (device === undefined) problems.push({ place, reason: `${file}: No such file or directory` });
    else served.push({ target: makeTarget(setting, device, reports), nic: setting.nic });
  });
  return {
    problems,
    listen() {
      for (const port of host.interfaces) {
        const here = served.filter(({ nic }) => nic === undefined || nic === port.name).map(({ target }) => target);
        if (here.length > 0) attach(port, here);
      }
    },
  };
}

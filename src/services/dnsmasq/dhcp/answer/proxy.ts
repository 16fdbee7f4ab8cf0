/** ProxyDHCP and the boot server's port 4011 (PXE 2.1 §2.2.3): boot information beside another's addresses. */
import { FLAG_BROADCAST } from '../../../../protocols/dhcp/codec.ts';
import { formatIpv4, sameSubnet } from '../../../../base/address.ts';
import { DHCP_MESSAGE_TYPE } from '../../../../protocols/dhcp/options.ts';
import type { Client, DhcpEnvironment, Trace } from '../policy/client.ts';
import { findBoot, putPxeHeader } from './options.ts';
import { PXE_OPTION } from '../../../../protocols/pxe/vendor-options.ts';
import { pxeVendors, vendorOptions } from './option-filter.ts';
import { FIRST_UEFI_ARCH, bootItem, hasPrompt, packSubOptions, pxeMenu, soleUefiService } from './pxe.ts';
import { ReplyWriter } from '../packet/reply-writer.ts';
import { DHCP_OPTION } from '../../../../protocols/dhcp/options.ts';
import { applyTagIfs, tagNames, withTag } from '../policy/tags.ts';
import type { Tags } from '../policy/tags.ts';
import { dnsmasqMessage } from '../../messages.ts';
import { fromLatin1 } from '../../../../base/bytes.ts';
import { itemAt } from '../../../../base/lists/list.ts';
import type { Message } from '../../../../base/sentence.ts';

/** Who names itself by option 60 as a PXE client. */
export interface PxeSender {
  readonly arch: number | undefined;
  readonly uuid: Uint8Array | undefined;
  /** What option 60 of the answer says. */
  readonly vendor: string;
}

export interface PxeClient extends PxeSender {
  readonly arch: number;
}

export type PxeAnswer =
  | { readonly kind: 'reply'; readonly writer: ReplyWriter; readonly tags: Tags }
  | { readonly kind: 'silence'; readonly reason: Message }
  /** Not a matter of PXE: go on as DHCP. */
  | { readonly kind: 'none' };

/** PXE is on when there is a pxe-service or pxe-prompt line. */
export function pxeSender({ config }: DhcpEnvironment, { request, vendorClass }: Client): PxeSender | undefined {
  if (config.pxeServices.length === 0 && config.pxePrompts.length === 0) return undefined;
  if (vendorClass === undefined) return undefined;
  const text = fromLatin1(vendorClass);
  const vendor = pxeVendors(config).find((name) => text.startsWith(name));
  const arch = request.find(DHCP_OPTION.clientArch, 2);
  if (vendor === undefined) return undefined;
  const uuid = request.find(DHCP_OPTION.clientUuid, 17);
  return {
    arch: arch === undefined ? undefined : (itemAt(arch, 0) << 8) | itemAt(arch, 1),
    uuid: uuid !== undefined && uuid.length === 17 ? uuid : undefined,
    vendor,
  };
}

/** RFC 4578 §2: PXE clients send options 60 and 93. Without the second one, only the choice of a boot item is heard. */
export function isPxeClient(sender: PxeSender | undefined): sender is PxeClient {
  return sender?.arch !== undefined;
}

/** Sub-options of configured lines for the client's vendor. */
function vendorLines({ config }: DhcpEnvironment, { vendorClass }: Client, tags: Tags, trace: Trace) {
  return vendorOptions(config, vendorClass, tags).map(({ code, value, origin }) => {
    trace.because(origin);
    return { code, data: value };
  });
}

/** The file of a chosen boot item. */
function answerBootItem(
  environment: DhcpEnvironment,
  client: Client,
  pxe: PxeSender,
  item: { readonly type: number; readonly layer: number },
  trace: Trace,
): PxeAnswer {
  const { request, subnets, face } = client;
  const service = environment.config.pxeServices.find((candidate) => candidate.type === item.type);
  if (service === undefined || service.baseName === undefined) {
    return { kind: 'silence', reason: dnsmasqMessage('dhcp.silent.no-boot-item', { item: item.type }) };
  }
  if (client.isIgnored) return { kind: 'silence', reason: dnsmasqMessage('dhcp.silent.ignore-line') };
  if (request.ciaddr === 0) return { kind: 'silence', reason: dnsmasqMessage('dhcp.silent.boot-item-without-address') };
  const local = subnets.find((subnet) => sameSubnet(request.ciaddr, subnet.range.start, subnet.netmask))?.local;
  if (local === undefined) {
    const address = formatIpv4(request.ciaddr);
    return { kind: 'silence', reason: dnsmasqMessage('dhcp.silent.elsewhere', { address }) };
  }
  trace.because(service.origin);
  const writer = new ReplyWriter(request, true);
  writer.yiaddr = request.ciaddr;
  writer.ciaddr = 0;
  if (service.serverName !== undefined) writer.siaddr = environment.resolve(service.serverName);
  else writer.siaddr = service.server ?? local;
  writer.bootFile = service.baseName.includes('.') ? service.baseName : `${service.baseName}.${item.layer}`;
  writer.put(DHCP_OPTION.messageType, Uint8Array.of(DHCP_MESSAGE_TYPE.ack));
  writer.putAddress(DHCP_OPTION.serverIdentifier, local);
  putPxeHeader(pxe, (code, data) => writer.put(code, data));
  const selected = Uint8Array.of(item.type >>> 8, item.type & 255, item.layer >>> 8, item.layer & 255);
  const lines = vendorLines(environment, client, client.tags, trace);
  for (const data of packSubOptions([{ code: PXE_OPTION.bootItem, data: selected }, ...lines])) {
    writer.put(DHCP_OPTION.vendorSpecific, data);
  }
  trace.log(`PXE(${face.name}) ${formatIpv4(writer.yiaddr)} ${client.label} ${writer.bootFile}`, 'routine');
  trace.log(`tags: ${tagNames(client.tags)}`, 'detail');
  return { kind: 'reply', writer, tags: client.tags };
}

/** Answers what concerns PXE alone. */
export function answerPxe(environment: DhcpEnvironment, client: Client, pxe: PxeSender, trace: Trace): PxeAnswer {
  const { config } = environment;
  const { request, subnets, face, isPxePort } = client;
  const type = request.messageType;
  if (type === DHCP_MESSAGE_TYPE.request || type === DHCP_MESSAGE_TYPE.inform) {
    const item = bootItem(request.find(DHCP_OPTION.vendorSpecific, 4));
    if (item !== undefined) return answerBootItem(environment, client, pxe, item, trace);
  }
  if (!isPxeClient(pxe)) return { kind: 'none' };
  if (type !== DHCP_MESSAGE_TYPE.discover && !(isPxePort && type === DHCP_MESSAGE_TYPE.request))
    return { kind: 'none' };
  const subnet = subnets.find((candidate) => candidate.range.kind === 'proxy');
  if (subnet === undefined) return { kind: 'none' };
  trace.because(subnet.range.origin);
  let tags = client.tags;
  if (subnet.range.setTag !== undefined) {
    tags = applyTagIfs(
      config.tagIfs,
      withTag(tags, subnet.range.setTag, dnsmasqMessage('dhcp.tag.network'), subnet.range.origin),
    );
  }
  const writer = new ReplyWriter(request, true);
  writer.yiaddr = 0;
  if (type === DHCP_MESSAGE_TYPE.discover || request.ciaddr === 0) {
    writer.ciaddr = 0;
    writer.flags = FLAG_BROADCAST;
  }
  const isUefi = pxe.arch >= FIRST_UEFI_ARCH;
  const menuEnvironment = { config, arch: pxe.arch, tags, local: subnet.local, resolve: environment.resolve };
  if (isUefi) writer.siaddr = subnet.local;
  const sole = soleUefiService(menuEnvironment);
  if (sole !== undefined) {
    trace.because(sole.origin);
    if (isPxePort) {
      if (sole.serverName !== undefined) writer.siaddr = environment.resolve(sole.serverName);
      else writer.siaddr = sole.server ?? subnet.local;
      writer.serverName = sole.serverName ?? formatIpv4(writer.siaddr);
      const base = sole.baseName ?? '';
      writer.bootFile = base === '' || base.includes('.') ? base : `${base}.0`;
    }
  } else {
    const boot = findBoot(config, tags);
    if (boot !== undefined) {
      trace.because(boot.origin);
      if (boot.nextServer !== undefined) writer.siaddr = boot.nextServer;
      else if (boot.nextServerName !== undefined) writer.siaddr = environment.resolve(boot.nextServerName);
      if (boot.file !== undefined) writer.bootFile = boot.file;
    }
  }
  const answerType = type === DHCP_MESSAGE_TYPE.discover ? DHCP_MESSAGE_TYPE.offer : DHCP_MESSAGE_TYPE.ack;
  writer.put(DHCP_OPTION.messageType, Uint8Array.of(answerType));
  writer.putAddress(DHCP_OPTION.serverIdentifier, subnet.local);
  putPxeHeader(pxe, (code, data) => writer.put(code, data));
  if ((isPxePort && sole === undefined) || !isUefi) {
    const lines = vendorLines(environment, client, tags, trace);
    const menu = pxeMenu(menuEnvironment, hasPrompt(lines));
    if (menu.isTooLarge) trace.log('!PXE menu too large');
    for (const service of menu.services) trace.because(service.origin);
    for (const data of packSubOptions([...menu.subOptions, ...lines])) writer.put(DHCP_OPTION.vendorSpecific, data);
  }
  trace.log(`PXE(${face.name}) ${client.label} ${client.isIgnored ? 'proxy-ignored' : 'proxy'}`, 'routine');
  trace.log(`tags: ${tagNames(tags)}`, 'detail');
  if (client.isIgnored) return { kind: 'silence', reason: dnsmasqMessage('dhcp.silent.ignore-line') };
  return { kind: 'reply', writer, tags };
}

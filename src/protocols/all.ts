/** Every protocol that the analysis knows. Add yours here. */
import { aoeProtocol } from './aoe/dissect.ts';
import { arpProtocol } from './arp/dissect.ts';
import { bootparamsProtocol } from './bootparams/dissect.ts';
import { dhcpProtocol } from './dhcp/dissect.ts';
import { dnsProtocol } from './dns/dissect.ts';
import { ctProtocol, dnsProtocol as fcNamesProtocol } from './fcct/dissect.ts';
import { elsProtocol } from './fcels/dissect.ts';
import { ethernetProtocol } from './ethernet/dissect.ts';
import { fcProtocol } from './fc/dissect.ts';
import { fcoeProtocol } from './fcoe/dissect.ts';
import { fcpProtocol } from './fcp/dissect.ts';
import { fipProtocol } from './fip/dissect.ts';
import { frameProtocol } from './frame/dissect.ts';
import { ftpProtocol } from './ftp/dissect.ts';
import { ftpDataProtocol } from './ftp/dissect-data.ts';
import { httpProtocol } from './http/dissect.ts';
import { textLinesProtocol } from './http/text-lines.ts';
import { serviceVlanProtocol } from './ieee8021ad/dissect.ts';
import { icmpProtocol } from './icmp/dissect.ts';
import { igmpProtocol } from './igmp/dissect.ts';
import { ipv4Protocol } from './ipv4/dissect.ts';
import { iscsiProtocol } from './iscsi/dissect.ts';
import { llcProtocol } from './llc/dissect.ts';
import { mountProtocol } from './nfs/dissect-mount.ts';
import { nfsProtocol } from './nfs/dissect.ts';
import { ntpProtocol } from './ntp/dissect.ts';
import { nullProtocol } from './null/dissect.ts';
import { rawProtocol } from './raw/dissect.ts';
import { portmapProtocol } from './rpc/dissect-portmap.ts';
import { rpcProtocol } from './rpc/dissect.ts';
import { eapolProtocol } from './eapol/dissect.ts';
import { lldpProtocol } from './lldp/dissect.ts';
import { lacpProtocol, markerProtocol, slowProtocol } from './slow/dissect.ts';
import { Registry, type DecodeAs, type Protocol } from './core/registry.ts';
import { scsiProtocol } from './scsi/dissect.ts';
import { slamProtocol } from './slam/dissect.ts';
import { sllProtocol } from './sll/dissect.ts';
import { stpProtocol } from './stp/dissect.ts';
import { syslogProtocol } from './syslog/dissect.ts';
import { tftpProtocol } from './tftp/dissect.ts';
import { tlsProtocol } from './tls/dissect.ts';
import { tcpProtocol } from './tcp/dissect.ts';
import { udpProtocol } from './udp/dissect.ts';
import { vlanProtocol } from './vlan/dissect.ts';

export const PROTOCOLS: readonly Protocol[] = [
  frameProtocol,
  ethernetProtocol,
  llcProtocol,
  vlanProtocol,
  serviceVlanProtocol,
  sllProtocol,
  nullProtocol,
  rawProtocol,
  stpProtocol,
  eapolProtocol,
  slowProtocol,
  lacpProtocol,
  markerProtocol,
  lldpProtocol,
  aoeProtocol,
  fipProtocol,
  fcoeProtocol,
  fcProtocol,
  elsProtocol,
  ctProtocol,
  fcNamesProtocol,
  fcpProtocol,
  arpProtocol,
  ipv4Protocol,
  icmpProtocol,
  igmpProtocol,
  udpProtocol,
  tcpProtocol,
  dhcpProtocol,
  tftpProtocol,
  dnsProtocol,
  httpProtocol,
  tlsProtocol,
  ftpProtocol,
  ftpDataProtocol,
  rpcProtocol,
  portmapProtocol,
  mountProtocol,
  nfsProtocol,
  bootparamsProtocol,
  ntpProtocol,
  syslogProtocol,
  slamProtocol,
  iscsiProtocol,
  scsiProtocol,
  textLinesProtocol,
];

/** A registry of all protocols; `decodeAs` puts a protocol where another one, or none, would be. */
export function makeRegistry(decodeAs: readonly DecodeAs[] = []): Registry {
  return new Registry(PROTOCOLS, decodeAs);
}

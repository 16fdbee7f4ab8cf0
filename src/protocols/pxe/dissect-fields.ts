/** The fields of PXE's sub-options of DHCP option 43, as Wireshark names them. */
import { field } from '../core/field.ts';

const SET: readonly [string, string] = ['Set', 'Not set'];

export const PXE = {
  suboption: field('dhcp.option.vendor.pxeclient.suboption', 'Option 43 Suboption', 'uint8', {
    values: {
      0: 'Padding',
      1: 'PXE mtftp IP',
      2: 'PXE mtftp client port',
      3: 'PXE mtftp server port',
      4: 'PXE mtftp timeout',
      5: 'PXE mtftp delay',
      6: 'PXE discovery control',
      7: 'PXE multicast address',
      8: 'PXE boot servers',
      9: 'PXE boot menu',
      10: 'PXE menu prompt',
      11: 'PXE multicast address alloc',
      12: 'PXE credential types',
      71: 'PXE boot item',
      255: 'PXE End',
    },
  }),
  padding: field('dhcp.option.vendor.pxeclient.padding', 'Padding', 'uint8'),
  end: field('dhcp.option.vendor.pxeclient.end', 'PXE Client End', 'uint8'),
  mtftpIp: field('dhcp.option.vendor.pxeclient.mtftp_ip', 'mtftp IP', 'ipv4'),
  mtftpClientPort: field('dhcp.option.vendor.pxeclient.mtftp_client_port', 'mtftp client port', 'uint16', {
    littleEndian: true,
  }),
  mtftpServerPort: field('dhcp.option.vendor.pxeclient.mtftp_server_port', 'mtftp server port', 'uint16', {
    littleEndian: true,
  }),
  mtftpTimeout: field('dhcp.option.vendor.pxeclient.mtftp_timeout', 'mtftp timeout', 'uint8'),
  mtftpDelay: field('dhcp.option.vendor.pxeclient.mtftp_delay', 'mtftp delay', 'uint8'),
  control: field('dhcp.option.vendor.pxeclient.discovery_control', 'discovery control', 'uint8', { base: 'hex' }),
  controlBroadcast: field('dhcp.option.vendor.pxeclient.discovery_control.broadcast', 'Disable Broadcast', 'bool', {
    mask: 1,
    trueFalse: SET,
  }),
  controlMulticast: field('dhcp.option.vendor.pxeclient.discovery_control.multicast', 'Disable Multicast', 'bool', {
    mask: 2,
    trueFalse: SET,
  }),
  controlServers: field('dhcp.option.vendor.pxeclient.discovery_control.serverlist', 'Serverlist only', 'bool', {
    mask: 4,
    trueFalse: SET,
  }),
  controlBootstrap: field('dhcp.option.vendor.pxeclient.discovery_control.bstrap', 'Bootstrap override', 'bool', {
    mask: 8,
    trueFalse: SET,
  }),
  multicast: field('dhcp.option.vendor.pxeclient.multicast_address', 'multicast address', 'ipv4'),
  servers: field('dhcp.option.vendor.pxeclient.boot_servers', 'boot servers', 'bytes'),
  serverType: field('dhcp.option.vendor.pxeclient.boot_servers.type', 'Type', 'uint16', {
    values: {
      0: 'PXE bootstrap server',
      1: 'Microsoft Windows NT Boot Server',
      2: 'Intel LCM Boot Server',
      3: 'DOS/UNDI Boot Server',
      4: 'NEC ESMPRO Boot Server',
      5: 'IBM WSoD Boot Server',
      6: 'IBM LCCM Boot Server',
      7: 'CA Unicenter TNG Boot Server',
      8: 'HP OpenView Boot Server',
      65535: 'PXE API Test server',
    },
  }),
  serverCount: field('dhcp.option.vendor.pxeclient.boot_servers.count', 'IP count', 'uint8'),
  serverIp: field('dhcp.option.vendor.pxeclient.boot_servers.ip', 'IP', 'ipv4'),
  menu: field('dhcp.option.vendor.pxeclient.boot_menu', 'boot menu', 'bytes'),
  menuType: field('dhcp.option.vendor.pxeclient.boot_menu.type', 'Type', 'uint16', { values: { 0: 'Local boot' } }),
  menuLength: field('dhcp.option.vendor.pxeclient.boot_menu.length', 'Length', 'uint8'),
  menuText: field('dhcp.option.vendor.pxeclient.boot_menu.desc', 'Description', 'string'),
  prompt: field('dhcp.option.vendor.pxeclient.menu_prompt', 'menu prompt', 'bytes'),
  promptTimeout: field('dhcp.option.vendor.pxeclient.menu_prompt.timeout', 'Timeout', 'uint8'),
  promptText: field('dhcp.option.vendor.pxeclient.menu_prompt.prompt', 'Prompt', 'string'),
  multicastAlloc: field('dhcp.option.vendor.pxeclient.multicast_address_alloc', 'multicast address alloc', 'bytes'),
  credentials: field('dhcp.option.vendor.pxeclient.credential_types', 'credential types', 'bytes'),
  item: field('dhcp.option.vendor.pxeclient.boot_item', 'boot item', 'bytes'),
  itemType: field('dhcp.option.vendor.pxeclient.boot_item.type', 'Type', 'uint16'),
  itemLayer: field('dhcp.option.vendor.pxeclient.boot_item.layer', 'Layer', 'bytes'),
};

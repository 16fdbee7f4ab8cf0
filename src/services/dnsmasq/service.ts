/** dnsmasq as a service of a server: DHCP, PXE, TFTP and DNS from one configuration. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, loggedBy, settingParts } from '../service.ts';

const { text } = settingParts;

export const dnsmasqService = defineService({
  id: 'dnsmasq',
  title: 'dnsmasq',
  settings: z.strictObject({
    /** Text of dnsmasq.conf. */
    config: text,
    /** Further configuration files by path: conf-file, hosts and options files. */
    files: withDefault(z.record(z.string(), text), {}),
    /** Text of /etc/hosts. */
    hosts: withDefault(text, '127.0.0.1 localhost\n'),
    leases: withDefault(text, ''),
    /** RFC 7440, which dnsmasq itself does not know. */
    tftpWindowsize: withDefault(z.boolean(), false),
    /** How fast TFTP sends, all transfers together; dnsmasq itself has no such limit. */
    tftpBytesPerSecond: settingParts.bytesPerSecond,
  }),
  initial: {
    config: `dhcp-range=192.168.50.100,192.168.50.199,1h
dhcp-boot=pxelinux.0
enable-tftp
tftp-root=/srv/tftp
`,
  },
  protocols: ['dhcp', 'tftp', 'dns'],
  // It writes a log as the real one does.
  requests: { view: 'log', isRequest: loggedBy('dnsmasq') },
  texts: {
    'service.dnsmasq.empty': 'dnsmasq has written nothing yet. Its log of addresses, names and files appears here.',
  },
});

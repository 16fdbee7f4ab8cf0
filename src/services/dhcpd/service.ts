/** ISC dhcpd as a service of a server: DHCP and BOOTP from a dhcpd.conf. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, loggedBy, settingParts } from '../service.ts';

const { text } = settingParts;

export const dhcpdService = defineService({
  id: 'dhcpd',
  title: 'ISC dhcpd',
  settings: z.strictObject({
    /** Text of dhcpd.conf. */
    config: text,
    /** Files that it includes, by path. */
    files: withDefault(z.record(z.string(), text), {}),
  }),
  initial: {
    config: `authoritative;
subnet 192.168.50.0 netmask 255.255.255.0 {
  range 192.168.50.100 192.168.50.199;
  next-server 192.168.50.1;
  filename "pxelinux.0";
}
`,
  },
  protocols: ['dhcp'],
  requests: { view: 'log', isRequest: loggedBy('dhcpd') },
  texts: {
    'service.dhcpd.empty': 'dhcpd has written nothing yet. Its log of requests and addresses appears here.',
  },
});

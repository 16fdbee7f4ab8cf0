/** RARP as a service of a server: machines that know their hardware address alone are told their IP address. */
import * as z from 'zod/mini';
import { _default as withDefault } from 'zod/mini';
import { defineService, reportedBy, settingParts } from '../service.ts';

export const rarpService = defineService({
  id: 'rarp',
  title: 'RARP',
  settings: z.strictObject({
    /** /etc/ethers: a hardware address and its IP address, or a name of `hosts`, on each line. */
    ethers: withDefault(settingParts.text, ''),
    /** /etc/hosts, for the names. */
    hosts: withDefault(settingParts.text, ''),
    /** Answers only machines whose boot file is in this folder; absent (`rarpd -e`): all. */
    bootFolder: z.optional(settingParts.absolutePath),
    /** Gives addresses of other networks too (`rarpd -o`). */
    offLink: withDefault(z.boolean(), false),
    /** Answers reverse requests in ARP packets too (`rarpd -A`). */
    arpPackets: withDefault(z.boolean(), false),
  }),
  initial: { ethers: '08:00:20:00:00:01 10.0.2.50\n' },
  protocols: ['arp'],
  requests: { view: 'list', isRequest: reportedBy('rarp') },
  texts: {
    'service.rarp.empty': 'No machine has asked for its own address. Each request and its answer becomes a row here.',
  },
});

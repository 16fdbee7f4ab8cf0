/** Configurations and the files beside them, as the application takes them over; loaded when somebody brings one. */
export { sidePath } from '../services/dnsmasq/config/side-path.ts';
export { importDhcpd } from '../services/dnsmasq/import/dhcpd.ts';
export { importKea } from '../services/dnsmasq/import/kea.ts';
export type { ImportNote, ImportResult } from '../services/dnsmasq/import/writer.ts';

/** `http:` and `https:` URIs: downloads, and disks behind servers that answer ranges. One client speaks both. */
import type { Ipxe } from '../../ipxe.ts';
import type { SchemeClient, SchemeSpec } from '../scheme.ts';
import { HttpClient } from './client.ts';
import { openHttpDisk } from './disk.ts';

const CLIENTS = new WeakMap<Ipxe, HttpClient>();

function start(ipxe: Ipxe): SchemeClient {
  const client = CLIENTS.get(ipxe) ?? new HttpClient(ipxe);
  CLIENTS.set(ipxe, client);
  return {
    fetch: (uri, progress) => client.get(uri, progress),
    openDisk: (uri) => openHttpDisk(client, uri),
    forgetIdle: () => client.forgetIdle(),
  };
}

export const httpScheme: SchemeSpec = {
  id: 'http',
  download: 'DOWNLOAD_PROTO_HTTP',
  disk: 'SANBOOT_PROTO_HTTP',
  start,
};

export const httpsScheme: SchemeSpec = {
  id: 'https',
  download: 'DOWNLOAD_PROTO_HTTPS',
  disk: 'SANBOOT_PROTO_HTTP',
  start,
};

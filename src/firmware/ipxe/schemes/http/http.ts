/** `http:` URIs: downloads, and disks behind servers that answer ranges. */
import type { SchemeSpec } from '../scheme.ts';
import { HttpClient } from './client.ts';
import { openHttpDisk } from './disk.ts';

export const httpScheme: SchemeSpec = {
  id: 'http',
  download: 'DOWNLOAD_PROTO_HTTP',
  disk: 'SANBOOT_PROTO_HTTP',
  start: (ipxe) => {
    const client = new HttpClient(ipxe);
    return {
      fetch: (uri, progress) => client.get(uri, progress),
      openDisk: (uri) => openHttpDisk(client, uri),
      forgetIdle: () => client.forgetIdle(),
    };
  },
};

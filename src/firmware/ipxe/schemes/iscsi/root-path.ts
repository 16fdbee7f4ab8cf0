/** `iscsi:SERVER:PROTOCOL:PORT:LUN:TARGET` (RFC 4173 §5): all but the server and the target may be left out. */
import { err, ok } from '../../../../base/result.ts';
import { ISCSI_PORT } from '../../../../protocols/iscsi/fields.ts';
import { Err } from '../../errors.ts';
import { parseLun } from '../../san/lun-text.ts';
import type { Uri } from '../../net/transfer/uri.ts';
import type { Outcome } from '../../settings/types.ts';

export interface IscsiRootPath {
  readonly server: string;
  readonly port: number;
  readonly lun: Uint8Array;
  readonly target: string;
}

/** An address of IPv6 stands in brackets; the name of the target has colons of its own. */
const PARTS = /^(\[[^\]]*\]|[^:]*):([^:]*):([^:]*):([^:]*):(.*)$/s;
export function parseRootPath(uri: Uri): Outcome<IscsiRootPath> {
  if (uri.opaque === undefined) return err(Err.iscsiNoRootPath);
  const parts = PARTS.exec(uri.opaque);
  if (parts === null) return err(Err.iscsiRootPathShort);
  const [, server = '', , port = '', lunText = '', target = ''] = parts;
  const lun = parseLun(lunText);
  if (lun === undefined) return err(Err.scsiInvalid);
  // The protocol is TCP, whatever is written there.
  const number = Number.parseInt(port, 10);
  return ok({ server, port: Number.isNaN(number) ? ISCSI_PORT : number & 0xffff, lun, target });
}

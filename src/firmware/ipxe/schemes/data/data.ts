/** `data:` URIs: the bytes are in the URI itself (RFC 2397). */
import { latin1 } from '../../../../base/bytes.ts';
import { err, ok } from '../../../../base/result.ts';
import { Err } from '../../errors.ts';
import type { Uri } from '../../net/transfer/uri.ts';
import { fromBase64 } from '../../../../base/data/base64.ts';
import { uriDecode, type Outcome } from '../../settings/types.ts';
import type { SchemeSpec } from '../scheme.ts';

/** RFC 2397: `data:[type][;base64],DATA`. */
function dataUri(uri: Uri): Outcome<Uint8Array> {
  const text = uri.opaque ?? '';
  const comma = text.indexOf(',');
  if (comma < 0) return err(Err.dataUri);
  const body = uriDecode(text.slice(comma + 1));
  if (!text.slice(0, comma).endsWith(';base64')) return ok(latin1(body));
  const raw = fromBase64(body);
  return raw === undefined ? err(Err.base64) : ok(raw);
}

export const dataScheme: SchemeSpec = {
  id: 'data',
  download: 'always',
  start: () => ({
    check: dataUri,
    // oxlint-disable-next-line require-yield -- the bytes are there
    *fetch(uri) {
      const data = dataUri(uri);
      return data.ok ? ok({ data: data.value, uri }) : data;
    },
  }),
};

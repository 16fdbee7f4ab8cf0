/** EAPOL packets (IEEE 802.1X-2004 §7.5). */
import { EAPOL, EAPOL_HEADER_LENGTH, EAPOL_TYPE } from './fields.ts';

/** Version 1, which every authenticator takes. */
const VERSION = 1;

/** EAPOL-Start: it has no body. */
export function encodeEapolStart(): Uint8Array {
  const out = new Uint8Array(EAPOL_HEADER_LENGTH);
  out[EAPOL.version] = VERSION;
  out[EAPOL.type] = EAPOL_TYPE.start;
  return out;
}

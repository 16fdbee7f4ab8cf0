/** Extended link services (FC-LS-3 §4): logins of ports to the fabric and to each other, of processes, logouts, refusals. */
import { byteAt, readU16, readU32, writeU16, writeU32 } from '../../base/bytes.ts';
import { decodeError, ok, type DecodeError, type Result } from '../../base/result.ts';
import { readU24, writeU24 } from '../fc/codec.ts';
import { readWwn, writeWwn, type Wwn } from '../fc/wwn.ts';
import {
  ELS,
  LOGIN,
  LOGIN_CLASS,
  LOGIN_CLASS_LENGTH,
  LOGIN_CLASS_OPTION,
  LOGIN_FEATURE,
  LOGIN_LENGTH,
  LOGO_LENGTH,
  PRLI,
  PRLI_LENGTH,
  PRLI_PAGE_LENGTH,
} from './fields.ts';

/** FC-PH version that is spoken: the highest and the lowest. */
const VERSION = 0x2020;
const CLASS_3 = 2;
const E_D_TOV_MS = 2000;
const R_A_TOV_MS = 10_000;

export interface Login {
  /** `ELS.flogi`, `ELS.plogi` or `ELS.accept`. */
  readonly command: number;
  /** Frames that may be under way between neighbours. */
  readonly credit: number;
  /** Bits of `LOGIN_FEATURE`. */
  readonly features: number;
  /** The longest payload of a frame. */
  readonly receiveSize: number;
  readonly portName: Wwn;
  readonly nodeName: Wwn;
  /** To the fabric, which has no sequences of its own; else to a port. */
  readonly isFabric: boolean;
}

/** Fails when it is cut short. */
export function decodeLogin(bytes: Uint8Array, isFabric: boolean): Result<Login, DecodeError> {
  if (bytes.length < LOGIN_LENGTH) return decodeError('truncated', bytes.length, 'FC-LS-3 §6.6');
  return ok({
    command: byteAt(bytes, 0),
    credit: readU16(bytes, LOGIN.credit),
    features: readU16(bytes, LOGIN.features),
    receiveSize: readU16(bytes, LOGIN.receiveSize) & 0xfff,
    portName: readWwn(bytes, LOGIN.portName),
    nodeName: readWwn(bytes, LOGIN.nodeName),
    isFabric,
  });
}

export function encodeLogin(login: Login): Uint8Array {
  const out = new Uint8Array(LOGIN_LENGTH);
  const sequences = 0xff;
  out[0] = login.command;
  writeU16(out, LOGIN.version, VERSION);
  writeU16(out, LOGIN.credit, login.credit);
  writeU16(out, LOGIN.features, login.features);
  writeU16(out, LOGIN.receiveSize, login.receiveSize);
  if (!login.isFabric) {
    writeU16(out, LOGIN.sequences, sequences);
    writeU16(out, LOGIN.relativeOffset, 0x1f);
    writeU32(out, LOGIN.edTovMs, E_D_TOV_MS);
  } else if ((login.features & LOGIN_FEATURE.fPort) !== 0) {
    writeU32(out, LOGIN.sequences, R_A_TOV_MS);
    writeU32(out, LOGIN.edTovMs, E_D_TOV_MS);
  }
  writeWwn(out, LOGIN.portName, login.portName);
  writeWwn(out, LOGIN.nodeName, login.nodeName);
  const class3 = LOGIN.classes + CLASS_3 * LOGIN_CLASS_LENGTH;
  writeU16(out, class3 + LOGIN_CLASS.options, LOGIN_CLASS_OPTION.valid | LOGIN_CLASS_OPTION.sequential);
  if (!login.isFabric) {
    writeU16(out, class3 + LOGIN_CLASS.receiveSize, login.receiveSize);
    writeU16(out, class3 + LOGIN_CLASS.sequences, sequences);
    out[class3 + LOGIN_CLASS.openSequences] = 1;
  }
  return out;
}

export interface Rejection {
  /** `LS_RJT_REASON`, `LS_RJT_EXPLANATION`. */
  readonly reason: number;
  readonly explanation: number;
}

export function decodeReject(bytes: Uint8Array): Result<Rejection, DecodeError> {
  if (bytes.length < 8) return decodeError('truncated', bytes.length, 'FC-LS-3 §4.4');
  return ok({ reason: byteAt(bytes, 5), explanation: byteAt(bytes, 6) });
}

export function encodeReject({ reason, explanation }: Rejection): Uint8Array {
  return Uint8Array.of(ELS.reject, 0, 0, 0, 0, reason, explanation, 0);
}

/** PRLI, PRLO or its answer, with one page (FC-LS-3 §4.2.22). */
export interface ProcessLogin {
  readonly command: number;
  /** `FC_TYPE`. */
  readonly type: number;
  /** Bits of `PRLI_FLAG`. */
  readonly flags: number;
  /** Of FCP, bits of `PRLI_FCP`. */
  readonly parameters: number;
}

export function decodeProcessLogin(bytes: Uint8Array): Result<ProcessLogin, DecodeError> {
  if (bytes.length < PRLI_LENGTH) return decodeError('truncated', bytes.length, 'FC-LS-3 §4.2.22');
  return ok({
    command: byteAt(bytes, 0),
    type: byteAt(bytes, PRLI.type),
    flags: readU16(bytes, PRLI.flags),
    parameters: readU32(bytes, PRLI.parameters),
  });
}

export function encodeProcessLogin({ command, type, flags, parameters }: ProcessLogin): Uint8Array {
  const out = new Uint8Array(PRLI_LENGTH);
  out[0] = command;
  out[PRLI.pageLength] = PRLI_PAGE_LENGTH;
  writeU16(out, PRLI.payloadLength, PRLI_LENGTH);
  out[PRLI.type] = type;
  writeU16(out, PRLI.flags, flags);
  writeU32(out, PRLI.parameters, parameters);
  return out;
}

/** A logout says which port leaves. */
export interface Logout {
  readonly id: number;
  readonly portName: Wwn;
}

export function decodeLogout(bytes: Uint8Array): Result<Logout, DecodeError> {
  if (bytes.length < LOGO_LENGTH) return decodeError('truncated', bytes.length, 'FC-LS-3 §4.2.6');
  return ok({ id: readU24(bytes, 5), portName: readWwn(bytes, 8) });
}

export function encodeLogout({ id, portName }: Logout): Uint8Array {
  const out = new Uint8Array(LOGO_LENGTH);
  out[0] = ELS.logo;
  writeU24(out, 5, id);
  writeWwn(out, 8, portName);
  return out;
}

/** An acceptance without a payload of its own. */
export function encodeAccept(): Uint8Array {
  return Uint8Array.of(ELS.accept, 0, 0, 0);
}

/** The answer to RTV: R_A_TOV and E_D_TOV in milliseconds (FC-LS-3 §4.2.16). */
export function encodeTimeouts(): Uint8Array {
  const out = new Uint8Array(16);
  out[0] = ELS.accept;
  writeU32(out, 4, R_A_TOV_MS);
  writeU32(out, 8, E_D_TOV_MS);
  return out;
}

/** The login of a session (RFC 7143 §6.3): security, with CHAP in one or both directions, then operational keys. */
import { equalBytes, fromLatin1, latin1, toHex } from '../../../../base/bytes.ts';
import { err, ok } from '../../../../base/result.ts';
import type { Task } from '../../../../base/time/task.ts';
import { CHAP_MD5, chapResponse } from '../../../../protocols/iscsi/chap.ts';
import { LOGIN_STAGE, LOGIN_STATUS } from '../../../../protocols/iscsi/fields.ts';
import {
  binaryValue,
  decodeKeys,
  DEFAULT_KEYS,
  encodeKeys,
  keyNumber,
  type TextKeys,
} from '../../../../protocols/iscsi/keys.ts';
import type { LoginResponse } from '../../../../protocols/iscsi/pdu.ts';
import { Err, OK, type Status } from '../../errors.ts';
import type { ChapUser } from '../../san/path.ts';
import type { Outcome } from '../../settings/types.ts';
import type { PduConnection } from './connection.ts';

export interface LoginIdentity {
  readonly initiator: string;
  readonly target: string;
  readonly user: ChapUser | undefined;
  /** Whom the target must prove to be. */
  readonly reverse: ChapUser | undefined;
}

export interface LoginNumbers {
  readonly tag: number;
  /** Six bytes. */
  readonly isid: Uint8Array;
  /** Where `ExpStatSN` begins. */
  readonly expStatSn: number;
  /** What the target is asked to answer. */
  readonly challenge: { readonly identifier: number; readonly bytes: Uint8Array };
}

export type LoginResult =
  | { readonly kind: 'session'; readonly expStatSn: number; readonly maxSendBytes: number }
  /** The target is elsewhere: `HOST:PORT`. */
  | { readonly kind: 'moved'; readonly address: string };

/** What iPXE wants of every session. */
const OPERATIONAL: TextKeys = [
  ['HeaderDigest', 'None'],
  ['DataDigest', 'None'],
  ['MaxConnections', '1'],
  ['InitialR2T', 'Yes'],
  ['ImmediateData', 'No'],
  ['MaxRecvDataSegmentLength', '8192'],
  ['MaxBurstLength', '262144'],
  ['FirstBurstLength', '65536'],
  ['DefaultTime2Wait', '0'],
  ['DefaultTime2Retain', '0'],
  ['MaxOutstandingR2T', '1'],
  ['DataPDUInOrder', 'Yes'],
  ['DataSequenceInOrder', 'Yes'],
  ['ErrorRecoveryLevel', '0'],
];
/** A target that has not finished after so many rounds is left. */
const MAX_ROUNDS = 32;
const LOGIN_VERSION = 0;

/** Classes 2 and 3 of a login's status. */
export function loginError(status: number): Status {
  switch (status) {
    case LOGIN_STATUS.authenticationFailure:
      return Err.iscsiAuthentication;
    case LOGIN_STATUS.authorizationFailure:
      return Err.iscsiAuthorization;
    case LOGIN_STATUS.notFound:
    case LOGIN_STATUS.targetRemoved:
      return Err.iscsiNoTarget;
    case LOGIN_STATUS.serviceUnavailable:
      return Err.iscsiUnavailable;
    case LOGIN_STATUS.outOfResources:
      return Err.iscsiNoResources;
    default:
      if (status >>> 8 === 2) return Err.iscsiInitiatorStatus;
      return status >>> 8 === 3 ? Err.iscsiTargetStatus : Err.iscsiStatus;
  }
}

export class Login {
  private readonly connection: PduConnection;
  private readonly identity: LoginIdentity;
  private readonly numbers: LoginNumbers;
  private expStatSn: number;
  private stage: number = LOGIN_STAGE.security;
  private chap: { identifier: number; challenge: Uint8Array | undefined } = { identifier: 0, challenge: undefined };
  private isTargetProven = false;
  private maxSendBytes = Number(DEFAULT_KEYS.MaxRecvDataSegmentLength);
  private address: string | undefined;

  constructor(connection: PduConnection, identity: LoginIdentity, numbers: LoginNumbers) {
    this.connection = connection;
    this.identity = identity;
    this.numbers = numbers;
    this.expStatSn = numbers.expStatSn;
  }

  *run(): Task<Outcome<LoginResult>> {
    let keys = this.firstKeys();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      this.send(keys);
      const answer = yield* this.answer();
      if (!answer.ok) return answer;
      const { response, text } = answer.value;
      const said = decodeKeys(text);
      if (!said.ok) return err(Err.iscsiKey);
      const next = this.takeKeys(said.value);
      if (!next.ok) return next;
      if (response.status >>> 8 === 1) return this.moved();
      if (response.status !== LOGIN_STATUS.success) return err(loginError(response.status));
      keys = next.value;
      if (!response.isTransit) continue;
      if (response.nextStage === LOGIN_STAGE.fullFeature) {
        return ok({ kind: 'session', expStatSn: this.expStatSn, maxSendBytes: this.maxSendBytes });
      }
      // A target that does not prove itself is not the one that was meant.
      if (this.identity.reverse !== undefined && !this.isTargetProven) return err(Err.iscsiProtocol);
      this.stage = response.nextStage;
      keys = OPERATIONAL;
    }
    return err(Err.iscsiProtocol);
  }

  private moved(): Outcome<LoginResult> {
    const { address } = this;
    return address === undefined ? err(Err.iscsiStatus) : ok({ kind: 'moved', address });
  }

  private firstKeys(): TextKeys {
    const { initiator, target, user, reverse } = this.identity;
    const method = user === undefined ? 'None' : reverse === undefined ? 'CHAP,None' : 'CHAP';
    return [
      ['InitiatorName', initiator],
      ['TargetName', target],
      ['SessionType', 'Normal'],
      ['AuthMethod', method],
    ];
  }

  private send(keys: TextKeys): void {
    const { tag, isid } = this.numbers;
    this.connection.send({
      kind: 'login-request',
      tag,
      isTransit: true,
      continues: false,
      currentStage: this.stage,
      nextStage: this.stage === LOGIN_STAGE.security ? LOGIN_STAGE.operational : LOGIN_STAGE.fullFeature,
      versionMax: LOGIN_VERSION,
      versionMin: LOGIN_VERSION,
      isid,
      tsih: 0,
      cid: 0,
      cmdSn: 0,
      expStatSn: this.expStatSn,
      data: encodeKeys(keys),
    });
  }

  /** A whole answer: a text may come in several PDUs. */
  private *answer(): Task<Outcome<{ readonly response: LoginResponse; readonly text: Uint8Array }>> {
    let text = '';
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const received = yield* this.connection.receive();
      if (!received.ok) return received;
      const pdu = received.value;
      if (pdu.kind !== 'login-response') return err(Err.iscsiOpcode);
      this.expStatSn = (pdu.statSn + 1) >>> 0;
      text += fromLatin1(pdu.data);
      if (!pdu.continues) return ok({ response: pdu, text: latin1(text) });
      this.send([]);
    }
    return err(Err.iscsiProtocol);
  }

  /** What the target says; the answer is what is to be said next. */
  private takeKeys(said: TextKeys): Outcome<TextKeys> {
    const next: (readonly [string, string])[] = [];
    let reverseName: string | undefined;
    for (const [key, value] of said) {
      if (value === 'Reject') return err(Err.iscsiRejected);
      switch (key) {
        case 'TargetAddress':
          this.address = value;
          break;
        case 'AuthMethod':
          if (value === 'CHAP') next.push(['CHAP_A', String(CHAP_MD5)]);
          break;
        case 'MaxRecvDataSegmentLength':
          this.maxSendBytes = keyNumber(value) ?? this.maxSendBytes;
          break;
        case 'CHAP_A':
          if (value !== String(CHAP_MD5)) return err(Err.iscsiChapAlgorithm);
          break;
        case 'CHAP_I': {
          const identifier = keyNumber(value);
          if (identifier === undefined) return err(Err.iscsiChapIdentifier);
          this.chap.identifier = identifier & 0xff;
          break;
        }
        case 'CHAP_C': {
          const challenge = binaryValue(value);
          if (challenge === undefined) return err(Err.iscsiBinaryValue);
          next.push(...this.chapKeys(challenge));
          break;
        }
        case 'CHAP_N':
          reverseName = value;
          break;
        case 'CHAP_R': {
          const status = this.checkTarget(reverseName, value);
          if (status !== OK) return err(status);
          break;
        }
        default:
      }
    }
    return ok(next);
  }

  /** Proves our name, and asks the target to prove its own. */
  private chapKeys(challenge: Uint8Array): TextKeys {
    const { user, reverse } = this.identity;
    if (user === undefined) return [];
    const response = chapResponse(this.chap.identifier, user.secret, challenge);
    const own: TextKeys = [
      ['CHAP_N', user.name],
      ['CHAP_R', `0x${toHex(response)}`],
    ];
    if (reverse === undefined) return own;
    const { identifier, bytes } = this.numbers.challenge;
    return [...own, ['CHAP_I', String(identifier)], ['CHAP_C', `0x${toHex(bytes)}`]];
  }

  private checkTarget(name: string | undefined, response: string): Status {
    const { reverse } = this.identity;
    if (reverse === undefined) return OK;
    if (name !== reverse.name) return Err.iscsiWrongTargetUser;
    const { identifier, bytes } = this.numbers.challenge;
    const proof = binaryValue(response);
    if (proof === undefined) return Err.iscsiBinaryValue;
    if (!equalBytes(proof, chapResponse(identifier, reverse.secret, bytes))) return Err.iscsiWrongTargetSecret;
    this.isTargetProven = true;
    return OK;
  }
}

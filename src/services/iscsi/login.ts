/** The target's side of a login (RFC 7143 §6.3): who logs in to what, and what both sides agree on. */
import { concatBytes } from '../../base/bytes.ts';
import type { Rng } from '../../base/rng.ts';
import { LOGIN_STAGE, LOGIN_STATUS } from '../../protocols/iscsi/fields.ts';
import {
  decodeKeys,
  DEFAULT_KEYS,
  encodeKeys,
  isOperationalKey,
  negotiate,
  OPERATIONAL_KEYS,
  type KeyValues,
  type OperationalKey,
  type TextKeys,
} from '../../protocols/iscsi/keys.ts';
import type { LoginRequest } from '../../protocols/iscsi/pdu.ts';
import { ChapExchange, type ChapRefusal } from './chap-exchange.ts';
import type { TargetSetting } from './service.ts';
import { isAllowed, type IscsiTarget } from './targets.ts';

/** What one login may say in all its PDUs, in bytes. */
const MAX_LOGIN_TEXT = 64 * 1024;
/** Requests of one login. */
const MAX_REQUESTS = 64;
/** `MaxRecvDataSegmentLength` of the target. */
export const TARGET_SEGMENT_BYTES = 262_144;
/** All ports of the server are one group. */
const PORTAL_GROUP = 1;

export type LoginRefusal =
  | ChapRefusal
  | 'no-initiator-name'
  | 'no-target-name'
  | 'no-target'
  | 'not-allowed'
  | 'no-auth-method'
  | 'session-type'
  | 'version'
  | 'stage'
  | 'bad-keys'
  | 'no-session'
  | 'second-connection';

/** How a key of the login was settled. */
export interface SettledKey {
  readonly key: string;
  /** What the initiator said. */
  readonly offer: string;
  /** What holds; undefined for what the target does not understand. */
  readonly result: string | undefined;
}

export interface LoginResult {
  readonly initiator: string;
  /** Undefined in a session of discovery. */
  readonly target: IscsiTarget | undefined;
  readonly isChap: boolean;
  /** What holds for the session. */
  readonly values: KeyValues;
  /** Largest data segment that the initiator takes, in bytes. */
  readonly initiatorSegmentBytes: number;
  readonly settled: readonly SettledKey[];
}

export interface LoginAnswer {
  readonly status: number;
  readonly isTransit: boolean;
  readonly currentStage: number;
  readonly nextStage: number;
  readonly data: Uint8Array;
  readonly refusal?: LoginRefusal;
  /** The login is complete. */
  readonly result?: LoginResult;
}

const NOTHING = new Uint8Array(0);

const REFUSAL_STATUS: Readonly<Record<LoginRefusal, number>> = {
  'no-initiator-name': LOGIN_STATUS.missingParameter,
  'no-target-name': LOGIN_STATUS.missingParameter,
  'no-target': LOGIN_STATUS.notFound,
  'not-allowed': LOGIN_STATUS.authorizationFailure,
  'no-auth-method': LOGIN_STATUS.authenticationFailure,
  'chap-algorithm': LOGIN_STATUS.authenticationFailure,
  'chap-unexpected': LOGIN_STATUS.authenticationFailure,
  'chap-username': LOGIN_STATUS.authenticationFailure,
  'chap-password': LOGIN_STATUS.authenticationFailure,
  'chap-reflected': LOGIN_STATUS.authenticationFailure,
  'chap-no-mutual': LOGIN_STATUS.authenticationFailure,
  'session-type': LOGIN_STATUS.sessionTypeNotSupported,
  version: LOGIN_STATUS.unsupportedVersion,
  stage: LOGIN_STATUS.invalidDuringLogin,
  'bad-keys': LOGIN_STATUS.initiatorError,
  'no-session': LOGIN_STATUS.sessionDoesNotExist,
  'second-connection': LOGIN_STATUS.tooManyConnections,
};

/** Keys that only say who somebody is. */
const DECLARED = new Set(['InitiatorName', 'InitiatorAlias', 'SessionType', 'TargetName', 'AuthMethod']);

/** What the target would like, by its settings; a session of discovery has no target. */
function wishesOf(setting: TargetSetting | undefined): KeyValues {
  const digest = { optional: 'None,CRC32C', none: 'None', required: 'CRC32C' }[setting?.digests ?? 'optional'];
  return {
    ...DEFAULT_KEYS,
    HeaderDigest: digest,
    DataDigest: digest,
    DefaultTime2Retain: '0',
    ImmediateData: setting?.immediateData === false ? 'No' : 'Yes',
    InitialR2T: setting?.initialR2t === false ? 'No' : 'Yes',
    MaxRecvDataSegmentLength: String(TARGET_SEGMENT_BYTES),
  };
}

export class Login {
  initiator = '';
  targetName: string | undefined;
  private readonly targets: ReadonlyMap<string, IscsiTarget>;
  private readonly rng: Rng;
  private target: IscsiTarget | undefined;
  private isDiscovery = false;
  private isBegun = false;
  private stage: number = LOGIN_STAGE.security;
  private requests = 0;
  private text: Uint8Array = NOTHING;
  private chap: ChapExchange | undefined;
  private isAuthenticated = false;
  private isSegmentSaid = false;
  private readonly values = new Map<OperationalKey, string>();
  private readonly settled: SettledKey[] = [];

  constructor(targets: ReadonlyMap<string, IscsiTarget>, rng: Rng) {
    this.targets = targets;
    this.rng = rng;
  }

  step(request: LoginRequest): LoginAnswer {
    const answer = (keys: TextKeys, isTransit: boolean): LoginAnswer => ({
      status: LOGIN_STATUS.success,
      isTransit,
      currentStage: request.currentStage,
      nextStage: isTransit ? request.nextStage : 0,
      data: encodeKeys(keys),
    });
    const refuse = (refusal: LoginRefusal): LoginAnswer => ({
      ...answer([], false),
      status: REFUSAL_STATUS[refusal],
      refusal,
    });
    if (request.versionMin > 0) return refuse('version');
    if (++this.requests > MAX_REQUESTS || this.text.length + request.data.length > MAX_LOGIN_TEXT) {
      return refuse('bad-keys');
    }
    this.text = concatBytes([this.text, request.data]);
    // RFC 7143 §6.2: pieces of a long text are answered with nothing.
    if (request.continues) return request.isTransit ? refuse('bad-keys') : answer([], false);
    const decoded = decodeKeys(this.text);
    this.text = NOTHING;
    if (!decoded.ok) return refuse('bad-keys');
    const keys = new Map(decoded.value);
    if (keys.size < decoded.value.length) return refuse('bad-keys');
    const out: (readonly [string, string])[] = [];
    if (!this.isBegun) {
      const refusal = this.begin(request, keys);
      if (refusal !== undefined) return refuse(refusal);
      const alias = this.target?.setting.alias;
      if (alias !== undefined) out.push(['TargetAlias', alias]);
      if (this.target !== undefined) out.push(['TargetPortalGroupTag', String(PORTAL_GROUP)]);
    }
    const { currentStage, nextStage, isTransit } = request;
    const isForward = !isTransit || (nextStage > currentStage && nextStage !== 2);
    if (currentStage !== this.stage || !isForward) return refuse('stage');
    let isReady = true;
    if (currentStage === LOGIN_STAGE.security) {
      const step = this.authenticate(keys);
      if (typeof step === 'string') return refuse(step);
      out.push(...step.keys);
      isReady = step.isDone;
    } else if (currentStage === LOGIN_STAGE.operational) {
      if (this.needsChap && !this.isAuthenticated) return refuse('no-auth-method');
      const said = this.agree(decoded.value);
      if (said === undefined) return refuse('bad-keys');
      out.push(...said);
    } else return refuse('stage');
    if (!isTransit || !isReady) return answer(out, false);
    if (this.needsChap && !this.isAuthenticated) return refuse('no-auth-method');
    this.stage = nextStage;
    const whole = answer(out, true);
    return nextStage === LOGIN_STAGE.fullFeature ? { ...whole, result: this.result() } : whole;
  }

  private get needsChap(): boolean {
    return this.target?.setting.chap !== undefined;
  }

  private begin(request: LoginRequest, keys: ReadonlyMap<string, string>): LoginRefusal | undefined {
    this.isBegun = true;
    this.stage = request.currentStage;
    const initiator = keys.get('InitiatorName');
    this.targetName = keys.get('TargetName');
    if (initiator === undefined || initiator === '') return 'no-initiator-name';
    this.initiator = initiator;
    const type = keys.get('SessionType') ?? 'Normal';
    this.isDiscovery = type === 'Discovery';
    if (this.isDiscovery) return undefined;
    if (type !== 'Normal') return 'session-type';
    if (this.targetName === undefined) return 'no-target-name';
    this.target = this.targets.get(this.targetName);
    if (this.target === undefined) return 'no-target';
    return isAllowed(this.target, initiator) ? undefined : 'not-allowed';
  }

  private authenticate(
    keys: ReadonlyMap<string, string>,
  ): { readonly keys: TextKeys; readonly isDone: boolean } | LoginRefusal {
    const methods = keys.get('AuthMethod')?.split(',');
    const { target } = this;
    if (this.chap !== undefined) {
      const step = this.chap.step(keys);
      if (step.kind === 'refused') return step.reason;
      this.isAuthenticated = step.isDone;
      return step;
    }
    if (target === undefined || !this.needsChap) {
      if (methods === undefined) return { keys: [], isDone: true };
      return methods.includes('None') ? { keys: [['AuthMethod', 'None']], isDone: true } : 'no-auth-method';
    }
    if (methods === undefined) return { keys: [], isDone: false };
    if (!methods.includes('CHAP')) return 'no-auth-method';
    this.chap = new ChapExchange(target.setting, this.rng);
    const step = this.chap.step(keys);
    return step.kind === 'refused' ? step.reason : { keys: [['AuthMethod', 'CHAP'], ...step.keys], isDone: false };
  }

  /** Answers to the keys of an operational stage; undefined when one of them ends the login. */
  private agree(keys: TextKeys): TextKeys | undefined {
    const wishes = wishesOf(this.target?.setting);
    const out: (readonly [string, string])[] = [];
    for (const [key, offer] of keys) {
      if (DECLARED.has(key)) continue;
      if (!isOperationalKey(key)) {
        this.settled.push({ key, offer, result: undefined });
        out.push([key, 'NotUnderstood']);
        continue;
      }
      const rule = OPERATIONAL_KEYS[key];
      const result = negotiate(rule, offer, wishes[key]);
      this.settled.push({ key, offer, result: result ?? 'Reject' });
      if (result === undefined && (rule.kind === 'list' || rule.kind === 'declared')) return undefined;
      if (result !== undefined) this.values.set(key, result);
      if (rule.kind !== 'declared') out.push([key, result ?? 'Reject']);
    }
    if (!this.isSegmentSaid) {
      this.isSegmentSaid = true;
      out.push(['MaxRecvDataSegmentLength', wishes.MaxRecvDataSegmentLength]);
    }
    return out;
  }

  private result(): LoginResult {
    const values = { ...DEFAULT_KEYS, ...Object.fromEntries(this.values) };
    return {
      initiator: this.initiator,
      target: this.target,
      isChap: this.isAuthenticated,
      values,
      initiatorSegmentBytes: Number(values.MaxRecvDataSegmentLength),
      settled: this.settled,
    };
  }
}

/** An answer without a login: of a connection to a session that is not there or has one already. */
export function refuseLogin(request: LoginRequest, refusal: LoginRefusal): LoginAnswer {
  const { currentStage } = request;
  return {
    status: REFUSAL_STATUS[refusal],
    isTransit: false,
    currentStage,
    nextStage: 0,
    data: NOTHING,
    refusal,
  };
}

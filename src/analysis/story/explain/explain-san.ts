/** What a frame of iSCSI or AoE says, in one sentence: steps of a login, commands to a disk, and their answers. */
import type { Message } from '../../../base/sentence.ts';
import {
  AOE_ALL_MAJORS,
  AOE_ALL_MINORS,
  ATA_COMMAND,
  ATA_STATUS,
  type AoeMessage,
} from '../../../protocols/aoe/codec.ts';
import { LOGIN_STAGE, LOGIN_STATUS } from '../../../protocols/iscsi/fields.ts';
import { decodeKeys, type TextKeys } from '../../../protocols/iscsi/keys.ts';
import type { IscsiPdu, LoginRequest, LoginResponse } from '../../../protocols/iscsi/pdu.ts';
import { decodeCdb } from '../../../protocols/scsi/cdb.ts';
import { SCSI_STATUS } from '../../../protocols/scsi/fields.ts';
import { lunNumber } from '../../../protocols/scsi/lun.ts';
import { diskRequest, type SanFact } from '../san-fact.ts';
import { explainMessage } from './explain-texts.ts';
import type { Said } from './said.ts';

interface Ends {
  readonly who: string;
  readonly target: string | Message;
}

/** As RFC 7143 §11.12.3 calls them. */
const STAGES: Readonly<Record<number, string>> = {
  [LOGIN_STAGE.security]: 'SecurityNegotiation',
  [LOGIN_STAGE.operational]: 'LoginOperationalNegotiation',
  [LOGIN_STAGE.fullFeature]: 'FullFeaturePhase',
};

const STATUSES: Readonly<Record<number, string>> = {
  [SCSI_STATUS.good]: 'GOOD',
  [SCSI_STATUS.checkCondition]: 'CHECK CONDITION',
  [SCSI_STATUS.busy]: 'BUSY',
  [SCSI_STATUS.reservationConflict]: 'RESERVATION CONFLICT',
};

/** Keys that a sentence lists, at most. */
const MAX_KEYS_LISTED = 8;

export function saySan(ends: Ends, fact: SanFact): Said {
  switch (fact.kind) {
    case 'pdu':
      return sayPdu(ends, fact.pdu, fact.dataBytes);
    case 'keys':
      return sayKeys(ends, fact.keys);
    case 'aoe':
      return sayAoe(ends, fact.message);
  }
}

const stageName = (stage: number): string => STAGES[stage] ?? String(stage);
const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;

function sayLogin(ends: Ends, pdu: LoginRequest | LoginResponse): Said {
  const stage = stageName(pdu.currentStage);
  const goesOn = pdu.isTransit && pdu.nextStage !== pdu.currentStage;
  const next = goesOn ? explainMessage('explain.iscsi.login.next', { stage: stageName(pdu.nextStage) }) : '';
  const keys = decodeKeys(pdu.data);
  // With an answer to a challenge, that is what matters.
  const chap = keys.ok ? sayChap(ends, keys.value) : undefined;
  if (pdu.kind === 'login-request') {
    const says = explainMessage('explain.iscsi.login', { ...ends, stage, next });
    return chap ?? { says, rule: 'RFC 7143 §11.12' };
  }
  const rule = 'RFC 7143 §11.13';
  const { status } = pdu;
  if (status >>> 8 === 1) return { says: explainMessage('explain.iscsi.login.moved', ends), rule };
  if (status !== LOGIN_STATUS.success) {
    const says = explainMessage('explain.iscsi.login.refused', { ...ends, status: hex(status, 4) });
    return { says, rule: 'RFC 7143 §11.13.5' };
  }
  if (chap !== undefined) return chap;
  return pdu.isTransit && pdu.nextStage === LOGIN_STAGE.fullFeature
    ? { says: explainMessage('explain.iscsi.login.done', ends), rule }
    : { says: explainMessage('explain.iscsi.login.answer', { ...ends, stage, next }), rule };
}

function sayChap(ends: Ends, keys: TextKeys): Said | undefined {
  const value = (name: string): string | undefined => keys.find(([key]) => key === name)?.[1];
  const rule = 'RFC 7143 §12.1.3, RFC 1994';
  const name = value('CHAP_N') ?? '?';
  if (value('CHAP_R') !== undefined) {
    const isMutual = value('CHAP_C') !== undefined;
    return {
      says: explainMessage(isMutual ? 'explain.iscsi.chap.mutual' : 'explain.iscsi.chap.response', { ...ends, name }),
      rule,
    };
  }
  if (value('CHAP_C') !== undefined) return { says: explainMessage('explain.iscsi.chap.challenge', ends), rule };
  const algorithm = value('CHAP_A');
  return algorithm === undefined
    ? undefined
    : { says: explainMessage('explain.iscsi.chap.algorithm', { ...ends, algorithm }), rule };
}

function sayKeys(ends: Ends, keys: TextKeys): Said {
  const chap = sayChap(ends, keys);
  if (chap !== undefined) return chap;
  const listed = keys.slice(0, MAX_KEYS_LISTED).map(([key, value]) => `${key}=${value}`);
  if (keys.length > MAX_KEYS_LISTED) listed.push('…');
  return { says: explainMessage('explain.iscsi.keys', { ...ends, keys: listed.join(', ') }), rule: 'RFC 7143 §6' };
}

function sayPdu(ends: Ends, pdu: IscsiPdu, bytes: number): Said {
  switch (pdu.kind) {
    case 'login-request':
    case 'login-response':
      return sayLogin(ends, pdu);
    case 'scsi-command': {
      const lun = lunNumber(pdu.lun) ?? '?';
      const request = diskRequest({ kind: 'pdu', pdu, dataBytes: 0 });
      if (request !== undefined) {
        const { way, sector, sectors: count } = request;
        const says = explainMessage(`explain.iscsi.${way}`, { ...ends, sector, count, lun });
        return { says, rule: way === 'read' ? 'SBC-3 §5.11' : 'SBC-3 §5.32' };
      }
      const { kind } = decodeCdb(pdu.cdb);
      const command =
        kind === 'opcode' || kind === 'field' ? hex(pdu.cdb[0] ?? 0, 2) : kind.replaceAll('-', ' ').toUpperCase();
      return { says: explainMessage('explain.iscsi.command', { ...ends, command, lun }), rule: 'RFC 7143 §11.3' };
    }
    case 'scsi-response': {
      const status = STATUSES[pdu.status] ?? hex(pdu.status, 2);
      return { says: explainMessage('explain.iscsi.response', { ...ends, status }), rule: 'RFC 7143 §11.4' };
    }
    case 'data-in': {
      const id = pdu.status === SCSI_STATUS.good ? 'explain.iscsi.data-in.last' : 'explain.iscsi.data-in';
      return { says: explainMessage(id, { ...ends, bytes }), rule: 'RFC 7143 §11.7' };
    }
    case 'data-out':
      return { says: explainMessage('explain.iscsi.data-out', { ...ends, bytes }), rule: 'RFC 7143 §11.7' };
    case 'ready-to-transfer': {
      const { desiredLength, bufferOffset: offset } = pdu;
      const says = explainMessage('explain.iscsi.r2t', { ...ends, bytes: desiredLength, offset });
      return { says, rule: 'RFC 7143 §11.8' };
    }
    case 'logout-request':
    case 'logout-response':
      return { says: explainMessage('explain.iscsi.logout', ends), rule: 'RFC 7143 §11.14' };
    case 'nop-in':
    case 'nop-out':
      return { says: explainMessage('explain.iscsi.nop', ends), rule: 'RFC 7143 §11.18' };
    case 'async-message':
    case 'reject':
    case 'snack':
    case 'task-management-request':
    case 'task-management-response':
    case 'text-request':
    case 'text-response':
      return { says: explainMessage('explain.iscsi.other', { ...ends, pdu: pdu.kind }), rule: 'RFC 7143 §11' };
  }
}

function sayAoe({ who, target }: Ends, message: AoeMessage): Said {
  const { body, isResponse, major, minor, error } = message;
  const disk = `e${major === AOE_ALL_MAJORS ? '*' : major}.${minor === AOE_ALL_MINORS ? '*' : minor}`;
  const about = { who, target, disk };
  if (isResponse && error !== undefined)
    return { says: explainMessage('explain.aoe.error', { ...about, error }), rule: 'AoEr11 §2.4' };
  if (body.kind === 'config') {
    const rule = 'AoEr11 §3.2';
    return isResponse
      ? { says: explainMessage('explain.aoe.found', { ...about, count: body.sectorCount }), rule }
      : { says: explainMessage('explain.aoe.query', about), rule };
  }
  if (body.kind !== 'ata') return { says: explainMessage('explain.aoe.other', { ...about, command: body.kind }) };
  const rule = 'AoEr11 §3.1';
  const request = diskRequest({ kind: 'aoe', message });
  if (request !== undefined) {
    const { way, sector, sectors: count } = request;
    return { says: explainMessage(`explain.aoe.${way}`, { ...about, sector, count }), rule };
  }
  if (!isResponse) {
    return body.commandStatus === ATA_COMMAND.identify
      ? { says: explainMessage('explain.aoe.identify', about), rule }
      : { says: explainMessage('explain.aoe.other', { ...about, command: hex(body.commandStatus, 2) }), rule };
  }
  if ((body.commandStatus & ATA_STATUS.error) !== 0)
    return { says: explainMessage('explain.aoe.failed', { ...about, error: hex(body.errorFeature, 2) }), rule };
  const { length: bytes } = body.data;
  return { says: explainMessage(bytes > 0 ? 'explain.aoe.data' : 'explain.aoe.done', { ...about, bytes }), rule };
}

/** English messages of the iSCSI target about logins, and about commands that it does not carry out. */
import { defineMessages } from '../../base/sentence.ts';

export const ISCSI_TEXTS = {
  'iscsi.target-twice': 'the target {target} exists already',
  'iscsi.lun-twice': 'LUN {lun} exists already',
  'iscsi.login': '{initiator} ({client}) has logged in to {target}: {keys}',
  'iscsi.login-chap': '{initiator} ({client}) has logged in to {target} with CHAP: {keys}',
  'iscsi.discovery': '{initiator} ({client}) asks which targets there are',
  'iscsi.refused': '{client} may not log in: {reason}',
  'iscsi.no-initiator-name': 'it does not say InitiatorName',
  'iscsi.no-target-name': '{initiator} does not say TargetName',
  'iscsi.no-target': '{initiator} wants {target}, and there is no such target',
  'iscsi.not-allowed': '{initiator} is not one of the initiators of {target}',
  'iscsi.no-auth-method': '{initiator} does not offer the method of authentication that {target} needs',
  'iscsi.chap-algorithm': '{initiator} does not offer MD5 for CHAP',
  'iscsi.chap-unexpected': '{initiator} does not answer the CHAP challenge',
  'iscsi.chap-username': '{initiator} gives a CHAP user name that {target} does not know',
  'iscsi.chap-password': '{initiator} answers the CHAP challenge with a wrong password',
  'iscsi.chap-reflected': '{initiator} sends the CHAP challenge of the target back',
  'iscsi.chap-no-mutual': '{initiator} wants {target} to prove itself, and no mutual CHAP is set up',
  'iscsi.session-type': '{initiator} asks for a type of session that does not exist',
  'iscsi.version': '{initiator} speaks another version of iSCSI',
  'iscsi.stage': '{initiator} goes to a stage of the login that does not follow',
  'iscsi.bad-keys': '{initiator} sends keys that cannot be used',
  'iscsi.no-session': '{initiator} names a session that does not exist',
  'iscsi.second-connection': '{initiator} wants a second connection in its session, and one is the limit',
  'iscsi.logout':
    '{initiator} has logged out of {target}: reads {reads} ({readKiB} KiB), writes {writes} ({writtenKiB} KiB)',
  'iscsi.lost':
    '{initiator} is gone from {target} without a logout: reads {reads} ({readKiB} KiB), writes {writes} ({writtenKiB} KiB)',
  'iscsi.reinstated': '{initiator} logs in to {target} again; its old session ends',
  'iscsi.no-lun': '{initiator} asks {target} for LUN {lun}, which does not exist',
  'iscsi.failed': '{initiator}: {command} on {target} LUN {lun} failed, sense key {key}, code {code}',
  'iscsi.two-writers':
    '{initiator} writes to {target} LUN {lun}, and so did {other}: neither knows what the other has changed',
  'iscsi.not-from-initiator': 'a PDU of the kind {pdu} comes from targets alone',
  'iscsi.before-login': 'a PDU of the kind {pdu} comes before the login',
  'iscsi.protocol': '{client} does not speak iSCSI as it should: {reason}',
} as const;

export const iscsiMessage = defineMessages(ISCSI_TEXTS);

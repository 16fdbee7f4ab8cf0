/** The fields of the dissection, by Wireshark's names. */
import { field } from '../core/field.ts';
import {
  ALERT_DESCRIPTION_NAMES,
  ALERT_LEVEL_NAMES,
  CIPHER_SUITE_NAMES,
  CONTENT_TYPE_NAMES,
  EXTENSION_NAMES,
  HANDSHAKE_TYPE_NAMES,
  NAMED_GROUP_NAMES,
  SIGNATURE_SCHEME_NAMES,
  TLS_VERSION_NAMES,
} from './fields.ts';

const HASHES: Readonly<Record<number, string>> = {
  0: 'None',
  1: 'MD5',
  2: 'SHA1',
  3: 'SHA224',
  4: 'SHA256',
  5: 'SHA384',
  6: 'SHA512',
  7: 'SM3',
};
const SIGNATURES: Readonly<Record<number, string>> = { 0: 'Anonymous', 1: 'RSA', 2: 'DSA', 3: 'ECDSA', 4: 'SM2' };
const FRAGMENT_LENGTHS: Readonly<Record<number, string>> = { 1: '512', 2: '1024', 3: '2048', 4: '4096' };
const hex = { base: 'hex' } as const;

/** Before TLS 1.3 the two bytes of a signature scheme are a hash and a signature algorithm. */
function schemeName(value: number): string | undefined {
  const name = SIGNATURE_SCHEME_NAMES[value];
  if (name !== undefined) return name;
  const [hash, signature] = [HASHES[value >>> 8], SIGNATURES[value & 0xff]];
  return hash === undefined || signature === undefined ? undefined : `${hash} ${signature}`;
}

export const TLS = {
  record: field('tls.record', 'Record Layer', 'none'),
  contentType: field('tls.record.content_type', 'Content Type', 'uint8', { values: CONTENT_TYPE_NAMES }),
  opaqueType: field('tls.record.opaque_type', 'Opaque Type', 'uint8', { values: CONTENT_TYPE_NAMES }),
  recordVersion: field('tls.record.version', 'Version', 'uint16', { ...hex, values: TLS_VERSION_NAMES }),
  recordLength: field('tls.record.length', 'Length', 'uint16'),
  changeCipherSpec: field('tls.change_cipher_spec', 'Change Cipher Spec Message', 'none'),
  alert: field('tls.alert_message', 'Alert Message', 'none'),
  alertLevel: field('tls.alert_message.level', 'Level', 'uint8', { values: ALERT_LEVEL_NAMES }),
  alertDescription: field('tls.alert_message.desc', 'Description', 'uint8', { values: ALERT_DESCRIPTION_NAMES }),
  appData: field('tls.app_data', 'Encrypted Application Data', 'bytes'),
  appDataProto: field('tls.app_data_proto', 'Application Data Protocol', 'string'),
  segmentData: field('tls.segment.data', 'TLS segment data', 'bytes'),
  segments: field('tls.segments', 'Reassembled TLS segments', 'none'),
  segment: field('tls.segment', 'TLS segment', 'framenum'),
  segmentCount: field('tls.segment.count', 'Segment count', 'uint32'),
  reassembledIn: field('tls.reassembled_in', 'Reassembled PDU in frame', 'framenum'),
  reassembledLength: field('tls.reassembled.length', 'Reassembled PDU length', 'uint32'),
  reassembledData: field('tls.reassembled.data', 'Reassembled PDU data', 'bytes'),
  handshake: field('tls.handshake', 'Handshake Protocol', 'none'),
  handshakeReassembledIn: field('tls.handshake.reassembled_in', 'Reassembled Handshake Message in frame', 'framenum'),
  fragments: field('tls.handshake.fragments', 'Reassembled Handshake Fragments', 'none'),
  fragment: field('tls.handshake.fragment', 'Handshake Fragment', 'framenum'),
  fragmentCount: field('tls.handshake.fragment.count', 'Handshake Fragment count', 'uint32'),
  handshakeType: field('tls.handshake.type', 'Handshake Type', 'uint8', { values: HANDSHAKE_TYPE_NAMES }),
  handshakeLength: field('tls.handshake.length', 'Length', 'uint24'),
  version: field('tls.handshake.version', 'Version', 'uint16', { ...hex, values: TLS_VERSION_NAMES }),
  random: field('tls.handshake.random', 'Random', 'bytes'),
  randomTime: field('tls.handshake.random_time', 'GMT Unix Time', 'absolute-time'),
  randomBytes: field('tls.handshake.random_bytes', 'Random Bytes', 'bytes'),
  sessionIdLength: field('tls.handshake.session_id_length', 'Session ID Length', 'uint8'),
  sessionId: field('tls.handshake.session_id', 'Session ID', 'bytes'),
  cipherSuitesLength: field('tls.handshake.cipher_suites_length', 'Cipher Suites Length', 'uint16'),
  cipherSuites: field('tls.handshake.ciphersuites', 'Cipher Suites', 'none'),
  cipherSuite: field('tls.handshake.ciphersuite', 'Cipher Suite', 'uint16', { ...hex, values: CIPHER_SUITE_NAMES }),
  compMethodsLength: field('tls.handshake.comp_methods_length', 'Compression Methods Length', 'uint8'),
  compMethods: field('tls.handshake.comp_methods', 'Compression Methods', 'none'),
  compMethod: field('tls.handshake.comp_method', 'Compression Method', 'uint8', {
    values: { 0: 'null', 1: 'DEFLATE' },
  }),
  ticketLifetime: field('tls.handshake.session_ticket_lifetime_hint', 'Session Ticket Lifetime Hint', 'uint32', {
    unit: ' seconds',
  }),
  ticketAgeAdd: field('tls.handshake.session_ticket_age_add', 'Session Ticket Age Add', 'uint32'),
  ticketNonceLength: field('tls.handshake.session_ticket_nonce_length', 'Session Ticket Nonce Length', 'uint8'),
  ticketNonce: field('tls.handshake.session_ticket_nonce', 'Session Ticket Nonce', 'bytes'),
  ticketLength: field('tls.handshake.session_ticket_length', 'Session Ticket Length', 'uint16'),
  ticket: field('tls.handshake.session_ticket', 'Session Ticket', 'bytes'),
  certificatesLength: field('tls.handshake.certificates_length', 'Certificates Length', 'uint24'),
  certificates: field('tls.handshake.certificates', 'Certificates', 'none'),
  certificateLength: field('tls.handshake.certificate_length', 'Certificate Length', 'uint24'),
  certificate: field('tls.handshake.certificate', 'Certificate', 'bytes'),
  requestContextLength: field(
    'tls.handshake.certificate_request_context_length',
    'Certificate Request Context Length',
    'uint8',
  ),
  requestContext: field('tls.handshake.certificate_request_context', 'Certificate Request Context', 'bytes'),
  certTypesCount: field('tls.handshake.cert_types_count', 'Certificate types count', 'uint8'),
  certTypes: field('tls.handshake.cert_types', 'Certificate types', 'none'),
  certType: field('tls.handshake.cert_type', 'Certificate type', 'uint8', {
    values: { 1: 'RSA Sign', 2: 'DSS Sign', 3: 'RSA Fixed DH', 4: 'DSS Fixed DH', 64: 'ECDSA Sign' },
  }),
  dnamesLength: field('tls.handshake.dnames_len', 'Distinguished Names Length', 'uint16'),
  dnames: field('tls.handshake.dnames', 'Distinguished Names', 'none'),
  dnameLength: field('tls.handshake.dname_len', 'Distinguished Name Length', 'uint16'),
  dname: field('tls.handshake.dname', 'Distinguished Name', 'none'),
  curveType: field('tls.handshake.server_curve_type', 'Curve Type', 'uint8', { ...hex, values: { 3: 'named_curve' } }),
  namedCurve: field('tls.handshake.server_named_curve', 'Named Curve', 'uint16', { ...hex, values: NAMED_GROUP_NAMES }),
  serverPointLength: field('tls.handshake.server_point_len', 'Pubkey Length', 'uint8'),
  serverPoint: field('tls.handshake.server_point', 'Pubkey', 'bytes'),
  clientPointLength: field('tls.handshake.client_point_len', 'Pubkey Length', 'uint8'),
  clientPoint: field('tls.handshake.client_point', 'Pubkey', 'bytes'),
  pLength: field('tls.handshake.p_len', 'p Length', 'uint16'),
  p: field('tls.handshake.p', 'p', 'bytes'),
  gLength: field('tls.handshake.g_len', 'g Length', 'uint16'),
  g: field('tls.handshake.g', 'g', 'bytes'),
  ysLength: field('tls.handshake.ys_len', 'Pubkey Length', 'uint16'),
  ys: field('tls.handshake.ys', 'Pubkey', 'bytes'),
  ycLength: field('tls.handshake.yc_len', 'Pubkey Length', 'uint16'),
  yc: field('tls.handshake.yc', 'Pubkey', 'bytes'),
  epmsLength: field('tls.handshake.epms_len', 'Encrypted PreMaster length', 'uint16'),
  epms: field('tls.handshake.epms', 'Encrypted PreMaster', 'bytes'),
  scheme: field('tls.handshake.sig_hash_alg', 'Signature Algorithm', 'uint16', { ...hex, values: schemeName }),
  schemeHash: field('tls.handshake.sig_hash_hash', 'Signature Hash Algorithm Hash', 'uint8', { values: HASHES }),
  schemeSignature: field('tls.handshake.sig_hash_sig', 'Signature Hash Algorithm Signature', 'uint8', {
    values: SIGNATURES,
  }),
  schemesLength: field('tls.handshake.sig_hash_alg_len', 'Signature Hash Algorithms Length', 'uint16'),
  schemes: field('tls.handshake.sig_hash_algs', 'Signature Hash Algorithms', 'none'),
  signatureLength: field('tls.handshake.sig_len', 'Signature Length', 'uint16'),
  signature: field('tls.handshake.sig', 'Signature', 'bytes'),
  verifySignatureLength: field('tls.handshake.client_cert_vrfy.sig_len', 'Signature length', 'uint16'),
  verifySignature: field('tls.handshake.client_cert_vrfy.sig', 'Signature', 'bytes'),
  verifyData: field('tls.handshake.verify_data', 'Verify Data', 'none'),
  keyUpdate: field('tls.handshake.key_update.request_update', 'Key Update Request', 'uint8', {
    values: { 0: 'update_not_requested', 1: 'update_requested' },
  }),
  statusType: field('tls.handshake.extensions_status_request_type', 'Certificate Status Type', 'uint8', {
    values: { 1: 'OCSP', 2: 'OCSP Multi' },
  }),
  ja3Full: field('tls.handshake.ja3_full', 'JA3 Fullstring', 'string'),
  ja3: field('tls.handshake.ja3', 'JA3', 'string'),
  ja3sFull: field('tls.handshake.ja3s_full', 'JA3S Fullstring', 'string'),
  ja3s: field('tls.handshake.ja3s', 'JA3S', 'string'),
  ocspLength: field('tls.handshake.ocsp_response_len', 'OCSP Response Length', 'uint24'),
} as const;

export const TLS_EXTENSION = {
  extensionsLength: field('tls.handshake.extensions_length', 'Extensions Length', 'uint16'),
  type: field('tls.handshake.extension.type', 'Type', 'uint16', { values: EXTENSION_NAMES }),
  length: field('tls.handshake.extension.len', 'Length', 'uint16'),
  data: field('tls.handshake.extension.data', 'Data', 'bytes'),
  nameListLength: field('tls.handshake.extensions_server_name_list_len', 'Server Name list length', 'uint16'),
  nameType: field('tls.handshake.extensions_server_name_type', 'Server Name Type', 'uint8', {
    values: { 0: 'host_name' },
  }),
  nameLength: field('tls.handshake.extensions_server_name_len', 'Server Name length', 'uint16'),
  name: field('tls.handshake.extensions_server_name', 'Server Name', 'string'),
  maxFragmentLength: field('tls.handshake.max_fragment_length', 'Maximum Fragment Length', 'uint8', {
    values: FRAGMENT_LENGTHS,
  }),
  responderIdsLength: field(
    'tls.handshake.extensions_status_request_responder_ids_len',
    'Responder ID list Length',
    'uint16',
  ),
  requestExtsLength: field('tls.handshake.extensions_status_request_exts_len', 'Request Extensions Length', 'uint16'),
  groupsLength: field('tls.handshake.extensions_supported_groups_length', 'Supported Groups List Length', 'uint16'),
  groups: field('tls.handshake.extensions_supported_groups', 'Supported Groups', 'none'),
  group: field('tls.handshake.extensions_supported_group', 'Supported Group', 'uint16', {
    ...hex,
    values: NAMED_GROUP_NAMES,
  }),
  formatsLength: field('tls.handshake.extensions_ec_point_formats_length', 'EC point formats Length', 'uint8'),
  formats: field('tls.handshake.extensions_ec_point_formats', 'Elliptic curves point formats', 'none'),
  format: field('tls.handshake.extensions_ec_point_format', 'EC point format', 'uint8', {
    values: { 0: 'uncompressed', 1: 'ansiX962_compressed_prime', 2: 'ansiX962_compressed_char2' },
  }),
  alpnLength: field('tls.handshake.extensions_alpn_len', 'ALPN Extension Length', 'uint16'),
  alpnList: field('tls.handshake.extensions_alpn_list', 'ALPN Protocol', 'none'),
  alpnStringLength: field('tls.handshake.extensions_alpn_str_len', 'ALPN string length', 'uint8'),
  alpnString: field('tls.handshake.extensions_alpn_str', 'ALPN Next Protocol', 'string'),
  renegotiationLength: field('tls.handshake.extensions_reneg_info_len', 'Renegotiation info extension length', 'uint8'),
  renegotiation: field('tls.handshake.extensions_reneg_info', 'Renegotiation info', 'bytes'),
  versionsLength: field('tls.handshake.extensions.supported_versions_len', 'Supported Versions length', 'uint8'),
  version: field('tls.handshake.extensions.supported_version', 'Supported Version', 'uint16', {
    ...hex,
    values: TLS_VERSION_NAMES,
  }),
  pskModesLength: field('tls.extension.psk_ke_modes_length', 'PSK Key Exchange Modes Length', 'uint8'),
  pskMode: field('tls.extension.psk_ke_mode', 'PSK Key Exchange Mode', 'uint8', {
    values: {
      0: 'PSK-only key establishment (psk_ke)',
      1: 'PSK with (EC)DHE key establishment (psk_dhe_ke)',
    },
  }),
  sharesLength: field('tls.handshake.extensions_key_share_client_length', 'Client Key Share Length', 'uint16'),
  shareGroup: field('tls.handshake.extensions_key_share_group', 'Group', 'uint16', { values: NAMED_GROUP_NAMES }),
  shareLength: field('tls.handshake.extensions_key_share_key_exchange_length', 'Key Exchange Length', 'uint16'),
  share: field('tls.handshake.extensions_key_share_key_exchange', 'Key Exchange', 'bytes'),
  padding: field('tls.handshake.extensions_padding_data', 'Padding Data', 'bytes'),
  selectedGroup: field('tls.handshake.extensions_key_share_selected_group', 'Selected Group', 'uint16', {
    values: NAMED_GROUP_NAMES,
  }),
} as const;

/**
 * The error messages of PXE boot ROMs. Codes and texts are the common stock of ROMs built on Intel's reference
 * code, as their vendors document them; the rule is what the situation breaks.
 */
import type { Message } from '../../base/sentence.ts';

export const PXE_ERRORS = {
  E11: { text: 'ARP timeout.', rule: 'RFC 826' },
  E18: { text: 'Server response timeout.', rule: 'RFC 2131 §4.4.1' },
  E32: { text: 'TFTP open timeout.', rule: 'RFC 1350 §2' },
  E35: { text: 'TFTP read timeout.', rule: 'RFC 1350 §7' },
  E36: { text: 'Error received from TFTP server.', rule: 'RFC 1350 §5' },
  E38: { text: 'TFTP cannot open connection.', rule: 'RFC 1350 §4' },
  E39: { text: 'TFTP cannot read from connection.', rule: 'RFC 1350 §2' },
  E3B: { text: 'TFTP Error - File Not Found.', rule: 'RFC 1350 §5' },
  E3C: { text: 'TFTP Error - Access Violation.', rule: 'RFC 1350 §5' },
  E3F: { text: 'TFTP packet size is invalid.', rule: 'RFC 2348' },
  E51: { text: 'No DHCP or proxyDHCP offers were received.', rule: 'PXE 2.1 §2.2' },
  E52: { text: 'proxyDHCP offers were received. No DHCP offers were received.', rule: 'PXE 2.1 §2.2' },
  E53: { text: 'No boot filename received.', rule: 'PXE 2.1 §2.2' },
  E55: { text: 'proxyDHCP service did not reply to request on port 4011.', rule: 'PXE 2.1 §2.2.3' },
  E61: { text: 'Media test failure, check cable.', rule: 'IEEE 802.3 §22.2.4.2' },
  E74: { text: 'Bad or missing PXE menu and/or prompt information.', rule: 'PXE 2.1 table 2-1' },
  E76: { text: 'Bad or missing multicast discovery address.', rule: 'PXE 2.1 table 2-1' },
  E77: { text: 'Bad or missing discovery server list.', rule: 'PXE 2.1 table 2-1' },
  E78: { text: 'Could not locate boot server.', rule: 'PXE 2.1 §2.2' },
  E79: { text: 'NBP is too big to fit in free base memory.', rule: 'PXE 2.1 §2.2' },
  EA0: { text: 'Network boot canceled by keystroke.', rule: 'PXE 2.1 §2.2' },
} as const;

export type PxeErrorCode = keyof typeof PXE_ERRORS;

/** Why a boot attempt ended without a program. */
export interface PxeError {
  readonly code: PxeErrorCode;
  /** The line before it, such as `PXE-T01: File not found`: the server's own words. */
  readonly serverText?: string;
  /** What happened, for the event log. */
  readonly detail: Message;
}

/** The spans that every TFTP packet of an opcode has (RFC 1350 §5). Strings follow where nothing is fixed. */

interface Span {
  readonly offset: number;
  readonly length: number;
}

export const TFTP_FIELDS = {
  opcode: { offset: 0, length: 2 },
  /** DATA and ACK. */
  block: { offset: 2, length: 2 },
  /** ERROR. */
  errorCode: { offset: 2, length: 2 },
} as const satisfies Record<string, Span>;

export const TFTP_OPCODE_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'Read Request'],
  [2, 'Write Request'],
  [3, 'Data Packet'],
  [4, 'Acknowledgement'],
  [5, 'Error Code'],
  [6, 'Option Acknowledgement'],
  [255, 'Information (MSDP)'],
]);

export const TFTP_ERROR_NAMES: ReadonlyMap<number, string> = new Map([
  [0, 'Not defined'],
  [1, 'File not found'],
  [2, 'Access violation'],
  [3, 'Disk full or allocation exceeded'],
  [4, 'Illegal TFTP Operation'],
  [5, 'Unknown transfer ID'],
  [6, 'File already exists'],
  [7, 'No such user'],
  [8, 'Option negotiation failed'],
]);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSession, linesOf, sessionOf, udpFrame, valueOf } from '../../../test/support/frames.ts';
import type { Way } from '../../../test/support/frames.ts';
import { encodeTftp } from './codec.ts';
import type { TftpPacket } from './codec.ts';

const at = (way: Way, serverPort: number, packet: TftpPacket): Uint8Array =>
  udpFrame(way, 2000, serverPort, encodeTftp(packet));

const RRQ: TftpPacket = {
  opcode: 'rrq',
  filename: 'pxelinux.0',
  mode: 'octet',
  options: [{ name: 'blksize', value: '16' }],
};
const OACK: TftpPacket = { opcode: 'oack', options: [{ name: 'blksize', value: '16' }] };
const data = (block: number, size: number): TftpPacket => ({ opcode: 'data', block, data: new Uint8Array(size) });

describe('TFTP in the tree', () => {
  const session = sessionOf([
    at('>', 69, RRQ),
    at('<', 3000, OACK),
    at('>', 3000, { opcode: 'ack', block: 0 }),
    at('<', 3000, data(1, 16)),
    at('<', 3000, data(0xffff, 16)),
    at('<', 3000, data(0, 16)),
    at('<', 3000, data(1, 5)),
    at('>', 3000, { opcode: 'error', code: 0, message: 'enough' }),
  ]);

  it('follows the transfer to the port that the server chose', () => {
    expect(session.columns(3)).toMatchObject({ protocol: 'TFTP', info: 'Data Packet, Block: 1' });
    expect(linesOf(session, 1, 'tftp')).toEqual([
      'Trivial File Transfer Protocol',
      '  Opcode: Option Acknowledgement (6)',
      '  Destination File: pxelinux.0',
      '  Read Request in frame 1',
      '  Option: blksize = 16',
      '    Option name: blksize',
      '    Option value: 16',
    ]);
    expect(valueOf(session, 3, 'tftp.request_frame')).toBe(1);
  });

  it('counts blocks past 65535 and knows the last one by the agreed size', () => {
    expect([5, 6].map((index) => session.columns(index).info)).toEqual([
      'Data Packet, Block: 65536',
      'Data Packet, Block: 65537 (last)',
    ]);
    expect(valueOf(session, 5, 'tftp.block')).toBe(0);
    expect(valueOf(session, 5, 'tftp.block.full')).toBe(65536);
  });

  it('shows an error as a finding', () => {
    expect(linesOf(session, 7, 'tftp')).toContain('  Expert Info (Warning/Response): TFTP ERROR packet');
  });

  it('sees a size probe: options, then an error before any data', () => {
    const probe = sessionOf([
      at('>', 69, { ...RRQ, options: [{ name: 'tsize', value: '0' }] }),
      at('<', 3000, { opcode: 'oack', options: [{ name: 'tsize', value: '9' }] }),
      at('>', 3000, { opcode: 'error', code: 0, message: 'TFTP Aborted' }),
    ]);
    expect(valueOf(probe, 2, '_ws.expert.message')).toBe('Likely transfer size (tsize) probe');
  });

  it('dissects anything behind an opcode', () => {
    const packet = fc.tuple(fc.nat(8), fc.uint8Array({ maxLength: 40 })).map(([opcode, rest]) => {
      const out = new Uint8Array(2 + rest.length);
      out[1] = opcode;
      out.set(rest, 2);
      return out;
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom<Way>('>', '<'), packet), { maxLength: 6 }), (packets) => {
        const rest = packets.map(([way, bytes]) => udpFrame(way, 2000, 3000, bytes));
        checkSession(sessionOf([at('>', 69, RRQ), ...rest]));
      }),
      { numRuns: 60 },
    );
  });
});

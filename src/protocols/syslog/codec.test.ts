/** The examples of both RFCs, and iPXE's own form. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSession, linesOf, sessionOf, udpFrame } from '../../../test/support/frames.ts';
import { utf8 } from '../../base/bytes.ts';
import { decodeSyslog, encodeSyslog, priorityName, type SyslogMessage } from './codec.ts';

describe('syslog messages', () => {
  const examples: readonly (readonly [string, SyslogMessage])[] = [
    [
      "<34>Oct 11 22:14:15 mymachine su: 'su root' failed on /dev/pts/8",
      {
        facility: 4,
        severity: 2,
        timestamp: 'Oct 11 22:14:15',
        hostname: 'mymachine',
        tag: 'su',
        text: "'su root' failed on /dev/pts/8",
      },
    ],
    [
      '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="App\\]"] An event',
      {
        facility: 20,
        severity: 5,
        version: 1,
        timestamp: '2003-10-11T22:14:15.003Z',
        hostname: 'mymachine.example.com',
        tag: 'evntslog',
        messageId: 'ID47',
        structuredData: '[exampleSDID@32473 iut="3" eventSource="App\\]"]',
        text: 'An event',
      },
    ],
    ['<6>pc1 ipxe: Booting', { facility: 0, severity: 6, hostname: 'pc1', tag: 'ipxe', text: 'Booting' }],
    ['<6>ipxe: Booting', { facility: 0, severity: 6, tag: 'ipxe', text: 'Booting' }],
    [
      '<30>Jan  1 00:00:03 pc1 init[1]: up',
      {
        facility: 3,
        severity: 6,
        timestamp: 'Jan  1 00:00:03',
        hostname: 'pc1',
        tag: 'init',
        processId: '1',
        text: 'up',
      },
    ],
  ];

  it.each(examples)('reads %s', (line, message) => {
    expect(decodeSyslog(utf8(line))).toEqual(message);
    expect(decodeSyslog(encodeSyslog(message))).toEqual(message);
  });

  it('takes what has no priority, or a wrong one, as text of user.notice', () => {
    for (const line of ['no priority', '<192>too high', '<>', '<-1>x']) {
      const message = decodeSyslog(utf8(line));
      expect(message).toEqual({ facility: 1, severity: 5, text: line });
      expect(priorityName(message)).toBe('user.notice');
    }
  });

  it('leaves out what senders put behind the text', () => {
    expect(decodeSyslog(utf8('<6>ipxe: a\n\0b\r\n\0\n')).text).toBe('a\n\0b');
    // In time that grows with the length, no faster.
    expect(decodeSyslog(utf8(`<6>${'\n'.repeat(65_000)}x`)).text).toHaveLength(65_001);
  });

  it('takes anything', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeSyslog(bytes).severity).toBeLessThan(8);
      }),
    );
  });
});

describe('syslog in the tree', () => {
  // What tshark 4.0 answers, except for a time without offset: there it is that of the reader's time zone.
  it.each([
    ['2026-01-01T12:00:00Z', 'Jan  1, 2026 12:00:00.000000000 UTC'],
    ['2026-01-01T12:00:00+05:30', 'Jan  1, 2026 06:30:00.000000000 UTC'],
    ['2026-01-01T12:00:00.123456-03:30', 'Jan  1, 2026 15:30:00.123456000 UTC'],
    ['2026-01-01T12:00:00.123456789Z', 'Jan  1, 2026 12:00:00.123456789 UTC'],
    ['2026-01-01T12:00:00+0530', 'Jan  1, 2026 06:30:00.000000000 UTC'],
    ['2026-01-01T12:00:00+05', 'Jan  1, 2026 07:00:00.000000000 UTC'],
    ['2026-01-01T12:00Z', 'Jan  1, 2026 12:00:00.000000000 UTC'],
    ['2024-02-29T12:00:00Z', 'Feb 29, 2024 12:00:00.000000000 UTC'],
    ...[
      '2026-01-01T12:00:00',
      '1/2/2026',
      '-',
      '2026-01-01',
      '2026-13-01T12:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-02-30T12:00:00Z',
      '2026-01-01t12:00:00z',
      '20260101T120000Z',
    ].map((text) => [text, 'Jan  1, 1970 00:00:00.000000000 UTC']),
  ])('reads the time %s alike wherever it is read', (text, time) => {
    const lines = ['UTC', 'America/New_York', 'Asia/Kolkata'].map((zone) => {
      const before = process.env['TZ'];
      process.env['TZ'] = zone;
      try {
        const session = sessionOf([udpFrame('>', 514, 514, utf8(`<13>1 ${text} host app 1 id - text`))]);
        return linesOf(session, 0, 'syslog')
          .find((line) => line.includes('Syslog timestamp'))
          ?.trim();
      } finally {
        if (before === undefined) delete process.env['TZ'];
        else process.env['TZ'] = before;
      }
    });
    expect(lines).toEqual(Array.from({ length: 3 }, () => `Syslog timestamp: ${time}`));
  });

  it('shows the parts of a message of RFC 3164', () => {
    const session = sessionOf([udpFrame('>', 514, 514, utf8('<34>Oct 11 22:14:15 mymachine su: failed'))]);
    expect(session.columns(0)).toMatchObject({
      protocol: 'Syslog',
      info: 'AUTH.CRIT: Oct 11 22:14:15 mymachine su: failed',
    });
    expect(linesOf(session, 0, 'syslog')).toEqual([
      'Syslog message: AUTH.CRIT: Oct 11 22:14:15 mymachine su: failed',
      '  0010 0... = Facility: AUTH - security/authorization messages (4)',
      '  .... .010 = Level: CRIT - critical conditions (2)',
      '  Message: Oct 11 22:14:15 mymachine su: failed',
      '    Syslog timestamp (RFC3164): Oct 11 22:14:15',
      '    Syslog hostname: mymachine',
      '    Syslog process id: su',
      '    Syslog message id: : failed',
    ]);
  });

  it('dissects anything', () => {
    const start = fc.constantFrom('', '<1>', '<191>1 ', '<34>Oct 11 22:14:15 ').map(utf8);
    fc.assert(
      fc.property(start, fc.uint8Array({ minLength: 1, maxLength: 60 }), (head, tail) => {
        const bytes = Uint8Array.of(...head, ...tail);
        checkSession(sessionOf([udpFrame('>', 514, 514, bytes)]));
      }),
      { numRuns: 60 },
    );
  });
});

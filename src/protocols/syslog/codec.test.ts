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

  it('takes anything', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(decodeSyslog(bytes).severity).toBeLessThan(8);
      }),
    );
  });
});

describe('syslog in the tree', () => {
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

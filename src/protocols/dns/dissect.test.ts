import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSession, hexBytes, linesOf, sessionOf, udpFrame, valueOf } from '../../../test/support/frames.ts';
import { dnsQuery, DNS_TYPE, encodeDns } from './codec.ts';

const QUERY = encodeDns(dnsQuery(0x2001, 'srv.lab', DNS_TYPE.a));
// Answer of real dnsmasq 2.90.
const ANSWER = hexBytes('20018580000100010000000003737276036c61620000010001c00c0001000100000e100004c0a83205');

describe('DNS in the tree', () => {
  const session = sessionOf([
    udpFrame('>', 2000, 53, QUERY),
    udpFrame('>', 2000, 53, QUERY),
    udpFrame('<', 2000, 53, ANSWER),
    udpFrame('<', 2000, 53, ANSWER),
  ]);

  it('shows the packet list', () => {
    expect([0, 2].map((index) => session.columns(index).info)).toEqual([
      'Standard query 0x2001 A srv.lab',
      'Standard query response 0x2001 A srv.lab A 192.168.50.5',
    ]);
  });

  it('shows an answer as tshark does', () => {
    expect(linesOf(session, 2, 'dns')).toEqual(
      expect.arrayContaining([
        'Domain Name System (response)',
        '  Flags: 0x8580 Standard query response, No error',
        '    .... .1.. .... .... = Authoritative: Server is an authority for domain',
        '    srv.lab: type A, class IN, addr 192.168.50.5',
        '      Time to live: 3600 (1 hour)',
        '      Address: 192.168.50.5',
        '  Request In: 1',
        '  Time: 0.002000000 seconds',
      ]),
    );
  });

  it('links requests, responses and repetitions', () => {
    expect(valueOf(session, 0, 'dns.response_in')).toBe(3);
    expect(valueOf(session, 1, 'dns.retransmit_request_in')).toBe(1);
    expect(valueOf(session, 3, 'dns.retransmit_response_in')).toBe(3);
  });

  it('dissects any change of a real answer', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(41), fc.nat(255)), { maxLength: 6 }), fc.nat(41), (changes, size) => {
        const data = ANSWER.slice();
        for (const [at, value] of changes) data[at] = value;
        checkSession(sessionOf([udpFrame('<', 2000, 53, data.subarray(0, size + 1))]));
      }),
      { numRuns: 200 },
    );
  });
});

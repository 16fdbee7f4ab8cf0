/** The time that the server tells is the lab's; what is no question gets no answer. */
import { describe, expect, it } from 'vitest';
import { NS_PER_S } from '../../base/time/clock.ts';
import { ip, TestNetwork } from '../../net/host/testing.ts';
import { decodeNtp, encodeNtp, ntpTimestamp, type NtpPacket } from '../../protocols/ntp/codec.ts';
import { NtpServer } from './ntp-server.ts';

const EPOCH_S = 1_767_225_600;
const ZERO = { seconds: 0, fraction: 0 };
const QUESTION: NtpPacket = {
  leap: 3,
  version: 3,
  mode: 3,
  stratum: 0,
  poll: 6,
  precision: -6,
  rootDelay: 0,
  rootDispersion: 0,
  referenceId: '\0\0\0\0',
  reference: ZERO,
  origin: ZERO,
  receive: ZERO,
  transmit: { seconds: 1234, fraction: 5678 },
};

function ask(question: NtpPacket, options: { offsetS?: number; kiss?: string } = {}): NtpPacket | undefined {
  const net = new TestNetwork('ntp');
  const { host } = net.add('server', '10.0.0.1/24');
  const { offsetS = 0, ...rest } = options;
  const base = { clock: net.clock, log: host.log, epochMs: EPOCH_S * 1000, stratum: 1 };
  new NtpServer({ ...base, offsetS, ...rest }).listen(host);
  const socket = net.add('client', '10.0.0.2/24').host.openUdp();
  net.run(10 * NS_PER_S);
  socket.send(ip('10.0.0.1'), 123, encodeNtp(question));
  net.run(NS_PER_S);
  const reply = socket.inbox.poll();
  const decoded = reply === undefined ? undefined : decodeNtp(reply.data);
  return decoded?.ok === true ? decoded.value : undefined;
}

describe('NtpServer', () => {
  it('tells the virtual time and gives the question back (RFC 5905 §9.2)', () => {
    const answer = ask(QUESTION);
    expect(answer).toMatchObject({ leap: 0, version: 3, mode: 4, stratum: 1, poll: 6, referenceId: 'LOCL' });
    expect(answer?.origin).toEqual(QUESTION.transmit);
    expect(answer?.transmit.seconds).toBe(ntpTimestamp(EPOCH_S + 10, 0).seconds);
    expect(answer?.receive).toEqual(answer?.transmit);
    expect(answer?.reference).toEqual(ntpTimestamp(EPOCH_S, 0));
  });

  it('may be ahead or behind, also by part of a second', () => {
    expect(ask(QUESTION, { offsetS: 3600 })?.transmit.seconds).toBe(ntpTimestamp(EPOCH_S + 3610, 0).seconds);
    const behind = ask(QUESTION, { offsetS: -0.25 })?.transmit;
    expect(behind?.seconds).toBe(ntpTimestamp(EPOCH_S + 9, 0).seconds);
    expect((behind?.fraction ?? 0) / 2 ** 32).toBeCloseTo(0.75, 3);
  });

  it('refuses with a kiss of death', () => {
    expect(ask(QUESTION, { kiss: 'RATE' })).toMatchObject({ stratum: 0, referenceId: 'RATE', leap: 3 });
  });

  it('answers no other mode', () => {
    for (const mode of [0, 1, 2, 4, 5, 6, 7]) expect(ask({ ...QUESTION, mode })).toBeUndefined();
  });
});

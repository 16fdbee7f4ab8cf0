/** What two SYNs agree on: nothing that only one of them has offered. */
import { describe, expect, it } from 'vitest';
import type { TcpSettings } from '../types.ts';
import { readSynOptions, synOptions } from './syn-options.ts';

const SETTINGS: Required<TcpSettings> = {
  receiveWindow: 2 * 1024 * 1024,
  sendBuffer: 1024,
  delayedAckNs: 0,
  sack: true,
  windowScale: true,
  keepaliveNs: 0,
  synRetryNs: [],
  synWindow: 0xffff,
  windowShift: 'least',
  timestamps: true,
  synOptions: ['mss', 'sack', 'scale'],
};

const NOW = { kind: 'timestamps', value: 1536, echoReply: 7 } as const;

describe('options of a SYN', () => {
  it('agree on what both sides offer', () => {
    const theirs = synOptions(1400, { ...SETTINGS, receiveWindow: 0xffff }, { answered: undefined, timestamp: NOW });
    expect(readSynOptions(theirs, SETTINGS)).toEqual({
      peerMss: 1400,
      peerShift: 0,
      ownShift: 6,
      isScaled: true,
      useSack: true,
      useTimestamps: false,
    });
  });

  it('agree on nothing with a host that says nothing (RFC 9293 §3.7.1: an MSS of 536)', () => {
    const silent = readSynOptions([], SETTINGS);
    expect(silent).toEqual({
      peerMss: 536,
      peerShift: 0,
      ownShift: 0,
      isScaled: false,
      useSack: false,
      useTimestamps: false,
    });
    expect(synOptions(1460, SETTINGS, { answered: silent, timestamp: NOW }).map(({ kind }) => kind)).toEqual(['mss']);
  });

  it('scale no window when we did not offer it, and never by more than 14 (RFC 7323 §2.3)', () => {
    const offer = [{ kind: 'window-scale', shift: 20 }] as const;
    expect(readSynOptions(offer, { ...SETTINGS, windowScale: false })).toMatchObject({ isScaled: false, peerShift: 0 });
    expect(readSynOptions(offer, SETTINGS).peerShift).toBe(14);
  });

  it('leave room for data whatever MSS is asked for', () => {
    expect(readSynOptions([{ kind: 'mss', size: 0 }], SETTINGS).peerMss).toBe(64);
  });

  it('stand in the order that is asked for, with a scale of its own', () => {
    const settings = { ...SETTINGS, windowShift: 9, synOptions: ['timestamps', 'sack', 'scale', 'mss'] } as const;
    const offered = synOptions(1460, settings, { answered: undefined, timestamp: NOW });
    expect(offered.filter(({ kind }) => kind !== 'nop')).toEqual([
      { kind: 'timestamps', value: 1536, echoReply: 7 },
      { kind: 'sack-permitted' },
      { kind: 'window-scale', shift: 9 },
      { kind: 'mss', size: 1460 },
    ]);
    expect(readSynOptions([{ kind: 'window-scale', shift: 6 }], settings)).toMatchObject({ peerShift: 6, ownShift: 9 });
  });

  it('agree on timestamps that one side offers, and answer with them where Linux has them', () => {
    const offered = synOptions(
      1460,
      { ...SETTINGS, synOptions: ['timestamps', 'mss'] },
      { answered: undefined, timestamp: NOW },
    );
    const answered = readSynOptions([...offered, { kind: 'sack-permitted' }], SETTINGS);
    expect(answered).toMatchObject({ useTimestamps: true, useSack: true });
    expect(synOptions(1460, SETTINGS, { answered, timestamp: NOW })).toEqual([
      { kind: 'mss', size: 1460 },
      { kind: 'sack-permitted' },
      NOW,
    ]);
    expect(readSynOptions(offered, { ...SETTINGS, timestamps: false }).useTimestamps).toBe(false);
  });
});

/** Fibre Channel and what carries it: what is written is read again, and what is cut short or damaged is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionOf } from '../../../test/support/frames.ts';
import { byteAt, toHex } from '../../base/bytes.ts';
import type { DecodeError, Result } from '../../base/result.ts';
import { encodeEthernet } from '../ethernet/codec.ts';
import { ETHERTYPE } from '../ethernet/fields.ts';
import { CT_DIRECTORY, CT_NAME_SERVER, decodeCt, encodeCt, NS } from '../fcct/codec.ts';
import {
  decodeLogin,
  decodeLogout,
  decodeProcessLogin,
  decodeReject,
  encodeLogin,
  encodeLogout,
  encodeProcessLogin,
  encodeReject,
  type Login,
} from '../fcels/codec.ts';
import { ELS, LOGIN_FEATURE } from '../fcels/fields.ts';
import { decodeFcoe, encodeFcoe } from '../fcoe/codec.ts';
import { FCOE_EOF, FCOE_SOF } from '../fcoe/fields.ts';
import {
  decodeFcpCommand,
  decodeFcpResponse,
  decodeFcpTransferReady,
  encodeFcpCommand,
  encodeFcpResponse,
  encodeFcpTransferReady,
} from '../fcp/codec.ts';
import { decodeFip, encodeFip, type FipDescriptor } from '../fip/codec.ts';
import { decodeFc, encodeFc, type FcFrame } from './codec.ts';
import { FC_F_CTL, FC_R_CTL, FC_TYPE } from './fields.ts';
import { formatWwn, parseWwn } from './wwn.ts';

function value<T>(result: Result<T, DecodeError>): T {
  if (!result.ok) throw new Error(`${result.error.code} at ${result.error.offset}`);
  return result.value;
}

function roundTrip<T>(all: fc.Arbitrary<T>, encode: (one: T) => Uint8Array, decode: Decode<T>): void {
  fc.assert(
    fc.property(all, (one) => {
      expect(value(decode(encode(one), one))).toEqual(one);
    }),
  );
}
type Decode<T> = (bytes: Uint8Array, of: T) => Result<T, DecodeError>;

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u24 = fc.integer({ min: 0, max: 0xff_ffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const mac = fc.integer({ min: 0, max: 0xffff_ffff_ffff });
const wwn = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const words = fc.uint8Array({ maxLength: 50 }).map((bytes) => bytes.subarray(0, bytes.length - (bytes.length % 4)));

const frame: fc.Arbitrary<FcFrame> = fc.record({
  rCtl: u8,
  destination: u24,
  source: u24,
  csCtl: u8,
  type: u8,
  fCtl: u24.map((bits) => bits - (bits & FC_F_CTL.fillBytes)),
  seqId: u8,
  dfCtl: u8,
  seqCnt: u16,
  oxId: u16,
  rxId: u16,
  parameter: u32,
  payload: fc.uint8Array({ maxLength: 60 }),
});

const is = <K extends string>(kind: K): fc.Arbitrary<K> => fc.constant(kind);
const descriptor: fc.Arbitrary<FipDescriptor> = fc.oneof(
  fc.record({ kind: is('priority'), priority: u8 }),
  fc.record({ kind: is('mac'), mac }),
  fc.record({ kind: is('fc-map'), map: u24 }),
  fc.record({ kind: is('name'), name: wwn }),
  fc.record({ kind: is('fabric'), virtualFabric: u16, map: u24, name: wwn }),
  fc.record({ kind: is('max-size'), bytes: u16 }),
  fc.record({ kind: is('els'), type: fc.integer({ min: 7, max: 10 }), frame: words }),
  fc.record({ kind: is('port'), mac, id: u24, name: wwn }),
  fc.record({ kind: is('keep-alive'), periodMs: u32, isOff: fc.boolean() }),
  fc.record({ kind: is('vlan'), vlan: fc.integer({ min: 0, max: 0xfff }) }),
  fc.record({ kind: is('other'), type: fc.integer({ min: 20, max: 255 }), data: fc.constant(Uint8Array.of(1, 2)) }),
);

const login: fc.Arbitrary<Login> = fc.record({
  command: fc.constantFrom(ELS.flogi, ELS.plogi, ELS.accept),
  credit: u16,
  features: u16,
  receiveSize: fc.integer({ min: 256, max: 2112 }),
  portName: wwn,
  nodeName: wwn,
  isFabric: fc.boolean(),
});

describe('what is written', () => {
  it('is read again: frames of Fibre Channel, alone and in Ethernet', () => {
    fc.assert(
      fc.property(frame, (one) => {
        const bytes = encodeFc(one);
        expect(bytes.length % 4).toBe(0);
        expect(value(decodeFc(bytes))).toEqual(one);
        const wrapped = { sof: FCOE_SOF.i3, eof: FCOE_EOF.t, frame: bytes };
        expect(value(decodeFcoe(encodeFcoe(wrapped)))).toEqual(wrapped);
      }),
    );
  });

  it('is read again: FIP, logins, the name server, FCP', () => {
    fc.assert(
      fc.property(u16, u8, u16, fc.array(descriptor, { maxLength: 6 }), (opcode, subcode, flags, descriptors) => {
        const message = { opcode, subcode, flags, descriptors };
        expect(value(decodeFip(encodeFip(message)))).toEqual(message);
      }),
    );
    roundTrip(login, encodeLogin, (bytes, { isFabric }) => decodeLogin(bytes, isFabric));
    const process = fc.record({ command: u8, type: u8, flags: u16, parameters: u32 });
    roundTrip(process, encodeProcessLogin, decodeProcessLogin);
    const reject = { reason: 9, explanation: 0x1e };
    expect(value(decodeReject(encodeReject(reject)))).toEqual(reject);
    const logout = { id: 0x01_0002, portName: 7n };
    expect(value(decodeLogout(encodeLogout(logout)))).toEqual(logout);
    const names = fc.record({ type: u8, subtype: u8, command: u16, reason: u8, explanation: u8, data: words });
    roundTrip(names, encodeCt, decodeCt);
    const bytesOf = (length: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: length, maxLength: length });
    const command = fc.record({
      lun: bytesOf(8),
      management: u8,
      isRead: fc.boolean(),
      isWrite: fc.boolean(),
      cdb: fc.oneof(bytesOf(16), bytesOf(32)),
      dataLength: u32,
    });
    roundTrip(command, encodeFcpCommand, decodeFcpCommand);
    const ready = { offset: 2048, length: 512 };
    expect(value(decodeFcpTransferReady(encodeFcpTransferReady(ready)))).toEqual(ready);
    const response = fc.record({
      status: u8,
      residual: fc.oneof(
        fc.constant({ kind: 'none' } as const),
        fc.record({ kind: fc.constantFrom('under' as const, 'over' as const), bytes: u32 }),
      ),
      sense: fc.uint8Array({ maxLength: 20 }),
      code: fc.option(u8, { nil: undefined }),
    });
    roundTrip(response, encodeFcpResponse, decodeFcpResponse);
  });

  it('has names of ports as people write them', () => {
    expect(parseWwn('50:01:02:03:04:05:06:07')).toBe(0x5001_0203_0405_0607n);
    expect(formatWwn(0x01n)).toBe('00:00:00:00:00:00:00:01');
    expect(['50:01', '50010203040506078', '50:01:02:03:04:05:06:0g'].map(parseWwn)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('what is damaged', () => {
  const one = encodeFc({
    rCtl: FC_R_CTL.elsRequest,
    destination: 0xff_fffe,
    source: 0,
    csCtl: 0,
    type: FC_TYPE.els,
    fCtl: FC_F_CTL.firstSequence | FC_F_CTL.endOfSequence | FC_F_CTL.transferInitiative,
    seqId: 0,
    dfCtl: 0,
    seqCnt: 0,
    oxId: 1,
    rxId: 0xffff,
    parameter: 0,
    payload: encodeLogin({
      command: ELS.flogi,
      credit: 10,
      features: LOGIN_FEATURE.continuousOffset,
      receiveSize: 1452,
      portName: 0x2000_5254_0012_3456n,
      nodeName: 0x1000_5254_0012_3456n,
      isFabric: true,
    }),
  });
  const wrapped = encodeFcoe({ sof: FCOE_SOF.i3, eof: FCOE_EOF.t, frame: one });

  it('is refused, whichever bit of the frame is wrong', () => {
    for (let bit = 14 * 8; bit < (wrapped.length - 4) * 8; bit += 7) {
      const bytes = wrapped.slice();
      bytes[bit >> 3] = byteAt(bytes, bit >> 3) ^ (1 << (bit & 7));
      expect(decodeFcoe(bytes).ok).toBe(false);
    }
  });

  it('is refused when it is cut short', () => {
    expect(decodeFcoe(wrapped.subarray(0, 45)).ok).toBe(false);
    expect(decodeFc(one.subarray(0, 23)).ok).toBe(false);
    expect(decodeLogin(one.subarray(24, 100), true).ok).toBe(false);
    expect(decodeFcpCommand(new Uint8Array(31)).ok).toBe(false);
    expect(
      decodeFcpResponse(Uint8Array.of(...new Uint8Array(10), 2, 2, ...new Uint8Array(6), 0, 9, 0, 0, 0, 0)).ok,
    ).toBe(false);
    const fip = encodeFip({ opcode: 1, subcode: 1, flags: 0, descriptors: [{ kind: 'mac', mac: 1 }] });
    expect(decodeFip(fip.subarray(0, 16)).ok).toBe(false);
    const loop = fip.slice();
    loop[11] = 0;
    expect(decodeFip(loop).ok).toBe(false);
  });

  it('is shown as far as it goes', () => {
    const sent = (payload: Uint8Array): Uint8Array =>
      encodeEthernet({ kind: 'ethernet-ii', destination: 1, source: 2, etherType: ETHERTYPE.fcoe, payload });
    const bad = wrapped.slice();
    bad[30] = 0xff;
    const session = sessionOf([sent(wrapped), sent(bad), sent(wrapped.subarray(0, 60))]);
    const shown = [0, 1, 2].map((index) => session.columns(index).info);
    expect(shown[0]).toBe('FLOGI');
    expect(shown).toHaveLength(3);
  });

  it('asks the name server in its own words', () => {
    const data = Uint8Array.of(0x50, 1, 2, 3, 4, 5, 6, 7);
    const asked = encodeCt({
      type: CT_DIRECTORY,
      subtype: CT_NAME_SERVER,
      command: NS.gidPn,
      reason: 0,
      explanation: 0,
      data,
    });
    // FC-GS-6 §4.3: revision, three bytes, type, subtype, two bytes, command ...
    expect(toHex(asked)).toBe('01000000fc02000001210000000000005001020304050607');
  });
});

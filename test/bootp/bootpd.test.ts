/** What a real bootpd answers is read as RFC 951 and RFC 1497 mean it (`tools/record/bootpd.py`). */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formatIpv4 } from '../../src/base/address.ts';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { readBootReply } from '../../src/firmware/bootp/bootp-client.ts';
import { ip } from '../../src/net/host/testing.ts';
import { play } from '../support/lab.ts';
import { smallLab } from '../support/small-lab.ts';

interface Recorded {
  readonly server: string;
  readonly cases: readonly {
    readonly name: string;
    readonly steps: readonly { readonly what: string; readonly request: string; readonly answer: string | null }[];
  }[];
}

const recorded = JSON.parse(readFileSync(new URL('fixtures/bootpd.json', import.meta.url), 'utf8')) as Recorded;

function read(name: string, what: string): unknown {
  const step = recorded.cases.find((one) => one.name === name)?.steps.find((one) => one.what === what);
  if (step?.answer === undefined || step.answer === null) return 'silence';
  const answer = readBootReply(fromHex(step.answer) ?? new Uint8Array(0), ip(recorded.server));
  if (answer === undefined) return 'unreadable';
  const { address, mask, gateway, server, file, blocks, hostName } = answer;
  const dotted = (value: number | undefined): string => (value === undefined ? '' : formatIpv4(value));
  return [dotted(address), dotted(mask), dotted(gateway), dotted(server), file, blocks, hostName];
}

const WHOLE = ['10.0.2.50', '255.255.255.0', '10.0.2.254', '10.0.2.1', '/boot/unix', 59, 'sun1'];

it.each([
  ['the whole of RFC 1497', 'a request', WHOLE],
  // bootpd goes by its own bootfile, whatever name is asked for.
  ['the whole of RFC 1497', 'with a generic name', WHOLE],
  ['the whole of RFC 1497', 'of a stranger', 'silence'],
  ['the whole of RFC 1497', 'for another server', 'silence'],
  // RFC 951 alone: a vendor area without a cookie says nothing.
  ['the whole of RFC 1497', 'without a cookie', ['10.0.2.50', '', '', '10.0.2.1', '/boot/unix', undefined, undefined]],
  // Without `sm` bootpd tells the mask of the class.
  ['address and file alone', 'a request', ['10.0.2.50', '255.0.0.0', '', '10.0.2.1', '/unix', undefined, undefined]],
  ['no file', 'a request', ['10.0.2.50', '255.255.255.0', '', '10.0.2.1', '', undefined, undefined]],
  [
    'another server for the file',
    'a request',
    ['10.0.2.50', '255.255.255.0', '10.0.2.254', '10.0.9.9', '/unix', undefined, undefined],
  ],
  // Another format than that of RFC 1497: only the fixed fields can be used.
  ['the area of CMU', 'a request', ['10.0.2.50', '', '', '10.0.2.1', '/unix', undefined, undefined]],
])('%s, %s', (name, what, expected) => {
  expect(read(name, what)).toEqual(expected);
});

it('asks as the recorded requests do, but for the transaction and the seconds', () => {
  const lab = smallLab({ firmware: { personality: 'bootp' }, servers: { '10.0.2.1': { config: 'port=0\n' } } });
  const { lab: played } = play(lab, { until: 'udp.dstport == 67', timeoutS: 5 });
  const { store } = played.capture;
  const sent = [...Array(store.length).keys()]
    .map((i) => store.record(i).bytes)
    .find((bytes) => bytes[12] === 8 && bytes[23] === 17 && bytes[37] === 67);
  const plain = (bytes: string): string => bytes.slice(0, 8) + bytes.slice(20);
  expect(plain(toHex(sent?.subarray(42) ?? new Uint8Array(0)))).toBe(plain(recorded.cases[0]?.steps[0]?.request ?? ''));
});

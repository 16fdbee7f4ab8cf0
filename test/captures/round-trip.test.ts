/**
 * Proves that a lab made from a capture behaves as the network that was captured: its clients have the same conversation with
 * its servers, in kind and order, with the same boot file and the same options.
 */
import { describe, expect, it } from 'vitest';
import { fileView } from '../../src/analysis/frame-view.ts';
import { CaptureStory } from '../../src/analysis/inferred/capture-story.ts';
import { sketchNetwork } from '../../src/analysis/inferred/network-sketch.ts';
import { readCapture } from '../../src/analysis/pcapng/reader.ts';
import { readFact } from '../../src/analysis/story/frame-fact.ts';
import { formatMac } from '../../src/base/address.ts';
import { toHex } from '../../src/base/bytes.ts';
import { labOfSketch } from '../../src/lab/from-capture/lab-of-sketch.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { clientMac, collectOption } from '../../src/protocols/dhcp/codec.ts';
import { bootFileName } from '../../src/protocols/dhcp/values.ts';
import { parseScenarioText } from '../../src/scenario/parse.ts';
import type { Scenario } from '../../src/scenario/schema.ts';
import { capturePcapng, play, siteScenario } from '../support/lab.ts';

/** Options that say what and how to boot, and what a client is to know. */
const KEY_OPTIONS = [1, 3, 6, 15, 17, 43, 51, 60, 66];

/** By client: each message that begins something or answers it, with what matters in it. */
function conversation(lab: Lab): Readonly<Record<string, readonly string[]>> {
  const frames = fileView(lab.capture.store);
  const found: Record<string, string[]> = {};
  const clients = new Map<number, string>();
  const add = (mac: string, text: string): void => {
    const list = (found[mac] ??= []);
    // A repetition for want of an answer depends on timers.
    if (list.at(-1) !== text) list.push(text);
  };
  for (let index = 0; index < frames.length; index++) {
    const fact = readFact(frames.bytes(index));
    if (fact === undefined) continue;
    const { meaning, headers } = fact;
    if (meaning.kind === 'dhcp') {
      const { message, type, isRequest } = meaning;
      const mac = formatMac(clientMac(message));
      if (message.yiaddr !== 0) clients.set(message.yiaddr, mac);
      const options = isRequest
        ? ''
        : KEY_OPTIONS.flatMap((code) => {
            const data = collectOption(message, code);
            return data === undefined ? [] : [`${code}=${toHex(data)}`];
          }).join(' ');
      const about = isRequest ? '' : ` ${message.yiaddr} ${message.siaddr} ${bootFileName(message) ?? '-'} ${options}`;
      add(mac, `dhcp ${isRequest ? 'asks' : 'says'} ${type ?? 'bootp'}${about}`);
    } else if (meaning.kind === 'tftp' && (meaning.packet.opcode === 'rrq' || meaning.packet.opcode === 'error')) {
      const { ip } = headers;
      const mac = clients.get(ip?.source ?? 0) ?? clients.get(ip?.destination ?? 0);
      const { packet } = meaning;
      if (mac !== undefined) add(mac, `tftp ${'filename' in packet ? packet.filename : `error ${packet.code}`}`);
    } else if (meaning.kind === 'tcp' && meaning.http !== undefined) {
      const { ip } = headers;
      const mac = clients.get(ip?.source ?? 0) ?? clients.get(ip?.destination ?? 0);
      if (mac !== undefined) add(mac, `http ${meaning.http}`);
    }
  }
  return found;
}

const LABS = [
  'bare-first',
  'bare-pxe',
  'bare-proxy',
  'bare-menu',
  'bare-chainload-cured',
  'bare-vlans',
  'bare-uefi-x64',
  'bare-uefi-http',
  'bare-uefi-bios',
  'wrong-missing-file',
  'wrong-no-boot-file',
  'wrong-tftp-silent',
  'bare-bootp',
  'bare-ipxe-menu',
  'bare-rogue',
];

describe.each(LABS)('the lab that is made from the capture of %s', (name) => {
  it('has the same conversation', () => {
    const { until: _until, ...scenario } = siteScenario(name);
    const { lab } = play(scenario, { timeoutS: 60 });
    const again = play(fromCapture(capturePcapng(lab)).scenario, { timeoutS: 60 }).lab;
    expect(conversation(again)).toEqual(conversation(lab));
  });
});

function fromCapture(bytes: Uint8Array): { readonly scenario: Scenario } {
  const { store } = readCapture(bytes);
  const frames = fileView(store);
  const story = new CaptureStory(frames);
  story.advance();
  const made = labOfSketch(sketchNetwork(frames, story), 'theirs.pcapng');
  if (made === undefined) throw new Error('no lab was made');
  const parsed = parseScenarioText(JSON.stringify(made.scenario));
  if (!parsed.ok) throw new Error(parsed.error.map(({ path, message }) => `${path}: ${message}`).join('\n'));
  return { scenario: parsed.value };
}

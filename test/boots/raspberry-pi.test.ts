/**
 * A Raspberry Pi 4's bootloader: what it asks (as in captures that people have published: 322 bytes, no broadcast flag,
 * architecture 0), which offers it takes, and where it looks for its files.
 */
import { describe, expect, it } from 'vitest';
import { labFindings, play } from '../support/lab.ts';
import { smallLab, type SmallLab } from '../support/small-lab.ts';

const LEASES = 'dhcp-range=10.0.2.50,10.0.2.99,1h\ndhcp-authoritative\nno-ping\n';
const PROXY = 'port=0\ndhcp-range=10.0.2.0,proxy\nenable-tftp\ntftp-root=/srv/tftp\n';
const WORDS = 'pxe-service=0,"Raspberry Pi Boot"\n';
const FILES = { 'tftp/start4.elf': 4000, 'tftp/fixup4.dat': 500, 'tftp/config.txt': 'arm_64bit=1\n' };
const RPI = { personality: 'rpi', options: { serial: '1c0b2f96' } };

function boot(config: string, files: SmallLab['servers'][string]['files'] = FILES) {
  const servers = { '10.0.2.1': { config: LEASES }, '10.0.2.2': { config: PROXY + config, files } };
  const { lab } = play(smallLab({ firmware: RPI, servers }), { timeoutS: 60 });
  const stages = lab.log.events.flatMap((event) => (event.kind === 'stage' && event.node === 'pc1' ? [event] : []));
  const asked = stages.flatMap(({ stage, text }) => (stage === 'file-request' ? [text] : []));
  return { lab, last: stages.at(-1)?.stage, asked, findings: labFindings(lab) };
}

describe('a Raspberry Pi', () => {
  it('asks as such boards do', () => {
    const { lab } = boot(WORDS);
    const { store } = lab.capture;
    const frame = Buffer.from(store.bytes(0));
    const dhcp = frame.subarray(42, 14 + frame.readUInt16BE(16));
    expect(dhcp.length).toBe(322);
    expect(dhcp.readUInt16BE(10)).toBe(0);
    const options: string[] = [];
    for (let at = 240; dhcp[at] !== 255; at += 2 + dhcp.readUInt8(at + 1))
      options.push(`${dhcp.readUInt8(at)}=${dhcp.toString('hex', at + 2, at + 2 + dhcp.readUInt8(at + 1))}`);
    expect(options).toEqual([
      '53=01',
      '55=01032b3c42438081828384858687',
      '93=0000',
      '94=010201',
      // “RPi4”, revision d03114, the end of 52:54:00:ba:00:01, the serial number.
      '97=00525069341431d00000ba00011c0b2f96',
      `60=${Buffer.from('PXEClient:Arch:00000:UNDI:002001').toString('hex')}`,
    ]);
  });

  it('takes an address beside a proxy that has the words, and its files without a folder', () => {
    const { last, asked, findings } = boot(WORDS);
    expect(last).toBe('halted');
    expect(asked.map((text) => text.split(' ')[1])).toEqual([
      '1c0b2f96/config.txt',
      '1c0b2f96/start4.elf',
      'config.txt',
      'start4.elf',
      'fixup4.dat',
    ]);
    expect(findings).toEqual([]);
  });

  it('looks into the folder of its serial number first', () => {
    const { asked, findings } = boot(WORDS, { 'tftp/1c0b2f96/start4.elf': 4000, 'tftp/1c0b2f96/fixup4.dat': 500 });
    expect(asked.map((text) => text.split(' ')[1])).toEqual([
      '1c0b2f96/config.txt',
      '1c0b2f96/start4.elf',
      '1c0b2f96/fixup4.dat',
    ]);
    expect(findings).toEqual([]);
  });

  it.each([
    ['a menu for PCs', 'pxe-service=x86PC,"Boot",pxelinux.0\n', FILES, 'rpi/no-boot-option', /spelling counts/],
    ['no firmware', WORDS, { 'tftp/config.txt': '' }, 'rpi/no-firmware', /start4\.elf, fixup4\.dat/],
  ] as const)('says what is missing: %s', (_, config, files, id, remedy) => {
    const { findings } = boot(config, files);
    expect(findings.map((one) => one.id)).toEqual([id]);
    expect(findings[0]?.remedy.text).toMatch(remedy);
  });
});

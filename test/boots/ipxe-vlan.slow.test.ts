/** iPXE on a trunk loads Debian's kernel by name over HTTP; the kernel says on the serial console how it was called. */
import { describe, expect, it } from 'vitest';
import { readU16 } from '../../src/base/bytes.ts';
import { ETHERTYPE } from '../../src/protocols/ethernet/fields.ts';
import { play, siteScenario } from '../support/lab.ts';

describe('iPXE with a VLAN device on an emulated PC', () => {
  it('boots the Debian kernel with its command line, and every frame of the firmware is tagged', () => {
    const { lab, stop } = play(siteScenario('pc-ipxe-vlan'), { timeoutS: 90 });
    expect(stop.kind).toBe('breakpoint');
    const { store } = lab.capture;
    let count = 0;
    for (let i = 0; i < store.length; i++) {
      if (store.direction(i) !== 'out' || !store.interfaceOf(i).name.startsWith('pc1.')) continue;
      const frame = store.bytes(i);
      // EAPOL-Start is for the switch at the other end of the cable, whatever VLANs the cable carries.
      if (readU16(frame, 12) === ETHERTYPE.eapol) continue;
      expect(readU16(frame, 12)).toBe(0x8100);
      expect(readU16(frame, 14) & 0xfff).toBe(23);
      count++;
    }
    expect(count).toBeGreaterThan(1000);
    expect(lab.machine('pc1').takeSerial()).toMatch(/ommand line: .*console=ttyS0 MARK=10\.0\.23\.\d+/);
  });
});

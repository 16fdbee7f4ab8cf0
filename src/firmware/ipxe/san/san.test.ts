/** Drives behind an HTTP server: attach, boot sector, detach, and what is printed. */
import { describe, expect, it } from 'vitest';
import { fromLatin1, latin1 } from '../../../base/bytes.ts';
import { runScript, type Bench } from '../testing.ts';
import { TestServer } from '../testing-server.ts';

const STATIC = 'ifopen net0\nset net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\n';

function disk(signature: string): (bench: Bench) => void {
  return serve(`BOOT${'\0'.repeat(506)}${signature}`.padEnd(1_048_576, '\0'));
}

/** A web server that has one disk. */
function serve(image: string): (bench: Bench) => void {
  return (bench) => {
    const server = new TestServer(bench, {
      http: (head) => {
        if (head.startsWith('HEAD')) return `HTTP/1.1 200 OK\r\nContent-Length: ${image.length}\r\n\r\n`;
        const range = /Range: bytes=(\d+)-(\d+)/.exec(head);
        if (range === null) return 'HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n';
        const body = image.slice(Number(range[1]), Number(range[2]) + 1);
        return `HTTP/1.1 206 Partial Content\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      },
    });
    expect(server.requests).toEqual([]);
  };
}

/** A CD with a boot image of one virtual sector, as El Torito 1.0 lays it out. */
function cdImage(): string {
  const bytes = new Uint8Array(64 * 2048);
  const put = (sector: number, at: number, text: string): void => bytes.set(latin1(text), sector * 2048 + at);
  const put32 = (sector: number, at: number, value: number): void =>
    new DataView(bytes.buffer).setUint32(sector * 2048 + at, value, true);
  put(16, 0, '\x01CD001\x01');
  put(17, 0, '\0CD001\x01EL TORITO SPECIFICATION');
  put32(17, 0x47, 20);
  put(20, 0, '\x01');
  put(20, 30, '\x55\xaa\x88\0');
  put(20, 0x26, '\x04\0');
  put32(20, 0x28, 30);
  put(30, 0, 'ISOLINUX');
  return fromLatin1(bytes);
}

describe('HTTP drives', () => {
  it('boot by their first sector', () => {
    const { output, bench } = runScript(`${STATIC}sanboot --drive 0x81 http://10.0.0.1/disk.img`, {
      prepare: disk('\x55\xaa'),
    });
    expect(output).toBe('Registered SAN device 0x81\nBooting from SAN device 0x81\n');
    expect(bench.machine.started).toMatchObject({
      kind: 'boot-sector',
      entry: { cs: 0, ip: 0x7c00, registers: { edx: 0x81 } },
    });
    expect(fromLatin1(bench.machine.hardware?.memory.read(0x7c00, 4) ?? new Uint8Array(0))).toBe('BOOT');
    expect(bench.machine.hardware?.drives.get(0x81)?.sectors).toBe(2048);
  });

  it('say why they do not boot, and are detached', () => {
    const { output } = runScript(
      `${STATIC}sanboot http://10.0.0.1/disk.img ||\nset skip-san-boot 1\nsanboot --keep http://10.0.0.1/x\nsanunhook\n` +
        'clear skip-san-boot\nsanboot --keep http://10.0.0.1/disk.img ||\nsanunhook',
      {
        prepare: disk('no'),
      },
    );
    expect(output).toBe(
      'Registered SAN device 0x80\nBooting from SAN device 0x80\n' +
        'Boot from SAN device 0x80 failed: Input/output error (https://ipxe.org/1d852039)\nUnregistered SAN device 0x80\n' +
        'Registered SAN device 0x80\nSkipping boot from SAN device 0x80\nUnregistered SAN device 0x80\n' +
        // Kept without a word.
        'Registered SAN device 0x80\nBooting from SAN device 0x80\n' +
        'Boot from SAN device 0x80 failed: Input/output error (https://ipxe.org/1d852039)\nUnregistered SAN device 0x80\n',
    );
  });

  it('stay while keep-san says so, whoever detaches them', () => {
    const { output } = runScript(
      `${STATIC}set keep-san 1\nsanhook -d 0x84 http://10.0.0.1/disk.img\nsanunhook -d 0x84\n` +
        'sanhook -d 0x84 http://10.0.0.1/disk.img ||\necho ${errno}\nset skip-san-boot 1\n' +
        'sanboot -d 0x85 http://10.0.0.1/disk.img ||\nclear keep-san\nsanunhook -d 0x84',
      { prepare: disk('\x55\xaa') },
    );
    expect(output).toBe(
      'Registered SAN device 0x84\nPreserving SAN device 0x84\n' +
        'Could not open SAN device: Error 0x03232019 (https://ipxe.org/03232019)\n0x3232019\n' +
        'Registered SAN device 0x85\nSkipping boot from SAN device 0x85\nPreserving SAN device 0x85\n' +
        'Unregistered SAN device 0x84\n',
    );
  });

  it('are CDs when their volume descriptor says so, and boot as El Torito says', () => {
    const { output, bench } = runScript(`${STATIC}sanboot http://10.0.0.1/boot.iso`, { prepare: serve(cdImage()) });
    expect(output).toBe('Registered SAN device 0x80\nBooting from SAN device 0x80\n');
    expect(bench.machine.hardware?.drives.get(0x80)).toMatchObject({ isCd: true, sectorBytes: 2048, sectors: 64 });
    expect(bench.machine.started).toMatchObject({ entry: { cs: 0x7c0, ip: 0, registers: { edx: 0x80 } } });
    expect(fromLatin1(bench.machine.hardware?.memory.read(0x7c00, 8) ?? new Uint8Array(0))).toBe('ISOLINUX');
  });

  it('say that a CD without a boot record does not boot', () => {
    const blank = cdImage().replace('EL TORITO', 'NO TORITO');
    const { output } = runScript(`${STATIC}sanboot http://10.0.0.1/data.iso`, { prepare: serve(blank) });
    expect(output).toContain('Boot from SAN device 0x80 failed: Input/output error (https://ipxe.org/1d852039)\n');
  });
});

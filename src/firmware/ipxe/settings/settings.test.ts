/** Settings: formats and parsing of every type, names, blocks, search order, as the reference shows them. */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../../base/lists/list.ts';
import { DEFAULT_BUILD } from '../build.ts';
import { runScript, type ScriptBench } from '../testing.ts';
import { simpleDhcp, TestServer } from '../testing-server.ts';
import { inspectSettings } from './inspect.ts';

const output = (text: string, options?: ScriptBench): string => runScript(text, options).output;

describe('types', () => {
  it.each([
    ['set x:int8 127\ninc x\nshow x', 'x:int8 = -128\n'],
    ['set x:hex 00:ff\nshow x:int8', 'x:int8 = 255\n'],
    ['set x:hex ff\nshow x:int32', 'x:int32 = -1\n'],
    ['set x:int32 010\nshow x', 'x:int32 = 8\n'],
    ['set x:int32 0x\nshow x', 'x:int32 = 0\n'],
    ['set x:uint16 -1\nshow x', 'x:uint16 = 0xffff\n'],
    ['set x:uint8 0\nshow x', 'x:uint8 = 0x0\n'],
    ['set x:int32 0x80000000\nshow x', 'x:int32 = -./,),(-*,(\n'],
    ['set x:ipv6 2001:db8:0:0:1::1\nshow x', 'x:ipv6 = 2001:db8::1:0:0:1\n'],
    ['set x a/b c%\nshow x:uristring', 'x:uristring = a%2Fb%20c%25\n'],
    ['set x:uristring a%20b\nshow x:string', 'x:string = a b\n'],
    ['set x:hex 61:00:62\nshow x:uristring', 'x:uristring = a%00b\n'],
    ['set x:hexhyp 01-0a\nshow x:hexraw', 'x:hexraw = 010a\n'],
    ['set x:base64 aGVsbG8=\nshow x:string\nshow x', 'x:string = hello\nx:base64 = aGVsbG8=\n'],
    ['set x:uuid 00112233445566778899AABBCCDDEEFF\nshow x:guid', 'x:guid = 33221100-5544-7766-8899-aabbccddeeff\n'],
    ['set x:hex 00:10\nshow x:busdevfn', 'x:busdevfn = 0000:00:02.0\n'],
  ])('%s', (script, expected) => {
    expect(output(script)).toBe(expected);
  });

  it.each([
    ['set x:hex 1:2:3', 'Could not store "x": Invalid argument (https://ipxe.org/1c112002)\n'],
    ['set x:ipv4 10.0.0.256', 'Could not store "x": Invalid argument (https://ipxe.org/1c056002)\n'],
    ['set x:dnssl a.example', 'Could not store "x": Operation not supported (https://ipxe.org/3c0c2003)\n'],
    ['set q:nosuchtype 1', '"q:nosuchtype": invalid setting\n'],
    ['set a text\ninc a', 'Could not store "a": Operation not supported (https://ipxe.org/3c0c2003)\n'],
    ['show nosuch', 'Could not find "nosuch": No such file or directory (https://ipxe.org/2d0c203b)\n'],
    ['set y:hex 01:02\nshow y:ipv4', 'Could not find "y": Invalid argument (https://ipxe.org/1c056002)\n'],
    ['show net9/ip', '"net9/ip": invalid setting\n'],
    ['set net0/mac 02:00', 'Could not store "mac": Invalid argument (https://ipxe.org/1c146002)\n'],
  ])('%s', (script, expected) => {
    expect(output(script)).toBe(expected);
  });
});

describe('blocks', () => {
  it('shows where a value comes from', () => {
    expect(output('show net0/mac\nshow net0/chip\nshow net0/busloc:busdevfn\nshow net0/busid')).toBe(
      'net0/mac:hex = 52:54:00:12:34:56\nnet0/chip:string = 82540em\n' +
        'net0/busloc:busdevfn = 0000:00:02.0\nnet0/busid:hex = 01:80:86:10:0e\n',
    );
    expect(output('show version\nshow platform\nshow buildarch')).toBe(
      'builtin/version:string = 2.0.0+\nbuiltin/platform:string = pcbios\nbuiltin/buildarch:string = i386\n',
    );
  });

  it('takes names for tags and tags for names', () => {
    expect(output('set 67 a\nshow filename\nshow 67')).toBe('filename:string = a\nfilename:string = a\n');
    expect(output('set 175.189:uint8 0x81\nshow san-drive')).toBe('san-drive:uint8 = 0x81\n');
  });

  it('remembers the type of the last store', () => {
    expect(output('set v:ipv4 10.0.0.1\nshow v\nset v 10.0.0.2\nshow v')).toBe(
      'v:ipv4 = 10.0.0.1\nv:string = 10.0.0.2\n',
    );
  });

  it('shadows errno once it is set, and refuses to set it where it lives', () => {
    expect(output('set builtin/errno 5 ||\nset errno 5\niseq a b ||\necho ${errno}')).toBe(
      'Could not store "errno": Operation not supported (https://ipxe.org/3c0c2003)\n0x5\n',
    );
  });

  it('makes blocks when something is stored in them', () => {
    expect(output('set my.block/x 1\nshow my.block/x\nclear my.block/x\nshow my.block/x ||')).toBe(
      'my.block/x:string = 1\nCould not find "x": No such file or directory (https://ipxe.org/2d0c203b)\n',
    );
  });

  it('lets netX follow the device opened last', () => {
    const script =
      'show netX/mac ||\nifopen net0\nifopen net1\nshow mac\nifclose net1\nshow mac\nset net0/ip 10.0.0.1\nset net1/ip 10.0.0.2\nshow ip';
    expect(output(script, { ports: 2 })).toBe(
      'Could not find "mac": Operation not supported (https://ipxe.org/3c0c2003)\n' +
        'net1/mac:hex = 52:54:00:12:34:57\nnet0/mac:hex = 52:54:00:12:34:56\nnet0/ip:ipv4 = 10.0.0.1\n',
    );
  });

  it('reads SMBIOS and PCI', () => {
    const identity = {
      uuid: '00112233-4455-6677-8899-aabbccddeeff',
      manufacturer: 'QEMU',
      product: 'PC X',
      serial: 's1',
      asset: '',
      boardSerial: '',
    };
    expect(
      output(
        'show uuid\nshow product\nshow smbios/1.8.16:hexraw\nshow smbios/1.0.2\nshow smbios/0.4.0\nshow pci/16.0.2\nshow pci/0.0:hexraw\nshow pci/8.0.2\nset ip6:ipv6 fe80::1%net0 ||\necho ${errno}',
        { identity },
      ),
    ).toBe(
      'smbios/uuid:uuid = 00112233-4455-6677-8899-aabbccddeeff\nsmbios/product:string = PC X\n' +
        'smbios/uuid:hexraw = 33221100554477668899aabbccddeeff\nsmbios/1.0.2:string = PC X\nsmbios/0.4.0:string = SeaBIOS\n' +
        // Nothing at 00:01.0: ones.
        'pci/16.0.2:hexraw = 8086\npci/0.0:hexraw = \npci/8.0.2:hexraw = ffff\n' +
        'Could not store "ip6": Invalid argument (https://ipxe.org/1c066002)\n0x1c066002\n',
    );
  });

  it('gives static routes and addresses effect at once', () => {
    const script =
      'ifopen net0\nset net0/ip 10.0.2.15\nset net0/netmask 255.255.255.0\nset net0/gateway 10.0.2.2\nroute\nifclose net0\nroute';
    expect(output(script)).toBe(
      'net0: 10.0.2.15/255.255.255.0 gw 10.0.2.2\nnet0: 10.0.2.15/255.255.255.0 gw 10.0.2.2 (inaccessible)\n',
    );
  });
});

describe('the card’s own store', () => {
  it('keeps DHCP options through a restart', () => {
    const features = new Set([...DEFAULT_BUILD.features, 'NVS_SETTINGS' as const]);
    const script =
      'show net0.nvo/filename ||\nset net0.nvo/filename kept.0\nset net0.nvo/175.189:uint8 0x81\nset net0.nvo/own x ||\nisset ${again} || reboot';
    const { output, bench } = runScript(script, { build: { features }, seconds: 0.5 });
    expect(output).toBe(
      'Could not find "filename": No such file or directory (https://ipxe.org/2d0c203b)\n' +
        'Could not store "own": Error 0x3d0c2001 (https://ipxe.org/3d0c2001)\n',
    );
    bench.output = '';
    bench.run(0.3);
    expect(bench.output).toContain('net0.nvo/filename:string = kept.0\n');
    expect(bench.ipxe.settings.getNumber('net0/san-drive')).toBe(0x81);
  });
});

describe('the inspector', () => {
  it('shows every block, what wins, and the frame that an answer came in', () => {
    const { bench } = runScript('dhcp\nset filename mine', {
      prepare: (each) => {
        const options = { 54: [10, 0, 0, 1], 67: 'theirs', 175: [176, 1, 1], 200: 'ab' };
        const server = new TestServer(each, { dhcp: simpleDhcp('10.0.0.2', '10.0.0.1', options) });
        expect(server.requests).toEqual([]);
      },
      seconds: 0.5,
    });
    const tree = inspectSettings(bench.ipxe.settings);
    expect(tree.rows).toEqual([{ name: 'filename', type: 'string', text: 'mine', isEffective: true }]);
    expect(tree.children.map(({ path }) => path)).toEqual(['builtin', 'smbios', 'pci', 'netX', 'net0']);
    const dhcp = itemAt(itemAt(tree.children, 4).children, 0);
    expect(dhcp.path).toBe('net0.dhcp');
    expect(dhcp.rows).toContainEqual({ name: 'filename', type: 'string', text: 'theirs', isEffective: false });
    expect(dhcp.rows).toContainEqual({ name: '200', type: 'string', text: 'ab', isEffective: true });
    expect(dhcp.rows).toContainEqual({ name: 'next-server', type: 'ipv4', text: '10.0.0.1', isEffective: true });
  });
});

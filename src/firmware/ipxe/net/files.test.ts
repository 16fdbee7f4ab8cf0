/** FTP and NFS against small servers that check what they are asked. */
import { describe, expect, it } from 'vitest';
import { prefixMask } from '../../../base/address.ts';
import { concatBytes, fromLatin1, latin1, readU32 } from '../../../base/bytes.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { ALL_OPTIONS_BUILD } from '../build.ts';
import { runScript } from '../testing.ts';
import { TestServer } from '../testing-server.ts';
import { XdrReader, XdrWriter } from '../../../protocols/rpc/xdr.ts';

const STATIC = 'ifopen net0\nset net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\n';

function run(script: string, prepare: (server: TestServer) => void): string {
  return runScript(STATIC + script, {
    build: { features: ALL_OPTIONS_BUILD.features },
    prepare: (bench) => {
      const server = new TestServer(bench, {});
      expect(itemAt(server.host.interfaces, 0).mask).toBe(prefixMask(24));
      prepare(server);
    },
  }).output;
}

describe('FTP', () => {
  it('logs in as anonymous, takes the binary type and the passive port', () => {
    const said: string[] = [];
    const output = run('imgfetch ftp://10.0.0.1/pub/x.txt\nimgstat', ({ host }) => {
      host.listenTcp(5001, (data) => {
        data.write(latin1('content'));
        data.end();
      });
      host.listenTcp(21, (control) => {
        const answers: Record<string, string> = {
          USER: '331 password',
          PASS: '230-welcome\r\n230 in',
          TYPE: '200 ok',
          PASV: '227 Entering (10,0,0,1,19,137)',
          RETR: '150 here it comes',
          QUIT: '221 bye',
        };
        control.write(latin1('220 hello\r\n'));
        control.onData = (bytes) => {
          for (const line of fromLatin1(bytes).trim().split('\r\n')) {
            said.push(line);
            control.write(latin1(`${answers[line.slice(0, 4)]}\r\n`));
            if (line.startsWith('RETR')) control.write(latin1('226 done\r\n'));
          }
        };
        control.onEnd = () => control.end();
      });
    });
    expect(output).toBe('ftp://10.0.0.1/pub/x.txt... ok\nx.txt : 7 bytes [PXE-NBP]\n');
    expect(said).toEqual(['USER anonymous', 'PASS ipxe@ipxe.org', 'TYPE I', 'PASV', 'RETR pub/x.txt', 'QUIT']);
  });
});

/** A procedure of the toy server: arguments in, results out. */
type Procedure = (args: XdrReader) => XdrWriter;

function serveRpc(server: TestServer, port: number, procedures: Readonly<Record<string, Procedure>>): void {
  server.host.listenTcp(port, (connection) => {
    let held: Uint8Array = new Uint8Array(0);
    connection.onData = (bytes) => {
      held = concatBytes([held, bytes]);
      while (held.length >= 4) {
        const length = readU32(held, 0) & 0x7fffffff;
        if (held.length < 4 + length) return;
        const call = new XdrReader(held.slice(4, 4 + length));
        held = held.slice(4 + length);
        const xid = call.u32();
        call.skip(8);
        const program = call.u32();
        call.skip(4);
        const procedure = call.u32();
        call.skip(4).opaque();
        call.skip(4).opaque();
        const body = procedures[`${program}.${procedure}`]?.(call) ?? new XdrWriter();
        const record = concatBytes([new XdrWriter().u32(xid).u32(1).u32(0).u32(0).u32(0).u32(0).bytes, body.bytes]);
        connection.write(concatBytes([new XdrWriter().u32((0x80000000 | record.length) >>> 0).bytes, record]));
      }
    };
    connection.onEnd = () => connection.end();
  });
}

/** fattr3 with a type and a size. */
function attributes(out: XdrWriter, type: number, size: number): XdrWriter {
  out.u32(1).u32(type).u32(0o644).u32(1).u32(0).u32(0).u64(size);
  for (let i = 0; i < 14; i++) out.u32(0);
  return out;
}

describe('NFS', () => {
  it('mounts the directory that is exported, follows a link, reads to the end', () => {
    const file = 'x'.repeat(250_000);
    const mounts: string[] = [];
    const reads: number[] = [];
    const output = run(
      'imgfetch nfs://10.0.0.1/srv/boot/link\nimgstat\nimgfetch nfs://10.0.0.1/srv/boot/none ||',
      (server) => {
        serveRpc(server, 111, {
          '100000.3': (args) => new XdrWriter().u32(args.u32() === 100_005 ? 2050 : 2049),
        });
        serveRpc(server, 2050, {
          '100005.1': (args) => {
            const path = args.text();
            mounts.push(path);
            return path === '/srv' ? new XdrWriter().u32(0).text('root') : new XdrWriter().u32(2);
          },
        });
        const tree: Readonly<Record<string, readonly [handle: string, type: number]>> = {
          'root/boot': ['boot', 2],
          'boot/link': ['link', 5],
          'boot/file': ['file', 1],
        };
        serveRpc(server, 2049, {
          '100003.3': (args) => {
            const entry = tree[`${args.text()}/${args.text()}`];
            return entry === undefined
              ? new XdrWriter().u32(2)
              : attributes(new XdrWriter().u32(0).text(entry[0]), entry[1], 0);
          },
          '100003.5': () => attributes(new XdrWriter().u32(0), 5, 0).text('../boot/file'),
          '100003.6': (args) => {
            expect(args.text()).toBe('file');
            const offset = args.u64();
            const part = file.slice(offset, offset + args.u32());
            reads.push(part.length);
            const isEnd = offset + part.length === file.length;
            return attributes(new XdrWriter().u32(0), 1, file.length)
              .u32(part.length)
              .u32(isEnd ? 1 : 0)
              .text(part);
          },
        });
      },
    );
    expect(output).toBe(
      'nfs://10.0.0.1/srv/boot/link... ok\nlink : 250000 bytes [PXE-NBP]\n' +
        'nfs://10.0.0.1/srv/boot/none... No such file or directory (https://ipxe.org/2d33603b)\n',
    );
    expect(mounts.slice(0, 2)).toEqual(['/srv/boot', '/srv']);
    expect(reads).toEqual([100_000, 100_000, 50_000]);
  });
});

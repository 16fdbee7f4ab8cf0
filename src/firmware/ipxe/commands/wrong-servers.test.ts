/**
 * Wrong input from outside: servers that refuse, contradict themselves or are silent, and scripts that arrived damaged.
 * Each failure has iPXE's words and number, and the script that asked goes on.
 */
import { describe, expect, it } from 'vitest';
import { itemAt } from '../../../base/lists/list.ts';
import { encodeTftp } from '../../../protocols/tftp/codec.ts';
import { runScript, type Bench } from '../testing.ts';
import { TestServer, type ServerOptions } from '../testing-server.ts';

const ADDRESS = 'set net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\nset dns 10.0.0.1\nifopen net0\n';

interface Outcome {
  readonly output: string;
  readonly bench: Bench;
  readonly server: TestServer;
}

function ask(line: string, options: ServerOptions, onServer: (server: TestServer) => void = () => {}): Outcome {
  const servers: TestServer[] = [];
  const { output, bench } = runScript(`${ADDRESS}${line} || echo : \${errno}\necho goes on`, {
    seconds: 200,
    prepare: (each) => {
      const server = new TestServer(each, options);
      servers.push(server);
      onServer(server);
    },
  });
  return { output, bench, server: itemAt(servers, 0) };
}

/** What the line of progress ends with, whatever time it took. */
function withoutDots(output: string): string {
  return output.replaceAll(/\.{3,}(?: \[[^\]]*\]|[\b .])*(?= [A-Zo])/g, '...');
}

const response = (status: string, fields = '', body = ''): string =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n${fields}\r\n${body}`;

describe('HTTP', () => {
  const URI = 'http://10.0.0.1/a.ipxe';

  it.each([
    ['404 Not Found', '', 'Not found', '2d0c613b'],
    ['401 Unauthorized', '', 'Permission denied', '020c613c'],
    ['403 Forbidden', '', 'Operation not permitted', '410c613c'],
    ['418 Teapot', '', 'HTTP 4xx Client Error', '1d0c6439'],
    ['500 Internal Server Error', '', 'HTTP 5xx Server Error', '1d0c6539'],
    ['503 Service Unavailable', '', 'HTTP 5xx Server Error', '1d0c6539'],
    ['304 Not Modified', '', 'Input/output error', '1d0c6139'],
    ['302 Found', 'Location: /a.ipxe\r\n', 'Error 0x4f0c6001', '4f0c6001'],
    ['302 Found', 'Location: https://10.0.0.1/\r\n', 'Operation not supported', '3c092003'],
  ])('%s %s', (status, fields, text, code) => {
    const { output } = ask(`chain ${URI}`, { http: () => response(status, fields) });
    expect(output).toBe(
      `${URI}... ${text} (https://ipxe.org/${code})\n: ${`0x${code}`.replace('0x0', '0x')}\ngoes on\n`,
    );
  });

  it('a password that is refused', () => {
    const uri = 'http://user:wrong@10.0.0.1/a.ipxe';
    const challenge = 'WWW-Authenticate: Basic realm="lab"\r\n';
    const { output, server } = ask(`chain ${uri}`, { http: () => response('401 Unauthorized', challenge) });
    expect(output).toBe(`${URI}... Permission denied (https://ipxe.org/020c613c)\n: 0x20c613c\ngoes on\n`);
    expect(server.requests.map((head) => /Authorization: (.*)\r/.exec(head)?.[1])).toEqual([
      undefined,
      'Basic dXNlcjp3cm9uZw==',
    ]);
  });

  it.each([
    [
      'a body that is shorter than announced',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nhello',
      '1d0c6239',
      'Input/output error',
    ],
    [
      'a length that is none',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ten\r\n\r\nhello',
      '1c0c6302',
      'Invalid argument',
    ],
    ['no status line', 'hello world, this is no HTTP\r\nConnection: close\r\n\r\n', '1c0c6102', 'Invalid argument'],
    [
      'chunks that are none',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n',
      '1c0c6402',
      'Invalid argument',
    ],
  ])('%s', (_, answer, code, text) => {
    const { output } = ask(`imgfetch ${URI}`, { http: () => answer });
    expect(output).toBe(`${URI}... ${text} (https://ipxe.org/${code})\n: 0x${code}\ngoes on\n`);
  });

  it('a port at which nobody listens', () => {
    const { output } = ask('imgfetch http://10.0.0.1:81/x', {});
    expect(output).toBe('http://10.0.0.1:81/x... Connection reset (https://ipxe.org/0f0a6039)\n: 0xf0a6039\ngoes on\n');
  });
});

describe('TFTP', () => {
  const URI = 'tftp://10.0.0.1/a.ipxe';

  it.each([
    [0, 'Operation not supported', '3c126003'],
    [1, 'Not found', '2d12613b'],
    [2, 'Permission denied', '0212603c'],
    [3, 'Operation not supported', '3c126003'],
    [4, 'Error 0x3d126001', '3d126001'],
    [8, 'Operation not supported', '3c126003'],
  ])('ERROR %i', (code, text, number) => {
    const { output } = ask(`chain ${URI}`, {}, ({ host }) => {
      const socket = host.openUdp({ port: 69 });
      socket.onDatagram = ({ source, sourcePort }) =>
        socket.send(source, sourcePort, encodeTftp({ opcode: 'error', code, message: 'no' }));
    });
    expect(output).toBe(
      `${URI}... ${text} (https://ipxe.org/${number})\n: ${`0x${number}`.replace('0x0', '0x')}\ngoes on\n`,
    );
  });

  it('a server that is silent', () => {
    const { output } = ask(`chain ${URI}`, {}, ({ host }) => {
      host.openUdp({ port: 69 }).onDatagram = () => {};
    });
    expect(withoutDots(output)).toBe(
      `${URI}... Connection timed out (https://ipxe.org/4c126035)\n: 0x4c126035\ngoes on\n`,
    );
  });

  it('a server that falls silent within the file', () => {
    const { output } = ask(`chain ${URI}`, {}, ({ host }) => {
      const socket = host.openUdp({ port: 69 });
      socket.onDatagram = ({ source, sourcePort }) => {
        socket.send(source, sourcePort, encodeTftp({ opcode: 'data', block: 1, data: new Uint8Array(512) }));
        socket.onDatagram = () => {};
      };
    });
    expect(withoutDots(output)).toContain('Connection timed out (https://ipxe.org/4c126035)\n: 0x4c126035\ngoes on\n');
  });
});

describe('DNS', () => {
  it('a server that does not answer', () => {
    const { output } = ask('imgfetch http://boot.lab.test/x', {}, ({ host }) => {
      host.openUdp({ port: 53 }).onDatagram = () => {};
    });
    expect(withoutDots(output)).toBe(
      'http://boot.lab.test/x... Connection timed out (https://ipxe.org/4c116035)\n: 0x4c116035\ngoes on\n',
    );
  });

  it('a name that does not exist', () => {
    const { output } = ask('imgfetch http://boot.lab.test/x', { names: {} });
    expect(output).toBe(
      'http://boot.lab.test/x... Error 0x3e11613b (https://ipxe.org/3e11613b)\n: 0x3e11613b\ngoes on\n',
    );
  });

  it('no server at all', () => {
    const { output } = ask('clear dns\nimgfetch http://boot.lab.test/x', {});
    expect(output).toBe(
      'http://boot.lab.test/x... Error 0x3e11623b (https://ipxe.org/3e11623b)\n: 0x3e11623b\ngoes on\n',
    );
  });

  it('names that lead in a circle', () => {
    const { output } = ask('imgfetch http://a.lab.test/x', {
      names: { 'a.lab.test': 'b.lab.test', 'b.lab.test': 'a.lab.test' },
    });
    expect(output).toBe('http://a.lab.test/x... Error 0x20116001 (https://ipxe.org/20116001)\n: 0x20116001\ngoes on\n');
  });
});

describe('scripts', () => {
  const chain = (text: string): Outcome =>
    ask('chain -q http://10.0.0.1/s.ipxe', { http: () => response('200 OK', '', text) });

  it('cut off within a command', () => {
    expect(chain('#!ipxe\necho one\necho two && ech').output).toBe(
      'one\ntwo\nech: command not found\nCould not boot: Exec format error (https://ipxe.org/2e022001)\n: 0x2e022001\ngoes on\n',
    );
  });

  it('cut off within a line that went on, and within a reference', () => {
    expect(chain('#!ipxe\necho one \\').output).toBe('one\ngoes on\n');
    expect(chain('#!ipxe\necho ${net0/m').output).toBe('${net0/m\ngoes on\n');
  });

  it('cut off within its first line: machine code, for a BIOS', () => {
    const { bench, output } = chain('#!ipx');
    expect(output).toBe('');
    expect(bench.machine.started?.kind).toBe('nbp');
    expect(bench.events.some((event) => event.kind === 'decision' && event.code === 'nbp-is-text')).toBe(true);
  });

  it('with the line ends of DOS', () => {
    expect(chain('#!ipxe\r\nset a b\r\necho [${a}]\r\ngoto end\r\n:end\r\necho end\r\n').output).toBe(
      '[b]\nend\ngoes on\n',
    );
  });

  it('with a byte order mark, or a blank first line: machine code, too', () => {
    for (const text of ['\xef\xbb\xbf#!ipxe\necho x\n', '\n#!ipxe\necho x\n', '<html>404</html>']) {
      const { bench, output } = chain(text);
      expect(output).toBe('');
      expect(bench.machine.started?.kind).toBe('nbp');
      expect(bench.events.some((event) => event.kind === 'decision' && event.code === 'nbp-is-text')).toBe(true);
    }
  });

  it('empty: nothing that can run', () => {
    expect(chain('').output).toBe(
      'Could not boot: Exec format error (https://ipxe.org/2e008001)\n: 0x2e008001\ngoes on\n',
    );
  });
});

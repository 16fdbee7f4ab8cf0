/** Downloads: what TFTP, HTTP and DNS clients ask, print and fail with. */
import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '../../../base/bytes.ts';
import { itemAt } from '../../../base/lists/list.ts';
import { ALL_OPTIONS_BUILD } from '../build.ts';
import { runScript, type Bench } from '../testing.ts';
import { simpleDhcp, TestServer, type ServerOptions } from '../testing-server.ts';

const STATIC = 'ifopen net0\nset net0/ip 10.0.0.2\nset net0/netmask 255.255.255.0\nset dns 10.0.0.1\n';
const ok = (body: string, more = ''): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
const status = (line: string, more = ''): string => `HTTP/1.1 ${line}\r\nContent-Length: 0\r\n${more}\r\n`;

function run(
  script: string,
  options: ServerOptions,
  build: object = {},
): { output: string; server: TestServer; bench: Bench } {
  const servers: TestServer[] = [];
  const { output, bench } = runScript(STATIC + script, {
    build,
    prepare: (each) => servers.push(new TestServer(each, options)),
  });
  return { output, server: itemAt(servers, 0), bench };
}

describe('HTTP', () => {
  it('asks as iPXE asks, prints the URI as given, and runs what came', () => {
    const { output, server } = run('chain http://user:secret@10.0.0.1/a/b%20c.ipxe?x=1#f', {
      http: () => ok('#!ipxe\necho ran\nshow cwduri\nimgfetch sub/d.txt'),
    });
    expect(output).toBe(
      'http://10.0.0.1/a/b%20c.ipxe... ok\nran\nbuiltin/cwduri:string = http://user:secret@10.0.0.1/a/\nsub/d.txt... ok\n',
    );
    expect(server.requests).toEqual([
      'GET /a/b%20c.ipxe?x=1 HTTP/1.1\r\nConnection: keep-alive\r\nUser-Agent: iPXE/2.0.0+\r\nHost: 10.0.0.1\r\n',
      'GET /a/sub/d.txt HTTP/1.1\r\nConnection: keep-alive\r\nUser-Agent: iPXE/2.0.0+\r\nHost: 10.0.0.1\r\n',
    ]);
  });

  it.each([
    ['404 Not Found', 'Not found (https://ipxe.org/2d0c613b)'],
    ['401 Unauthorized', 'Permission denied (https://ipxe.org/020c613c)'],
    ['403 Forbidden', 'Operation not permitted (https://ipxe.org/410c613c)'],
    ['418 Teapot', 'HTTP 4xx Client Error (https://ipxe.org/1d0c6439)'],
    ['500 Oops', 'HTTP 5xx Server Error (https://ipxe.org/1d0c6539)'],
  ])('%s', (line, text) => {
    const { output } = run('imgfetch http://10.0.0.1/x', { http: () => status(line) });
    expect(output).toBe(`http://10.0.0.1/x... ${text}\n`);
  });

  it('follows redirections, reads chunks, and names the image by the last URI', () => {
    const { output } = run('imgfetch http://10.0.0.1/old\nimgstat', {
      http: (head) =>
        head.startsWith('GET /old')
          ? status('302 Found', 'Location: /new/name.txt\r\n')
          : 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n',
    });
    expect(output).toBe('http://10.0.0.1/old... ok\nname.txt : 5 bytes [PXE-NBP]\n');
  });

  it('answers Basic and Digest challenges only after a 401', () => {
    const basic = run('imgfetch http://u:p@10.0.0.1/x', {
      http: (head) =>
        head.includes('Authorization') ? ok('y') : status('401 No', 'WWW-Authenticate: Basic realm="r"\r\n'),
    });
    expect(basic.output).toBe('http://10.0.0.1/x... ok\n');
    expect(basic.server.requests[0]).not.toContain('Authorization');
    expect(basic.server.requests[1]).toContain('Authorization: Basic dTpw\r\n');
    const digest = run('imgfetch http://Mufasa:Circle%20of%20Life@10.0.0.1/dir/index.html', {
      http: (head) =>
        head.includes('Authorization')
          ? ok('y')
          : status(
              '401 No',
              'WWW-Authenticate: Digest realm="http-auth@example.org", qop="auth", nonce="abc", opaque="op"\r\n',
            ),
    });
    expect(digest.output).toBe('http://10.0.0.1/dir/index.html... ok\n');
    expect(digest.server.requests[1]).toMatch(
      /Authorization: Digest realm="http-auth@example.org", nonce="abc", uri="\/dir\/index.html"/,
    );
  });

  it('says which scheme lacked a user, and does not ask twice when the answer was refused', () => {
    const challenge = (scheme: string) => () => status('401 No', `WWW-Authenticate: ${scheme}\r\n`);
    const [basic, digest] = ['Basic realm="r"', 'Digest realm="r", nonce="n"'];
    expect(run('imgfetch http://10.0.0.1/x', { http: challenge(basic) }).output).toContain('ipxe.org/0243613c)');
    expect(run('imgfetch http://10.0.0.1/x', { http: challenge(digest) }).output).toContain('ipxe.org/0244613c)');
    const refused = run('imgfetch http://u:p@10.0.0.1/x', { http: challenge(basic) });
    expect(refused.output).toContain('Permission denied (https://ipxe.org/020c613c)');
    expect(refused.server.requests.length).toBe(2);
    const unknown = run('imgfetch http://u:p@10.0.0.1/x', { http: challenge('Negotiate') });
    expect(unknown.output).toContain('ipxe.org/020c613c)');
    expect(unknown.server.requests.length).toBe(1);
  });

  it.each([
    // As written: [what the script says, request line, what is printed].
    ['http://10.0.0.1/a:b@c%2fd%.ipxe?x=%3F%3f#f', '/a:b@c%2fd%.ipxe?x=%3F%3f', 'http://10.0.0.1/a:b@c%2fd%.ipxe'],
    ['http://10.0.0.1/a\\b/../c%20d', '/a\\b/../c%20d', 'http://10.0.0.1/a\\b/../c%20d'],
    // Blanks and what is no ASCII come by settings.
    ['http://10.0.0.1/q.ipxe?x=${p}', '/q.ipxe?x=a%20b', 'http://10.0.0.1/q.ipxe'],
    ['http://10.0.0.1/${p}/${u}', '/a%20b/%C3%A9', 'http://10.0.0.1/a%20b/%C3%A9'],
  ])('keeps %s as it is written', (uri, target, printed) => {
    const { output, server } = run(`set p a b\nset u é\nimgfetch ${uri}`, { http: () => ok('y') });
    expect(output).toBe(`${printed}... ok\n`);
    expect(server.requests[0]).toMatch(/^GET [^ ]* HTTP/);
    expect(itemAt(server.requests, 0).split(' ')[1]).toBe(target);
  });

  it('takes what begins with a digit for a path, and what begins with a letter for a scheme', () => {
    const { output, server } = run('chain http://10.0.0.1/s/a.ipxe', {
      http: (head) => ok(head.startsWith('GET /s/a.ipxe') ? '#!ipxe\nimgfetch 52:54.txt\nimgfetch ab:cd.ipxe' : 'y'),
    });
    expect(output).toContain(
      '52:54.txt... ok\nCould not start download: Operation not supported (https://ipxe.org/3c092003)',
    );
    expect(server.requests[1]).toContain('GET /s/52:54.txt HTTP/1.1\r\n');
  });

  it('sends path and query as they are written, without the fragment', () => {
    const paths = ['a\\b%2fc%', '%3a@%40:', 'q?b=%2b+c%'];
    const script = paths.map((path) => `imgfetch http://10.0.0.1/${path}#f%3Fg#h\n`).join('');
    const { server } = run(script, { http: () => ok('x') });
    expect(server.requests.map((head) => head.split(' HTTP/')[0])).toEqual(paths.map((path) => `GET /${path}`));
  });

  it('decodes a path for what takes a name: TFTP, and the image', () => {
    const { output, bench } = run('imgfetch tftp://10.0.0.1/a%20b%41.txt\nimgstat', { files: { 'a bA.txt': 'x' } });
    expect(output).toBe('tftp://10.0.0.1/a%20b%41.txt... ok\na bA.txt : 1 bytes [PXE-NBP]\n');
    const request = itemAt(bench.ports, 0).sent.find((frame) => frame[36] === 0 && frame[37] === 69);
    expect(fromLatin1(request ?? new Uint8Array(0), 42)).toContain('a bA.txt\0octet');
  });

  it('takes all that follows ##params for the name of a list', () => {
    const features = { features: allFeatures() };
    const named = 'params --name two\nparam --params two a b\nimgfetch http://10.0.0.1/p##params=two';
    expect(run(named, { http: () => ok('y') }, features).server.requests[0]).toContain('POST /p HTTP/1.1');
    const unknown = 'params\nparam a b\nimgfetch http://10.0.0.1/p##params=no#f';
    expect(run(unknown, { http: () => ok('y') }, features).server.requests[0]).toContain('GET /p HTTP/1.1');
    const bare = 'params\nparam a b\nimgfetch http://10.0.0.1/p#f##params';
    expect(run(bare, { http: () => ok('y') }, features).server.requests[0]).toContain('POST /p HTTP/1.1');
  });

  it('posts parameters once', () => {
    const script =
      'params\nparam a b c\nparam k v&w=x\nparam --header X-Lab one\nimgfetch http://10.0.0.1/p##params\nimgfetch http://10.0.0.1/p##params';
    const { server } = run(script, { http: () => ok('y') }, { features: allFeatures() });
    expect(server.requests[0]).toContain('POST /p HTTP/1.1\r\n');
    expect(server.requests[0]).toContain('X-Lab: one\r\n');
    expect(itemAt(server.requests, 0).endsWith('a=b%20c&k=v%26w%3Dx')).toBe(true);
    expect(server.requests[1]).toContain('GET /p HTTP/1.1\r\n');
  });

  it('says what a refused connection and a missing host give', () => {
    expect(run('imgfetch http://10.0.0.1/x', {}).output).toBe(
      'http://10.0.0.1/x... Connection reset (https://ipxe.org/0f0a6039)\n',
    );
    expect(run('imgfetch ftp://10.0.0.1/x', {}).output).toBe(
      'Could not start download: Operation not supported (https://ipxe.org/3c092003)\n',
    );
  });
});

function allFeatures(): ReadonlySet<string> {
  return new Set(['PARAM_CMD', 'NVO_CMD', 'IFMGMT_CMD', 'IMAGE_CMD', 'IMAGE_SCRIPT', 'DOWNLOAD_PROTO_HTTP']);
}

describe('TFTP', () => {
  it('tells a missing file', () => {
    expect(run('imgfetch tftp://10.0.0.1/none', {}).output).toBe(
      'tftp://10.0.0.1/none... Not found (https://ipxe.org/2d12613b)\n',
    );
  });

  it('asks for blksize 1432, then tsize', () => {
    const { bench } = run('imgfetch tftp://10.0.0.1/hello.ipxe', { files: { 'hello.ipxe': 'x' } });
    const request = itemAt(bench.ports, 0).sent.find((frame) => frame[36] === 0 && frame[37] === 69);
    expect(fromLatin1(request ?? new Uint8Array(0), 42)).toBe('\0\x01hello.ipxe\0octet\0blksize\x001432\0tsize\x000\0');
  });

  it('gives up when nobody answers', () => {
    const { output } = run('imgfetch tftp://10.0.0.9/none', {});
    expect(output).toMatch(
      /^tftp:\/\/10\.0\.0\.9\/none\.{3,}\.+ Connection timed out \(https:\/\/ipxe\.org\/4c126035\)\n$/,
    );
  });

  it('carries files of several blocks', () => {
    const big = '#!ipxe\necho big\n'.padEnd(5000, '#');
    expect(run('chain tftp://10.0.0.1/d/big.ipxe', { files: { 'd/big.ipxe': big } }).output).toBe(
      'tftp://10.0.0.1/d/big.ipxe... ok\nbig\n',
    );
  });
});

describe('DNS', () => {
  it('resolves names, aliases, and short names in the search list', () => {
    const names = { 'www.lab.test': 'a.lab.test', 'a.lab.test': '10.0.0.1' };
    const { output, server } = run('set domain lab.test\nimgfetch http://www/x\nimgfetch http://a.lab.test/y', {
      names,
      http: () => ok('z'),
    });
    expect(output).toBe('http://www/x... ok\nhttp://a.lab.test/y... ok\n');
    expect(server.requests[0]).toContain('Host: www\r\n');
  });

  it('tells a name that does not exist', () => {
    expect(run('imgfetch http://no.lab.test/x', { names: {} }).output).toBe(
      'http://no.lab.test/x... Error 0x3e11613b (https://ipxe.org/3e11613b)\n',
    );
  });
});

describe('syslog', () => {
  it('sends each line to the server', () => {
    const lines: string[] = [];
    runScript(`${STATIC}set hostname pc1\nset syslog 10.0.0.1\necho -n one\necho two\nshow nosuch ||\nsleep 1`, {
      build: { features: ALL_OPTIONS_BUILD.features },
      prepare: (bench) => {
        const socket = new TestServer(bench, {}).host.openUdp({ port: 514 });
        socket.onDatagram = ({ data }) => lines.push(fromLatin1(data));
      },
    });
    expect(lines).toEqual([
      '<6>pc1 ipxe: onetwo',
      '<6>pc1 ipxe: Could not find "nosuch": No such file or directory (https://ipxe.org/2d0c203b)',
    ]);
  });
});

describe('NTP', () => {
  it('sets the clock', () => {
    const script = 'ntp 10.0.0.1\nshow unixtime';
    const { output } = runScript(STATIC + script, {
      build: { features: ALL_OPTIONS_BUILD.features },
      prepare: (bench) => {
        const socket = new TestServer(bench, {}).host.openUdp({ port: 123 });
        socket.onDatagram = ({ data, source, sourcePort }) => {
          const reply = new Uint8Array(48);
          reply.set([0x24, 2]);
          // 2020-01-01 00:00:00 UTC since 1900.
          reply.set([0xe1, 0xb6, 0x5f, 0x80], 40);
          expect(data[0]).toBe(0x23);
          socket.send(source, sourcePort, reply);
        };
      },
    });
    expect(output).toBe('builtin/unixtime:uint32 = 0x5e0be100\n');
  });
});

describe('scripts of the issue', () => {
  const dhcp = simpleDhcp('10.0.0.2', '10.0.0.1', {
    54: [10, 0, 0, 1],
    1: [255, 255, 255, 0],
    67: 'boot.ipxe',
    175: [176, 1, 1],
  });

  it('reads a name and asks for a script by it', () => {
    const servers: TestServer[] = [];
    const { output } = runScript(
      '#!ipxe\ndhcp\necho -n Nom de la machine : && read name\nchain http://${next-server}/?name=${name}&mac=${mac}\n',
      {
        prepare: (bench) => {
          servers.push(new TestServer(bench, { dhcp, http: () => ok('#!ipxe\necho inscrit\n') }));
          bench.queue.schedule(10e9, () => bench.machine.type('poste1\n'));
        },
      },
    );
    expect(output).toBe(
      'Configuring (net0 52:54:00:12:34:56)... ok\nNom de la machine :poste1\nhttp://10.0.0.1/... ok\ninscrit\n',
    );
    expect(itemAt(servers, 0).requests[0]).toContain('GET /?name=poste1&mac=52:54:00:12:34:56 HTTP/1.1');
  });

  it('retries dhcp until a file name comes', () => {
    let answers = 0;
    const late: ServerOptions = {
      dhcp: (request) => (++answers < 7 ? undefined : dhcp(request)),
      files: { 'boot.ipxe': '#!ipxe\necho booted\n' },
    };
    const script = '#!ipxe\n:retry_dhcp\ndhcp && isset ${filename} || goto retry_dhcp\nchain ${filename}\n';
    const { output } = runScript(script, { prepare: (bench) => new TestServer(bench, late) });
    expect(output).toContain('No configuration methods succeeded');
    expect(output.endsWith('ok\nboot.ipxe... ok\nbooted\n')).toBe(true);
  });
});

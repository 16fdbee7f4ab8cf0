/** A session as clients hold it: what is answered, what goes over the data connection, what is refused and told. */
import { beforeEach, describe, expect, it } from 'vitest';
import { byteAt, fromLatin1, latin1 } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { ip, TestNetwork, type TestHost } from '../../net/host/testing.ts';
import type { TcpConnection } from '../../net/host/types.ts';
import { MemoryFileTree } from '../files/file-tree.ts';
import { FtpServer } from './ftp-server.ts';

const BIG = Uint8Array.from({ length: 3_000_000 }, (_, i) => i & 255);

function tree(): MemoryFileTree {
  const files = new MemoryFileTree();
  files.addFile('/srv/ftp/boot.ipxe', '#!ipxe\nsecond\r\nthird\n');
  files.addFile('/srv/ftp/linux/bzImage', BIG);
  files.addLink('/srv/ftp/current', 'linux/bzImage');
  files.addFile('/etc/secret', 'secret');
  return files;
}

class Client {
  readonly net: TestNetwork;
  readonly data: Uint8Array[] = [];
  private readonly host: TestHost;
  private readonly connection: TcpConnection;
  private text = '';
  isClosed = false;

  constructor(net: TestNetwork, host: TestHost) {
    this.net = net;
    this.host = host;
    this.connection = host.host.connectTcp(ip('10.0.0.1'), 21);
    this.connection.onData = (bytes) => {
      this.text += fromLatin1(bytes);
    };
    this.connection.onEnd = () => {
      this.isClosed = true;
      this.connection.end();
    };
    net.run(NS_PER_S);
  }

  /** Sends lines and returns all that is answered within a second. */
  say(...lines: readonly string[]): string {
    this.text = '';
    for (const line of lines) this.connection.write(latin1(`${line}\r\n`));
    this.net.run(NS_PER_S);
    return this.text;
  }

  get heard(): string {
    return this.text;
  }

  logIn(): this {
    this.say('USER anonymous', 'PASS x', 'TYPE I');
    return this;
  }

  /** PASV, or the way that is given, and a connection to the port that it tells. */
  openData(command = 'PASV', host = this.host): void {
    const answer = this.say(command);
    const ports = /(\d+),(\d+)\)|\|(\d+)\|/.exec(answer);
    const port = ports?.[3] === undefined ? Number(ports?.[1]) * 256 + Number(ports?.[2]) : Number(ports[3]);
    this.keep(host.host.connectTcp(ip('10.0.0.1'), port));
    this.net.run(NS_PER_S);
  }

  keep(connection: TcpConnection): void {
    this.data.length = 0;
    connection.onData = (bytes) => this.data.push(bytes.slice());
    connection.onEnd = () => connection.end();
  }

  get received(): string {
    return this.data.map((bytes) => fromLatin1(bytes)).join('');
  }

  get receivedBytes(): number {
    return this.data.reduce((sum, bytes) => sum + bytes.length, 0);
  }
}

describe('FtpServer', () => {
  let net: TestNetwork;
  let client: Client;
  let other: TestHost;
  let machine: TestHost;

  beforeEach(() => {
    net = new TestNetwork('ftp', { keepFrames: false });
    const { host } = net.add('server', '10.0.0.1/24');
    const server = new FtpServer({
      clock: net.clock,
      rng: net.rng.derive('ftp'),
      log: host.log,
      host,
      files: tree(),
      root: '/srv/ftp',
      users: [{ user: 'anna', password: 'open' }],
      epochMs: Date.UTC(2026, 0, 1),
    });
    host.listenTcp(21, (connection) => server.accept(connection));
    machine = net.add('client', '10.0.0.2/24');
    other = net.add('other', '10.0.0.3/24');
    client = new Client(net, machine);
  });

  it('greets, lets anonymous in with any password and accounts with theirs', () => {
    expect(client.heard).toMatch(/^220 /);
    expect(client.say('RETR boot.ipxe')).toMatch(/^530 /);
    expect(client.say('USER anonymous', 'PASS x@y')).toMatch(/^331 .*\r\n230 /);
    expect(client.say('USER anna', 'PASS wrong')).toMatch(/^331 .*\r\n530 /);
    expect(client.say('PWD')).toMatch(/^530 /);
    expect(client.say('USER anna', 'PASS open')).toMatch(/^331 .*\r\n230 /);
    const reported = net.log.events.flatMap((event) => (event.kind === 'server' ? [event.text] : []));
    expect(reported.join('\n')).not.toMatch(/wrong|open/);
  });

  it('sends a file by PASV and by EPSV, larger than any buffer, and reports it', () => {
    client.logIn();
    for (const command of ['PASV', 'EPSV']) {
      client.openData(command);
      expect(client.say('RETR linux/bzImage')).toMatch(/^150 .*\(3000000 bytes\)\.\r\n226 /);
      expect(client.receivedBytes).toBe(BIG.length);
      expect(
        client.data.every((bytes) => bytes.every((byte, i) => i === 0 || byte === ((byteAt(bytes, i - 1) + 1) & 255))),
      ).toBe(true);
    }
    const transfers = net.log.events.filter((event) => event.kind === 'transfer');
    expect(transfers.at(-1)).toMatchObject({ protocol: 'ftp', name: '/linux/bzImage', doneBytes: 3e6, state: 'done' });
    expect(transfers.length).toBeGreaterThan(4);
  });

  it('goes back to the client by PORT, and to nobody else', () => {
    client.logIn();
    expect(client.say('PORT 10,0,0,3,195,80')).toMatch(/^500 /);
    expect(client.say('PORT 10,0,0,2,0,21')).toMatch(/^500 /);
    expect(client.say('PORT 10,0,0,2,195,80', 'RETR boot.ipxe')).toMatch(/^200 .*\r\n425 /);
    machine.host.listenTcp(50_000, (connection) => client.keep(connection));
    expect(client.say('PORT 10,0,0,2,195,80', 'RETR boot.ipxe')).toMatch(/^200 .*\r\n150 .*\r\n226 /);
    expect(client.received).toBe('#!ipxe\nsecond\r\nthird\n');
  });

  it('goes on where REST says, and sends text lines with CR LF in ASCII', () => {
    client.logIn();
    client.openData();
    client.say('REST 7', 'RETR boot.ipxe');
    expect(client.received).toBe('second\r\nthird\n');
    expect(client.say('SIZE boot.ipxe')).toBe('213 21\r\n');
    client.openData();
    client.say('TYPE A', 'RETR boot.ipxe');
    expect(client.received).toBe('#!ipxe\r\nsecond\r\nthird\r\n');
    expect(client.say('SIZE boot.ipxe')).toBe('213 23\r\n');
  });

  it('walks through directories without leaving its root, and follows links', () => {
    client.logIn();
    expect(client.say('PWD')).toBe('257 "/" is the current directory\r\n');
    expect(client.say('CWD linux', 'PWD')).toMatch(/^250 .*\r\n257 "\/linux" /);
    expect(client.say('CWD ../../..', 'PWD')).toMatch(/^250 .*\r\n257 "\/" /);
    expect(client.say('CWD boot.ipxe')).toMatch(/^550 /);
    expect(client.say('SIZE ../../etc/secret')).toMatch(/^550 /);
    expect(client.say('SIZE current')).toBe('213 3000000\r\n');
  });

  it('lists as ls does', () => {
    client.logIn();
    client.openData();
    client.say('LIST -l');
    expect(client.received).toBe(
      [
        '-rw-r--r--    1 root     root               21 Jan 01 00:00 boot.ipxe\r\n',
        'lrwxrwxrwx    1 root     root               13 Jan 01 00:00 current -> linux/bzImage\r\n',
        'drwxr-xr-x    1 root     root                0 Jan 01 00:00 linux\r\n',
      ].join(''),
    );
    client.openData();
    client.say('NLST');
    expect(client.received).toBe('boot.ipxe\r\ncurrent\r\nlinux\r\n');
  });

  it('refuses what is not there, what writes, and what it does not know', () => {
    client.logIn();
    client.openData();
    expect(client.say('RETR missing')).toMatch(/^550 /);
    expect(client.say('RETR linux')).toMatch(/^550 /);
    expect(client.say('STOR x')).toMatch(/^550 /);
    expect(client.say('SITE x')).toMatch(/^502 /);
    expect(client.say('!?')).toMatch(/^500 /);
    expect(client.say('MODE B')).toMatch(/^504 /);
    expect(net.log.events.filter((event) => event.kind === 'server' && event.code === 'ftp.550').length).toBe(3);
  });

  it('wants a data connection first, from the client itself, within a minute', () => {
    client.logIn();
    expect(client.say('RETR boot.ipxe')).toMatch(/^425 Use PORT or PASV/);
    client.openData('PASV', other);
    expect(client.say('RETR boot.ipxe')).toBe('');
    net.run(61 * NS_PER_S);
    expect(client.heard).toMatch(/^425 Failed/);
    expect(client.say('NOOP')).toMatch(/^200 /);
    expect(client.received).toBe('');
  });

  it('breaks a transfer off at ABOR, and takes commands in order otherwise', () => {
    client.logIn();
    client.say('PASV');
    expect(client.say('RETR boot.ipxe', 'PWD')).toBe('');
    expect(client.say('ABOR')).toMatch(/^426 .*\r\n257 .*\r\n226 |^426 .*\r\n226 .*\r\n257 /);
  });

  it('says good-bye', () => {
    expect(client.say('QUIT')).toMatch(/^221 /);
    expect(client.isClosed).toBe(true);
  });

  it('lets nobody stay who says nothing for five minutes', () => {
    net.run(299 * NS_PER_S);
    expect(client.isClosed).toBe(false);
    net.run(5 * NS_PER_S);
    expect(client.isClosed).toBe(true);
    expect(client.heard).toMatch(/421 /);
  });
});

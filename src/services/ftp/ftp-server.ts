/**
 * An FTP server (RFC 959; SIZE and REST of RFC 3659, EPSV of RFC 2428) over the virtual files, read-only. Data
 * connections are passive or go back to the client's own address.
 */
import { formatIpv4 } from '../../base/address.ts';
import { fromLatin1 } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import type { TcpConnection } from '../../net/host/types.ts';
import { decodeFtpCommand, encodeFtpReply, formatHostPort, parseHostPort } from '../../protocols/ftp/codec.ts';
import type { FtpCommand } from '../../protocols/ftp/codec.ts';
import { normalizePath } from '../files/file-tree.ts';
import { bytesSource, type BodySource } from '../files/body-sender.ts';
import { mayExecute, mayRead, maySearchTo } from '../files/permissions.ts';
import { rateLimit, type RateLimit } from '../files/rate-limit.ts';
import { TcpSender } from '../files/tcp-sender.ts';
import { DataChannel, type FtpBody } from './data-channel.ts';
import { listing, nameList, toNetworkLines } from './listing.ts';
import type { FtpServerOptions } from './options.ts';
import { verbatim } from '../../base/sentence.ts';

/** A command line longer than this ends the connection. */
const MAX_LINE_BYTES = 4096;
const IDLE_NS = 300 * NS_PER_S;

const WRITING: ReadonlySet<string> = new Set(['STOR', 'STOU', 'APPE', 'DELE', 'MKD', 'RMD', 'RNFR', 'RNTO', 'ALLO']);
const BEFORE_LOGIN: ReadonlySet<string> = new Set(['USER', 'PASS', 'QUIT', 'FEAT', 'SYST', 'NOOP', 'HELP', 'OPTS']);

export class FtpServer {
  private readonly options: FtpServerOptions;
  private readonly rate: RateLimit | undefined;

  constructor(options: FtpServerOptions) {
    this.options = options;
    this.rate = rateLimit(options.clock, options.bytesPerSecond);
  }

  /** Serves a control connection until either side closes it. */
  accept(connection: TcpConnection): void {
    new Session(connection, this.options, this.rate).start();
  }
}

class Session {
  private readonly connection: TcpConnection;
  private readonly options: FtpServerOptions;
  private readonly sender: TcpSender;
  private readonly data: DataChannel;
  private readonly client: string;
  private readonly waiting: string[] = [];
  private text = '';
  private user: string | undefined;
  private isLoggedIn = false;
  private directory = '/';
  private isBinary = false;
  private restartAt = 0;
  private isOver = false;
  private idle: { cancel(): void } | undefined;

  constructor(connection: TcpConnection, options: FtpServerOptions, rate: RateLimit | undefined) {
    this.connection = connection;
    this.options = options;
    this.sender = new TcpSender(connection);
    this.data = new DataChannel(connection, options, rate);
    this.client = formatIpv4(connection.remote.address);
  }

  start(): void {
    const { connection } = this;
    connection.onData = (data) => this.receive(fromLatin1(data));
    connection.onEnd = () => this.close();
    connection.onClose = () => {
      this.isOver = true;
      this.idle?.cancel();
      this.data.close();
      this.sender.clear();
    };
    this.reply(220, 'netboot-lab FTP server ready.');
    this.waitIdle();
  }

  private close(): void {
    this.isOver = true;
    this.idle?.cancel();
    this.sender.end();
  }

  private waitIdle(): void {
    this.idle?.cancel();
    this.idle = this.options.clock.schedule(IDLE_NS, () => {
      if (this.data.isBusy) return this.waitIdle();
      this.reply(421, 'Timeout.');
      return this.close();
    });
  }

  private receive(text: string): void {
    this.text += text;
    this.waitIdle();
    for (let end = this.text.indexOf('\n'); end >= 0; end = this.text.indexOf('\n')) {
      this.waiting.push(this.text.slice(0, end).replace(/\r$/, ''));
      this.text = this.text.slice(end + 1);
    }
    if (this.text.length > MAX_LINE_BYTES) {
      this.reply(500, 'Line too long.');
      this.close();
    }
    this.next();
  }

  /** Commands are taken one after the other; ABOR alone does not wait for a transfer (RFC 959 §4.1.3). */
  private next(): void {
    while (!this.isOver) {
      const at = this.data.isBusy ? this.waiting.findIndex((line) => /^\W*ABOR/i.test(line)) : 0;
      const line = at < 0 ? undefined : this.waiting.splice(at, 1).at(0);
      if (line === undefined) return;
      // Before ABOR come Telnet's IP and Synch (RFC 959 §4.1.3).
      const command = decodeFtpCommand(line.replace(/^[\x80-\xff]+/, ''));
      if (command.ok) this.obey(command.value);
      else this.answer({ verb: line.slice(0, 20), argument: '' }, 500, 'Unknown command.');
    }
  }

  private reply(code: number, ...lines: readonly string[]): void {
    this.sender.send(encodeFtpReply({ code, lines }));
  }

  /** Replies, and tells what was answered to whom. */
  private answer(command: FtpCommand, code: number, ...lines: readonly string[]): void {
    const argument = command.verb === 'PASS' ? '***' : command.argument;
    const asked = argument === '' ? command.verb : `${command.verb} ${argument}`;
    this.options.log.emit(
      {
        kind: 'server',
        service: 'ftp',
        code: `ftp.${code}`,
        severity: code >= 400 ? 'warn' : 'info',
        ...verbatim(`${this.client} "${asked}" ${code} ${lines.at(-1) ?? ''}`),
        lines: [],
      },
      { rule: 'RFC 959 §5.4' },
    );
    this.reply(code, ...lines);
  }

  private obey(command: FtpCommand): void {
    const { verb, argument } = command;
    if (!this.isLoggedIn && !BEFORE_LOGIN.has(verb)) {
      return this.answer(command, 530, 'Please login with USER and PASS.');
    }
    if (WRITING.has(verb)) return this.answer(command, 550, 'Permission denied: this server is read-only.');
    switch (verb) {
      case 'USER':
        this.user = argument;
        this.isLoggedIn = false;
        return this.answer(command, 331, 'Please specify the password.');
      case 'PASS':
        return this.logIn(command);
      case 'SYST':
        return this.answer(command, 215, 'UNIX Type: L8');
      case 'FEAT':
        return this.answer(command, 211, 'Features:', 'EPSV', 'MDTM', 'PASV', 'REST STREAM', 'SIZE', 'End');
      case 'NOOP':
        return this.answer(command, 200, 'NOOP ok.');
      case 'HELP':
        return this.answer(
          command,
          214,
          'USER PASS TYPE PASV EPSV PORT RETR LIST NLST SIZE MDTM CWD CDUP PWD REST QUIT',
        );
      case 'QUIT':
        this.answer(command, 221, 'Goodbye.');
        return this.close();
      case 'TYPE':
        return this.setType(command);
      case 'MODE':
        return this.choose(command, /^s$/i, 'Mode set to S.');
      case 'STRU':
        return this.choose(command, /^f$/i, 'Structure set to F.');
      case 'PWD':
        return this.answer(command, 257, `"${this.directory.replace(/"/g, '""')}" is the current directory`);
      case 'CWD':
      case 'CDUP':
        return this.changeDirectory(command, verb === 'CDUP' ? '..' : argument);
      case 'PASV':
      case 'EPSV':
        return this.openPassive(command);
      case 'PORT':
        return this.openActive(command);
      case 'REST':
        if (!/^\d{1,15}$/.test(argument)) return this.answer(command, 501, 'Bad restart position.');
        this.restartAt = Number(argument);
        return this.answer(command, 350, `Restart position accepted (${argument}).`);
      case 'SIZE':
      case 'MDTM':
        return this.describe(command);
      case 'RETR':
        return this.retrieve(command);
      case 'LIST':
      case 'NLST':
        return this.list(command);
      case 'ABOR':
        this.data.abort();
        return this.answer(command, 226, 'ABOR successful.');
      default:
        return this.answer(command, 502, `${verb} is not implemented.`);
    }
  }

  /** MODE and STRU: of each there is one way only. */
  private choose(command: FtpCommand, only: RegExp, text: string): void {
    if (only.test(command.argument)) return this.answer(command, 200, text);
    return this.answer(command, 504, `Bad ${command.verb} command.`);
  }

  private logIn(command: FtpCommand): void {
    const { users = [], anonymous = true } = this.options;
    if (this.user === undefined) return this.answer(command, 503, 'Login with USER first.');
    const { user } = this;
    const isAnonymous = anonymous && /^(anonymous|ftp)$/i.test(user);
    this.isLoggedIn = isAnonymous || users.some((known) => known.user === user && known.password === command.argument);
    if (this.isLoggedIn) return this.answer(command, 230, 'Login successful.');
    this.user = undefined;
    return this.answer(command, 530, 'Login incorrect.');
  }

  private setType(command: FtpCommand): void {
    const type = /^(A|A N|I|L 8)$/i.exec(command.argument)?.[1]?.toUpperCase();
    if (type === undefined) return this.answer(command, 504, 'Unrecognised TYPE command.');
    this.isBinary = !type.startsWith('A');
    return this.answer(command, 200, `Switching to ${this.isBinary ? 'Binary' : 'ASCII'} mode.`);
  }

  /** Below the client's root, dots resolved: nothing above it can be named. */
  private path(argument: string): string {
    return normalizePath(argument.startsWith('/') ? argument : `${this.directory}/${argument}`);
  }

  private real(path: string): string {
    return normalizePath(`${this.options.root}/${path}`);
  }

  private changeDirectory(command: FtpCommand, argument: string): void {
    const path = this.path(argument);
    const { files } = this.options;
    const real = this.real(path);
    if (files.stat(real)?.kind !== 'directory' || !mayExecute(files, real, this.localUser)) {
      return this.answer(command, 550, 'Failed to change directory.');
    }
    this.directory = path;
    return this.answer(command, 250, 'Directory successfully changed.');
  }

  private openPassive(command: FtpCommand): void {
    if (command.verb === 'EPSV' && command.argument === '2') {
      return this.answer(command, 522, 'Network protocol not supported, use (1)');
    }
    const port = this.data.listen();
    if (port === undefined) return this.answer(command, 425, 'No port is free.');
    const { address } = this.connection.local;
    if (command.verb === 'EPSV') return this.answer(command, 229, `Entering Extended Passive Mode (|||${port}|)`);
    return this.answer(command, 227, `Entering Passive Mode (${formatHostPort(address, port)}).`);
  }

  private openActive(command: FtpCommand): void {
    const to = parseHostPort(command.argument);
    // RFC 2577 §3: a server that connects anywhere at a client's word can be turned against others.
    if (to === undefined || to.address !== this.connection.remote.address || to.port < 1024) {
      return this.answer(command, 500, 'Illegal PORT command.');
    }
    this.data.connectTo(to.address, to.port);
    return this.answer(command, 200, 'PORT command successful. Consider using PASV.');
  }

  /** Whose permissions count: anonymous clients are the user `ftp`, who owns nothing that it may read. */
  private get localUser(): string {
    return /^(anonymous|ftp)$/i.test(this.user ?? '') ? '' : (this.user ?? '');
  }

  private content(path: string): BodySource | undefined {
    const { files } = this.options;
    const file = files.open(this.real(path));
    return file === undefined || this.isBinary ? file : bytesSource(toNetworkLines(file.slice(0, file.size)));
  }

  private describe(command: FtpCommand): void {
    const path = this.path(command.argument);
    if (!maySearchTo(this.options.files, this.real(path), this.localUser)) {
      const what = command.verb === 'SIZE' ? 'get file size' : 'get file modification time';
      return this.answer(command, 550, `Could not ${what}.`);
    }
    if (command.verb === 'SIZE') {
      const size = this.isBinary ? this.options.files.stat(this.real(path)) : undefined;
      const length = size?.kind === 'file' ? size.size : this.content(path)?.size;
      if (length === undefined) return this.answer(command, 550, 'Could not get file size.');
      return this.answer(command, 213, String(length));
    }
    if (this.options.files.stat(this.real(path))?.kind !== 'file') {
      return this.answer(command, 550, 'Could not get file modification time.');
    }
    const date = new Date(this.options.epochMs).toISOString();
    return this.answer(command, 213, date.slice(0, 19).replace(/[-:T]/g, ''));
  }

  private retrieve(command: FtpCommand): void {
    const path = this.path(command.argument);
    const start = this.restartAt;
    this.restartAt = 0;
    const content = this.content(path);
    const isReadable = mayRead(this.options.files, this.real(path), this.localUser);
    if (content === undefined || !isReadable || start > content.size) {
      return this.answer(command, 550, 'Failed to open file.');
    }
    const kind = this.isBinary ? 'BINARY' : 'ASCII';
    const opening = `Opening ${kind} mode data connection for ${command.argument} (${content.size} bytes).`;
    return this.transfer(command, opening, path, { source: content, start, isFile: true });
  }

  private list(command: FtpCommand): void {
    // Options of ls(1), which many clients send, are passed over.
    const path = this.path(command.argument.replace(/^-\S*\s*/, ''));
    const { files, epochMs } = this.options;
    const make = command.verb === 'LIST' ? listing : nameList;
    const real = this.real(path);
    const bytes = mayRead(files, real, this.localUser) ? make(files, real, epochMs) : new Uint8Array(0);
    const body: FtpBody = { source: bytesSource(bytes), start: 0, isFile: false };
    return this.transfer(command, 'Here comes the directory listing.', path, body);
  }

  private transfer(command: FtpCommand, opening: string, name: string, body: FtpBody): void {
    if (!this.data.isOpen) return this.answer(command, 425, 'Use PORT or PASV first.');
    return this.data.send(
      name,
      body,
      () => this.reply(150, opening),
      (outcome) => {
        if (this.isOver) return;
        switch (outcome) {
          case 'done':
            this.answer(command, 226, 'Transfer complete.');
            break;
          case 'not-opened':
            this.answer(command, 425, 'Failed to establish connection.');
            break;
          case 'broken':
            this.answer(command, 426, 'Failure writing network stream.');
        }
        this.next();
      },
    );
  }
}

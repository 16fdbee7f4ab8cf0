/** Commands and replies as RFC 959 writes them; the tree follows a data connection to its command. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromLatin1, latin1, utf8 } from '../../base/bytes.ts';
import { itemAt } from '../../base/lists/list.ts';
import { checkSession, linesOf, sessionOf, TcpFrames, valueOf, type Way } from '../../../test/support/frames.ts';
import { TCP_FLAG } from '../tcp/fields.ts';
import { decodeFtpCommand, encodeFtpCommand, encodeFtpReply, formatHostPort, parseHostPort } from './codec.ts';

describe('FTP lines', () => {
  it('decodes what it encodes', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '/', '.', '-', '"', 'é'), maxLength: 20 });
    fc.assert(
      fc.property(fc.constantFrom('USER', 'CWD', 'RETR'), text, (verb, argument) => {
        const line = fromLatin1(encodeFtpCommand({ verb, argument }));
        expect(line.endsWith('\r\n')).toBe(true);
        expect(decodeFtpCommand(line.slice(0, -2))).toEqual({ ok: true, value: { verb, argument } });
      }),
    );
  });

  it('takes small letters and refuses what is no command', () => {
    expect(decodeFtpCommand('retr a file')).toEqual({ ok: true, value: { verb: 'RETR', argument: 'a file' } });
    for (const line of ['', 'x', 'GET / HTTP/1.1'.slice(4), 'TOOLONG x']) {
      expect(decodeFtpCommand(line)).toMatchObject({ ok: false, error: { rule: 'RFC 959 §5.3.1' } });
    }
  });

  it('writes replies of several lines so that the last begins with the code', () => {
    expect(fromLatin1(encodeFtpReply({ code: 211, lines: ['Features:', 'SIZE', 'End'] }))).toBe(
      '211-Features:\r\n SIZE\r\n211 End\r\n',
    );
  });

  it('writes and reads h1,h2,h3,h4,p1,p2', () => {
    expect(formatHostPort(0x0a000201, 63713)).toBe('10,0,2,1,248,225');
    expect(parseHostPort('Entering Passive Mode (10,0,2,1,248,225).')).toEqual({ address: 0x0a000201, port: 63713 });
    expect(parseHostPort('10,0,2,256,1,1')).toBeUndefined();
  });
});

/** A download as a client of the lab makes it: control connection, data connection, 12 bytes. */
function download(): readonly Uint8Array[] {
  const control = new TcpFrames(40_000, 21);
  control.add('<', latin1('220 ready\r\n'));
  control.add('>', latin1('PASV\r\n'));
  control.add('<', latin1('227 Entering Passive Mode (192,168,50,1,195,80).\r\n'));
  const data = new TcpFrames(40_001, 50_000);
  control.add('>', latin1('RETR boot.ipxe\r\n'));
  const before = [...control.frames];
  data.add('<', utf8('#!ipxe\necho Hello there\n'));
  data.add('<', Uint8Array.of(), TCP_FLAG.fin | TCP_FLAG.ack);
  control.add('<', latin1('150 Opening\r\n226 Done\r\n'));
  return [...before, ...data.frames, ...control.frames.slice(before.length)];
}

describe('FTP in the tree', () => {
  it('shows a reply with its code and the endpoint that it announces', () => {
    const session = sessionOf(download());
    expect(linesOf(session, 5, 'ftp')).toEqual([
      'File Transfer Protocol (FTP)',
      '  227 Entering Passive Mode (192,168,50,1,195,80).\\r\\n',
      '    Response code: Entering Passive Mode (227)',
      '    Response arg: Entering Passive Mode (192,168,50,1,195,80).',
      '    Passive IP address: 192.168.50.1',
      '    Passive port: 50000',
    ]);
  });

  it('knows which command a data connection answers, and what came of it', () => {
    const session = sessionOf(download());
    expect(session.columns(10)).toMatchObject({
      protocol: 'FTP-DATA',
      info: 'FTP Data: 24 bytes (PASV) (RETR boot.ipxe)',
    });
    expect(valueOf(session, 10, 'ftp-data.setup-frame')).toBe(6);
    expect(valueOf(session, 6, 'ftp.command-response.bytes')).toBe(24);
    expect(valueOf(session, 6, 'ftp.command-response.first-frame-num')).toBe(11);
    expect(valueOf(session, 5, 'ftp.command')).toBe('RETR boot.ipxe');
  });

  it('finds data frames by a filter on their own fields', () => {
    const session = sessionOf(download());
    const command = session.registry.field('ftp-data.command');
    if (command === undefined) throw new Error('no such field');
    const collector = session.collector([command]);
    const found = download().flatMap((_, index) => {
      session.collect(index, collector);
      return itemAt(collector.hits, 0).count > 0 ? [index] : [];
    });
    expect(found).toEqual([10]);
  });

  it('dissects anything, cut anywhere', () => {
    const piece = fc.oneof(
      fc
        .constantFrom('USER x\r\n', '227 (1,2,3,4,5,6)', '\r\n', 'PORT 10,0,0,1,2,3\r\nRETR y\r\n', '229 (|||99|)\r\n')
        .map(latin1),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom<Way>('>', '<'), piece), { maxLength: 6 }), (pieces) => {
        const control = new TcpFrames(40_000, 21);
        for (const [way, bytes] of pieces) control.add(way, bytes);
        checkSession(sessionOf(control.frames));
      }),
      { numRuns: 60 },
    );
  });
});

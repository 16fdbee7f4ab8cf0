/** Proves that streams are put together in order whatever came late or twice, and that files come out byte for byte. */
import { sha256 } from '@noble/hashes/sha2.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromLatin1, latin1, toHex } from '../../base/bytes.ts';
import { atLeast, itemAt } from '../../base/lists/list.ts';
import { FrameList } from '../../protocols/core/frame-source.ts';
import { TCP_FLAG } from '../../protocols/tcp/fields.ts';
import { BootTraffic, fileContent, pc, SERVER, TcpScript } from '../fixtures/boot-traffic.ts';
import { BootFacts } from '../story/facts.ts';
import { followStream } from './follow.ts';
import { objectSha256, transferredObjects } from './objects.ts';

describe('followStream', () => {
  it('gives the datagrams of a UDP conversation, without those of others', () => {
    const traffic = new BootTraffic();
    traffic.dns(pc(1), 4000, 'a.lab', SERVER.ip);
    traffic.dns(pc(1), 4001, 'b.lab', SERVER.ip);
    const stream = followStream(traffic.store, 1);
    expect(stream?.endpoints).toEqual(['10.0.0.101:4000', '10.0.0.1:53']);
    expect(stream?.turns.map((turn) => [turn.side, turn.index])).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });

  it('joins TCP segments into turns', () => {
    const traffic = new BootTraffic();
    traffic.httpGet(pc(1), 50_000, '/kernel', fileContent('kernel', 4000));
    const stream = followStream(traffic.store, 5);
    expect(stream?.turns.length).toBe(2);
    expect(fromLatin1(stream?.turns[0]?.bytes ?? new Uint8Array(0), 0, 11)).toBe('GET /kernel');
    expect(stream?.turns[1]?.bytes.subarray(-4000)).toEqual(fileContent('kernel', 4000));
  });

  it('puts segments in order whatever the order, overlap and repetition in which they came', () => {
    const text = fileContent('stream', 300);
    const cut = fc.record({ at: fc.nat(299), length: fc.integer({ min: 1, max: 80 }) });
    fc.assert(
      fc.property(fc.array(cut, { maxLength: 30 }), (cuts) => {
        const traffic = new BootTraffic();
        const script = new TcpScript(traffic, pc(1), 50_000, SERVER, 9000);
        script.open();
        for (const { at, length } of cuts) script.segment(0, TCP_FLAG.ack, text.subarray(at, at + length), 1001 + at);
        // Resent wholly at the end, so that nothing is missing.
        for (let at = 0; at < 300; at += 50) script.segment(0, TCP_FLAG.ack, text.subarray(at, at + 50), 1001 + at);
        const stream = followStream(traffic.store, 0);
        expect(concatBytes(stream?.turns.map((turn) => turn.bytes) ?? [])).toEqual(text);
        expect(stream?.turns.every((turn) => turn.missing === 0)).toBe(true);
      }),
    );
  });

  it('says how much was never captured', () => {
    const traffic = new BootTraffic();
    const script = new TcpScript(traffic, pc(1), 50_000, SERVER, 9000);
    script.open();
    script.segment(0, TCP_FLAG.ack, latin1('abc'), 1001);
    script.segment(0, TCP_FLAG.ack, latin1('xyz'), 1011);
    const turns = followStream(traffic.store, 0)?.turns ?? [];
    expect(turns.map((turn) => [fromLatin1(turn.bytes), turn.missing])).toEqual([
      ['abc', 0],
      ['xyz', 7],
    ]);
  });

  it('tells apart two connections on the same ports', () => {
    const traffic = new BootTraffic();
    traffic.httpGet(pc(1), 50_000, '/one', latin1('1'));
    const second = traffic.store.length;
    traffic.httpGet(pc(1), 50_000, '/two', latin1('2'));
    expect(fromLatin1(followStream(traffic.store, 0)?.turns[0]?.bytes ?? latin1(''), 0, 8)).toBe('GET /one');
    expect(fromLatin1(followStream(traffic.store, second)?.turns[0]?.bytes ?? latin1(''), 0, 8)).toBe('GET /two');
  });
});

describe('transferredObjects', () => {
  it('gives files of FTP from the connections that it announces, and nothing for a refusal', () => {
    const traffic = new BootTraffic();
    const content = fileContent('kernel', 5000);
    traffic.ftpGet(pc(1), 50_000, 'linux', content);
    traffic.ftpGet(pc(2), 50_000, 'missing', undefined);
    const objects = transferredObjects(traffic.store);
    expect(objects).toMatchObject([
      { protocol: 'ftp', name: 'boot/linux', from: '10.0.0.1', to: '10.0.0.101', complete: true },
    ]);
    expect(itemAt(objects, 0).bytes).toEqual(content);
    const facts = new BootFacts(traffic.store);
    facts.update();
    expect(facts.files).toMatchObject([
      { protocol: 'ftp', name: 'boot/linux', outcome: { kind: 'done' }, bytes: 5000 },
      { protocol: 'ftp', name: 'boot/missing', outcome: { kind: 'error', code: 550, message: 'no such file' } },
    ]);
  });

  it('takes a file of FTP for incomplete while its end was not told', () => {
    const traffic = new BootTraffic();
    traffic.ftpGet(pc(1), 50_000, 'linux', fileContent('kernel', 5000));
    // All but the last answer, 226.
    const end = itemAt(transferredObjects(traffic.store), 0).lastFrame;
    const cut = new FrameList(Array.from({ length: end + 1 }, (_, i) => ({ bytes: traffic.store.bytes(i) })));
    expect(transferredObjects(cut)).toMatchObject([{ name: 'boot/linux', complete: false }]);
  });

  it('gives the files of TFTP and HTTP with their hashes', () => {
    const traffic = new BootTraffic();
    const [loader, kernel] = [fileContent('loader', 9000), fileContent('kernel', 20_000)];
    traffic.tftpRead(pc(1), 2070, 'pxelinux.0', loader);
    traffic.httpGet(pc(2), 50_001, '/kernel', kernel);
    const objects = transferredObjects(traffic.store);
    expect(
      objects.map(({ protocol, name, from, to, complete, bytes }) => [
        protocol,
        name,
        from,
        to,
        complete,
        bytes.length,
      ]),
    ).toEqual([
      ['tftp', 'pxelinux.0', '10.0.0.1', '10.0.0.101', true, 9000],
      ['http', '/kernel', '10.0.0.1', '10.0.0.102', true, 20_000],
    ]);
    expect(objectSha256(itemAt(objects, 0))).toBe(toHex(sha256(loader)));
    expect(objectSha256(itemAt(objects, 1))).toBe(toHex(sha256(kernel)));
  });

  it('survives block numbers that wrap, repeated blocks and requests', () => {
    const traffic = new BootTraffic();
    const content = fileContent('big', 65_540 * 8 + 3);
    const [client, port] = [pc(1), 2070];
    const request = {
      opcode: 'rrq',
      filename: 'big',
      mode: 'octet',
      options: [{ name: 'blksize', value: '8' }],
    } as const;
    traffic.tftp(client, port, SERVER, 69, request);
    traffic.tftp(client, port, SERVER, 69, request);
    traffic.tftp(SERVER, 3000, client, port, { opcode: 'oack', options: request.options });
    for (let block = 1, at = 0; at <= content.length; block++, at += 8) {
      const data = { opcode: 'data', block: block & 0xffff, data: content.subarray(at, at + 8) } as const;
      traffic.tftp(SERVER, 3000, client, port, data);
      if (block % 1000 === 0) traffic.tftp(SERVER, 3000, client, port, data);
    }
    const [object] = atLeast(transferredObjects(traffic.store), 1);
    expect(object.complete).toBe(true);
    expect(toHex(sha256(object.bytes))).toBe(toHex(sha256(content)));
  });

  it('says which files are not whole', () => {
    const traffic = new BootTraffic();
    traffic.tftp(pc(1), 2070, SERVER, 69, { opcode: 'rrq', filename: 'cut', mode: 'octet', options: [] });
    traffic.tftp(SERVER, 3000, pc(1), 2070, { opcode: 'data', block: 1, data: fileContent('cut', 512) });
    traffic.httpGet(pc(1), 50_001, '/missing', latin1('not here'), 404);
    expect(transferredObjects(traffic.store).map(({ name, complete }) => [name, complete])).toEqual([
      ['cut', false],
      ['/missing', true],
    ]);
  });
});

/** An initiator for tests: one connection, PDUs in and out as values. */
import { assert } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time/clock.ts';
import { SeededRng } from '../../base/rng.ts';
import { ip, TestNetwork } from '../../net/host/testing.ts';
import type { TcpConnection } from '../../net/host/types.ts';
import { PduReader } from '../../protocols/iscsi/decode.ts';
import { encodePdu, NO_DIGESTS, type Digests } from '../../protocols/iscsi/encode.ts';
import { ISCSI_PORT, NO_TAG } from '../../protocols/iscsi/fields.ts';
import { encodeKeys, type TextKeys } from '../../protocols/iscsi/keys.ts';
import type { InitiatorPdu, IscsiPdu, LoginResponse, ScsiCommandPdu } from '../../protocols/iscsi/pdu.ts';
import { encodeCdb, type BootCommand } from '../../protocols/scsi/cdb.ts';
import { encodeLun } from '../../protocols/scsi/lun.ts';
import { DiskShelf } from '../disks/disk-shelf.ts';
import { MemoryFileTree } from '../files/file-tree.ts';
import { IscsiServer } from './iscsi-server.ts';
import { iscsiService } from './service.ts';
import { makeTargets } from './targets.ts';
import * as z from 'zod/mini';

export const INITIATOR = 'iqn.2026-01.lab.example:pc1';
const FULL_FEATURE = { currentStage: 1, nextStage: 3 } as const;
const LONG_NS = 10 * NS_PER_S;

export class TestSan {
  readonly net = new TestNetwork('iscsi', { keepFrames: false });
  private readonly server: IscsiServer;

  constructor(settings: z.input<typeof iscsiService.settings>, files: Readonly<Record<string, Uint8Array>> = {}) {
    const { host } = this.net.add('san', '10.0.0.1/24');
    const tree = new MemoryFileTree();
    for (const [path, content] of Object.entries(files)) tree.addFile(path, content);
    const parsed = z.parse(iscsiService.settings, settings);
    const { targets, problems } = makeTargets(parsed.targets, new DiskShelf(tree));
    assert(problems.length === 0, JSON.stringify(problems));
    this.server = new IscsiServer(host.log, new SeededRng('iscsi'), targets);
    this.server.listen(host, ISCSI_PORT);
  }

  get codes(): readonly string[] {
    return this.net.log.events.flatMap((event) => (event.kind === 'server' ? [event.code] : []));
  }

  connect(name: string): TestInitiator {
    const known = ['a', 'b', 'c'].indexOf(name);
    const { host } = this.net.add(name, `10.0.0.${10 + known}/24`);
    return new TestInitiator(this, host.connectTcp(ip('10.0.0.1'), ISCSI_PORT));
  }
}

export class TestInitiator {
  readonly received: IscsiPdu[] = [];
  readonly reader = new PduReader(0xff_ffff);
  digests: Digests = NO_DIGESTS;
  isClosed = false;
  cmdSn = 100;
  private tag = 1;
  private readonly san: TestSan;
  private readonly connection: TcpConnection;

  constructor(san: TestSan, connection: TcpConnection) {
    this.san = san;
    this.connection = connection;
    connection.onData = (data) => {
      this.reader.push(data);
      for (let got = this.reader.next(); got.ok && got.value !== undefined; got = this.reader.next()) {
        assert(got.value.kind === 'pdu', 'the target sends right digests');
        this.received.push(got.value.pdu);
      }
    };
    connection.onEnd = () => {
      this.isClosed = true;
      connection.end();
    };
    connection.onClose = () => {
      this.isClosed = true;
    };
    san.net.run(LONG_NS);
  }

  /** Sends PDUs one after another and returns what comes back. */
  exchange(...pdus: readonly InitiatorPdu[]): readonly IscsiPdu[] {
    const before = this.received.length;
    for (const pdu of pdus) this.connection.write(encodePdu(pdu, this.digests));
    this.san.net.run(LONG_NS);
    return this.received.slice(before);
  }

  sendRaw(bytes: Uint8Array): void {
    this.connection.write(bytes);
    this.san.net.run(LONG_NS);
  }

  loginPdu(
    keys: TextKeys,
    stages: { readonly currentStage: number; readonly nextStage: number; readonly isTransit?: boolean },
    tsih = 0,
  ): InitiatorPdu {
    return {
      kind: 'login-request',
      isTransit: true,
      continues: false,
      versionMax: 0,
      versionMin: 0,
      isid: Uint8Array.of(0x80, 0, 0, 1, 0, 0),
      tsih,
      tag: 1,
      cid: 0,
      cmdSn: this.cmdSn,
      expStatSn: 0,
      data: encodeKeys(keys),
      ...stages,
    };
  }

  login(
    keys: TextKeys,
    stages: { readonly currentStage: number; readonly nextStage: number; readonly isTransit?: boolean } = FULL_FEATURE,
    tsih = 0,
  ): LoginResponse {
    const [answer] = this.exchange(this.loginPdu(keys, stages, tsih));
    assert(answer?.kind === 'login-response', 'a login is answered');
    return answer;
  }

  /** A login to a target that needs no password. */
  open(target: string, keys: TextKeys = [], initiator = INITIATOR): LoginResponse {
    return this.login([['InitiatorName', initiator], ['TargetName', target], ...keys]);
  }

  commandPdu(
    cdb: Uint8Array,
    expectedLength: number,
    more: Partial<Pick<ScsiCommandPdu, 'isWrite' | 'data' | 'isFinal'>> = {},
    lun = 0,
  ): ScsiCommandPdu {
    return {
      kind: 'scsi-command',
      tag: this.tag++,
      isImmediate: false,
      cmdSn: this.cmdSn++,
      expStatSn: 0,
      isFinal: true,
      isRead: more.isWrite !== true && expectedLength > 0,
      isWrite: false,
      attribute: 1,
      lun: encodeLun(lun),
      expectedLength,
      cdb,
      additionalHeaders: new Uint8Array(0),
      data: new Uint8Array(0),
      ...more,
    };
  }

  /** A command that reads or has no data. */
  command(command: BootCommand, expectedLength = 0, lun = 0): readonly IscsiPdu[] {
    return this.exchange(this.commandPdu(encodeCdb(command), expectedLength, {}, lun));
  }

  /** Data for the R2T that was received last. */
  dataOut(tag: number, transferTag: number, bufferOffset: number, data: Uint8Array, dataSn = 0): InitiatorPdu {
    const rest = { isFinal: true, lun: new Uint8Array(8), expStatSn: 0 };
    return { kind: 'data-out', tag, transferTag, bufferOffset, data, dataSn, ...rest };
  }

  nop(data: Uint8Array): readonly IscsiPdu[] {
    const { cmdSn } = this;
    const rest = { isImmediate: true, cmdSn, expStatSn: 0, lun: new Uint8Array(8), transferTag: NO_TAG };
    return this.exchange({ kind: 'nop-out', tag: 77, ...rest, data });
  }
}

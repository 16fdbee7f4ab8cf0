/** A TCP connection that carries PDUs of iSCSI, without digests. */
import type { Ipv4Address } from '../../../../base/address.ts';
import { err, ok } from '../../../../base/result.ts';
import type { Task } from '../../../../base/time/task.ts';
import { PduReader } from '../../../../protocols/iscsi/decode.ts';
import { encodePdu } from '../../../../protocols/iscsi/encode.ts';
import { BHS_BYTES } from '../../../../protocols/iscsi/fields.ts';
import type { InitiatorPdu, IscsiPdu } from '../../../../protocols/iscsi/pdu.ts';
import { Err, OK } from '../../errors.ts';
import type { Ipxe } from '../../ipxe.ts';
import { Progress } from '../../net/transfer/job.ts';
import { connect, tcpStatus, TcpStream } from '../../net/transfer/tcp-stream.ts';
import type { Outcome } from '../../settings/types.ts';

/** Longest data segment that is taken: more than the limit that the login names. */
const MAX_DATA_BYTES = 0x4_0000;

export class PduConnection {
  private readonly stream: TcpStream;
  private readonly reader = new PduReader(MAX_DATA_BYTES);

  private constructor(stream: TcpStream) {
    this.stream = stream;
  }

  static *open(ipxe: Ipxe, address: Ipv4Address, port: number): Task<Outcome<PduConnection>> {
    const stream = new TcpStream(ipxe, address, port);
    let isConnected = false;
    try {
      const status = yield* connect(stream, new Progress());
      isConnected = status === OK;
      return isConnected ? ok(new PduConnection(stream)) : err(status);
    } finally {
      if (!isConnected) stream.abort();
    }
  }

  get isOpen(): boolean {
    return this.stream.isOpen;
  }

  /** Header and data segment go in segments of their own, as real iPXE sends them. */
  send(pdu: InitiatorPdu): void {
    const bytes = encodePdu(pdu);
    this.stream.write(bytes.subarray(0, BHS_BYTES));
    if (bytes.length > BHS_BYTES) this.stream.write(bytes.subarray(BHS_BYTES));
  }

  /** The next PDU of the target; or why there is none. */
  *receive(): Task<Outcome<IscsiPdu>> {
    for (;;) {
      const received = this.reader.next();
      if (!received.ok) return err(Err.iscsiOpcode);
      if (received.value !== undefined) return ok(received.value.pdu);
      const event = yield* this.stream.next();
      switch (event.kind) {
        case 'connected':
          break;
        case 'data':
          this.reader.push(event.data);
          break;
        case 'end':
          return err(Err.iscsiReset);
        case 'closed':
          return err(event.error === undefined ? Err.iscsiReset : tcpStatus(event.error));
      }
    }
  }

  close(): void {
    this.stream.close();
  }
}

/** The first bytes of files as they pass, to tell kernels and scripts from what has any other content. */
import { fromLatin1 } from '../../base/bytes.ts';
import { TCP_FLAG } from '../../protocols/tcp/fields.ts';
import type { FileFact } from '../story/facts.ts';
import type { FrameMeaning } from '../story/frame-fact.ts';
import type { FrameHeaders } from '../headers.ts';

/** A Linux kernel is known by its header, which ends here (Linux x86 boot protocol). */
const HEAD_BYTES = 0x208;
const HEADER_MAGIC = 0x202;

interface Head {
  readonly bytes: Uint8Array;
  length: number;
  /** Of HTTP: sequence numbers of the body's first byte, and behind the last one that came. */
  body: { readonly start: number; end: number; readonly length: number | undefined; isOver: boolean } | undefined;
  isReported: boolean;
}

export class FileHead {
  private readonly heads = new WeakMap<FileFact, Head>();

  add({
    file,
    fact,
    bytes,
  }: {
    readonly file: FileFact | undefined;
    readonly fact: { readonly headers: FrameHeaders; readonly meaning: FrameMeaning };
    readonly bytes: Uint8Array;
  }): void {
    if (file === undefined) return;
    const head = this.headOf(file);
    const { meaning, headers } = fact;
    const { transport } = headers;
    if (head.body !== undefined && transport !== undefined && headers.ip?.source === file.server) {
      const end = (transport.sequence + headers.payloadEnd - headers.payloadStart) >>> 0;
      if (((end - head.body.end) | 0) > 0) head.body.end = end;
      head.body.isOver ||= endsBody(bytes, headers);
    }
    if (head.length >= HEAD_BYTES) return;
    if (meaning.kind === 'tftp' && meaning.packet.opcode === 'data') {
      const { packet } = meaning;
      // Only what is next: repetitions are passed over.
      if (head.length === (packet.block - 1) * file.blockBytes) take(head, packet.data);
      return;
    }
    if (meaning.kind !== 'tcp' || headers.ip?.source !== file.server) return;
    const payload = bytes.subarray(headers.payloadStart, headers.payloadEnd);
    if (file.protocol === 'ftp' || head.body !== undefined) {
      take(head, payload);
      return;
    }
    const text = fromLatin1(payload);
    const end = text.indexOf('\r\n\r\n');
    if (end < 0 || transport === undefined) return;
    const length = /\r\ncontent-length:[ \t]*(\d{1,15})\r\n/i.exec(text.slice(0, end + 2))?.[1];
    const start = (transport.sequence + end + 4) >>> 0;
    head.body = {
      start,
      end: (transport.sequence + payload.length) >>> 0,
      length: length === undefined ? undefined : Number(length),
      isOver: endsBody(bytes, headers),
    };
    take(head, payload.subarray(end + 4));
  }

  /** Bytes of the file itself that have come. */
  bytesOf(file: FileFact): number {
    const { body } = this.headOf(file);
    return body === undefined ? file.bytes : (body.end - body.start) >>> 0;
  }

  /** Of HTTP, whose answer says at its beginning how long it is. */
  isWhole(file: FileFact): boolean {
    const { body } = this.headOf(file);
    if (file.protocol !== 'http') return true;
    if (body === undefined) return false;
    return body.length === undefined ? body.isOver : this.bytesOf(file) >= body.length;
  }

  kindOf(file: FileFact): 'kernel' | 'script' | 'other' {
    const { bytes, length } = this.headOf(file);
    const text = fromLatin1(bytes, 0, length);
    if (text.startsWith('#!ipxe') || text.startsWith('#!gpxe')) return 'script';
    return text.slice(HEADER_MAGIC, HEADER_MAGIC + 4) === 'HdrS' ? 'kernel' : 'other';
  }

  isReported(file: FileFact): boolean {
    return this.headOf(file).isReported;
  }

  /** Its end has been told. */
  report(file: FileFact): void {
    this.headOf(file).isReported = true;
  }

  private headOf(file: FileFact): Head {
    let head = this.heads.get(file);
    if (head === undefined) {
      head = { bytes: new Uint8Array(HEAD_BYTES), length: 0, body: undefined, isReported: false };
      this.heads.set(file, head);
    }
    return head;
  }
}

/** Of a body without a length: the connection ends (RFC 9112 §6.3), or the last chunk is there (§7.1). */
function endsBody(bytes: Uint8Array, { transport, payloadEnd }: FrameHeaders): boolean {
  const isClosed = ((transport?.flags ?? 0) & TCP_FLAG.fin) !== 0;
  return isClosed || fromLatin1(bytes, payloadEnd - 5, payloadEnd) === '0\r\n\r\n';
}

function take(head: Head, bytes: Uint8Array): void {
  const part = bytes.subarray(0, HEAD_BYTES - head.length);
  head.bytes.set(part, head.length);
  head.length += part.length;
}

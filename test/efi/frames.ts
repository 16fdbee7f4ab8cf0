/** Frames of a boot as lines that can be compared: without what is drawn by lot or is the server's operating system's. */

export interface FrameLine {
  readonly from: 'client' | 'server';
  readonly us: number;
  readonly text: string;
}

export const CLIENT_MAC = '525400123456';

/** Of what the servers send, DHCP, TFTP, DNS and ICMP errors are compared; ARP and TCP are their operating system's. */
export function frameLine(us: number, frame: Buffer): FrameLine | undefined {
  const from = frame.toString('hex', 6, 12) === CLIENT_MAC ? 'client' : 'server';
  const type = frame.readUInt16BE(12);
  if (type === 0x0806) {
    const isRequest = frame.readUInt16BE(20) === 1;
    // A server asks for its neighbour from time to time.
    if (from === 'server' || !isRequest) return undefined;
    return { from, us, text: `arp who-has ${address(frame, 38)} tell ${address(frame, 28)}` };
  }
  if (type !== 0x0800) return undefined;
  const ip = frame.subarray(14, 14 + frame.readUInt16BE(16));
  const payload = ip.subarray((ip.readUInt8(0) & 15) * 4);
  const ends = `${address(ip, 12)} > ${address(ip, 16)}`;
  switch (ip.readUInt8(9)) {
    case 1:
      return { from, us, text: `icmp ${ends} ${payload[0]}/${payload[1]}` };
    case 6:
      return from === 'client' ? tcpLine(us, ends, payload) : undefined;
    case 17:
      return { from, us, text: `udp ${ends} ${udpText(payload)}` };
    default:
      return undefined;
  }
}

function address(bytes: Buffer, at: number): string {
  return [...bytes.subarray(at, at + 4)].join('.');
}

/** Acknowledgments alone go by the other side's speed. */
function tcpLine(us: number, ends: string, segment: Buffer): FrameLine | undefined {
  const head = segment.readUInt8(12) >>> 4;
  const flags = segment.readUInt8(13);
  const data = segment.subarray(head * 4);
  const port = segment.readUInt16BE(2);
  const about = { from: 'client', us } as const;
  if ((flags & 2) !== 0) {
    const options = segment.toString('hex', 20, head * 4);
    return { ...about, text: `tcp ${ends}:${port} SYN win ${segment.readUInt16BE(14)} options ${options}` };
  }
  if ((flags & 4) !== 0) return { ...about, text: `tcp ${ends}:${port} RST` };
  if ((flags & 1) !== 0) return { ...about, text: `tcp ${ends}:${port} FIN` };
  return data.length === 0
    ? undefined
    : { ...about, text: `tcp ${ends}:${port} ${JSON.stringify(data.toString('latin1'))}` };
}

function udpText(datagram: Buffer): string {
  const [source, destination] = [datagram.readUInt16BE(0), datagram.readUInt16BE(2)];
  const data = Buffer.from(datagram.subarray(8, datagram.readUInt16BE(4)));
  const ports = [source, destination];
  if (ports.some((port) => port === 67 || port === 4011)) {
    // The transaction is drawn by lot.
    data.fill(0, 4, 8);
    return `${source} > ${destination} dhcp ${dhcpText(data)}`;
  }
  if (ports.includes(53)) return `dns ${data.toString('hex', 2)}`;
  // TFTP: ports beside 69 are drawn by lot; of DATA the length counts.
  const to = destination === 69 ? ':69 ' : '';
  const opcode = data.readUInt16BE(0);
  if (opcode === 3) return `tftp ${to}DATA ${data.readUInt16BE(2)} ${data.length} bytes`;
  return `tftp ${to}${opcode} ${JSON.stringify(data.toString('latin1', 2))}`;
}

/** Length and fixed fields that are not zero, options in their order. */
function dhcpText(data: Buffer): string {
  const fixed = [data.toString('hex', 0, 44).replace(/(00)+$/, ''), trimmed(data, 44, 108), trimmed(data, 108, 236)];
  const options: string[] = [];
  for (let at = 240; at < data.length && data[at] !== 255;) {
    const [code, length] = [data.readUInt8(at), data.readUInt8(at + 1)];
    // HTTP boot: one byte of the list is what was in the firmware's memory.
    if (code === 55 && length === 27) data.fill(0, at + 2 + 24, at + 2 + 25);
    // A lease that is renewed has run for as long as the firmware took.
    if ((code === 58 || code === 59) && data.readUInt32BE(12) !== 0) data.fill(0, at + 2, at + 6);
    options.push(`${code}=${data.toString('hex', at + 2, at + 2 + length)}`);
    at += 2 + length;
  }
  return `${data.length} ${fixed.join(' ')} ${options.join(' ')}`;
}

function trimmed(data: Buffer, start: number, end: number): string {
  return JSON.stringify(data.toString('latin1', start, end).replace(/\0+$/, ''));
}

/** Answers of several servers to one message come in any order. */
export function inOrder(lines: readonly FrameLine[]): readonly FrameLine[] {
  const out: FrameLine[] = [];
  let answers: FrameLine[] = [];
  const flush = (): void => {
    out.push(...answers.toSorted((a, b) => (a.text < b.text ? -1 : 1)));
    answers = [];
  };
  for (const line of lines) {
    if (line.from === 'server') answers.push(line);
    else {
      flush();
      out.push(line);
    }
  }
  flush();
  return out;
}

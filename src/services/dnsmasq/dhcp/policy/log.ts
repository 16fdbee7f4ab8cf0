/** dnsmasq's log lines about DHCP: what its users read when a machine does not boot. */
import { formatIpv4, readIpv4 } from '../../../../base/address.ts';
import { fromLatin1, toHex } from '../../../../base/bytes.ts';
import { INFINITE_LEASE } from '../../config/model.ts';
import { optionInfo } from '../../config/dhcp-options.ts';

/** `1h`, `52m30s`, `infinite`. */
export function formatDuration(seconds: number): string {
  if (seconds === INFINITE_LEASE) return 'infinite';
  let out = '';
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  if (days > 0) out += `${days}d`;
  if (hours > 0) out += `${hours}h`;
  if (minutes > 0) out += `${minutes}m`;
  if (seconds % 60 > 0) out += `${seconds % 60}s`;
  return out;
}

export function printable(bytes: Uint8Array): string {
  return fromLatin1(bytes).replace(/[^\u0020-\u007e]/g, '');
}

function hexPreview(data: Uint8Array): string {
  const shown = toHex(data.subarray(0, 14), ':');
  return data.length > 14 ? `${shown}...` : shown;
}

/** The value of an option as the log shows it. */
export function formatOptionValue(code: number, data: Uint8Array): string {
  const info = optionInfo(code);
  switch (info?.type) {
    case 'addresses': {
      const out: string[] = [];
      for (let i = 0; i + 4 <= data.length; i += 4) out.push(formatIpv4(readIpv4(data, i)));
      return out.join(', ');
    }
    case 'name':
      return printable(data);
    case 'names':
    case 'text':
    case 'plain':
    case undefined:
      return hexPreview(data);
    case 'number':
    case 'time': {
      if (info?.type === 'number' && !info.isDecimal) return hexPreview(data);
      let value = 0;
      for (const byte of data) value = value * 256 + byte;
      return info?.type === 'time' ? formatDuration(value) : String(value);
    }
  }
}

/** `sent size:  4 option: 54 server-identifier  192.168.50.1`. */
export function sentLine(code: number, data: Uint8Array): string {
  const name = optionInfo(code)?.name ?? '';
  const size = String(data.length).padStart(3);
  return `sent size:${size} option:${String(code).padStart(3)} ${name}  ${formatOptionValue(code, data)}`;
}

/** `requested options:` lines, wrapped as dnsmasq wraps them. */
export function requestedLines(codes: Uint8Array): string[] {
  const lines: string[] = [];
  let line = '';
  codes.forEach((code, i) => {
    const name = optionInfo(code)?.name;
    const item = `${code}${name === undefined ? '' : `:${name}`}${i === codes.length - 1 ? '' : ', '}`;
    line += item;
    if (line.length > 40 || i === codes.length - 1) {
      lines.push(`requested options: ${line}`);
      line = '';
    }
  });
  return lines;
}

export function formatHardware(type: number, hardware: Uint8Array): string {
  const plain = toHex(hardware, ':');
  return type === 1 || hardware.length === 0 ? plain : `${type.toString(16).padStart(2, '0')}-${plain}`;
}

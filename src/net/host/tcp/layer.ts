/** The TCP of a host: finds the connection of a segment, and answers segments that have none. */
import type { Ipv4Address } from '../../../base/address.ts';
import type { Ipv4Header } from '../../../protocols/ipv4/codec.ts';
import type {
  IcmpError,
  TcpConnection,
  TcpConnectOptions,
  TcpListener,
  TcpListenOptions,
  TcpSettings,
} from '../types.ts';

export class TcpLayer {
  constructor(_host: unknown, _settings: TcpSettings) {}
  listen(
    _port: number,
    _onConnection: (connection: TcpConnection) => void,
    _options: TcpListenOptions,
  ): TcpListener | undefined {
    throw new Error('TCP is not there yet');
  }
  connect(_address: Ipv4Address, _port: number, _options: TcpConnectOptions): TcpConnection {
    throw new Error('TCP is not there yet');
  }
  receive(_header: Ipv4Header, _bytes: Uint8Array): boolean {
    return true;
  }
  unresolved(_nextHop: Ipv4Address): void {}
  failed(_header: Ipv4Header, _sourcePort: number, _destinationPort: number, _error: IcmpError): void {}
  close(): void {}
}

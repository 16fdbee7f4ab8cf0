/** Datagrams as the parts of the server take and give them, and the interfaces that they come in at. */
import type { Ipv4Address, MacAddress } from '../../base/address.ts';

/** An interface of the server. */
export interface ServerInterface {
  readonly name: string;
  readonly address: Ipv4Address;
  /** Length of the netmask in bits. */
  readonly prefix: number;
}

/** A datagram that came in; the `Datagram` of the host stack is one. */
export interface Arrival {
  readonly data: Uint8Array;
  readonly source: Ipv4Address;
  readonly sourcePort: number;
  readonly destination: Ipv4Address;
  readonly destinationPort: number;
  readonly interfaceName: string;
}

export interface OutgoingDatagram {
  readonly data: Uint8Array;
  readonly source: Ipv4Address;
  readonly sourcePort: number;
  readonly destination: Ipv4Address;
  readonly destinationPort: number;
  /** Given where ARP cannot be used: the client has no address yet, or all are meant. */
  readonly destinationMac: MacAddress | undefined;
  /** '' leaves it to the routing table. */
  readonly interfaceName: string;
}

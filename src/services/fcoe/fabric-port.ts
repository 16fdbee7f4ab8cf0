/** What the parts of a fabric know of each other: its ports, and who finds whom. */
import type { FcFrame } from '../../protocols/fc/codec.ts';
import type { Wwn } from '../../protocols/fc/wwn.ts';

export interface FabricPort {
  readonly id: number;
  readonly portName: Wwn;
  readonly nodeName: Wwn;
  /** Ports that find this one; undefined: all. */
  readonly zone: ReadonlySet<Wwn> | undefined;
  receive(frame: FcFrame): void;
  /** Another port has left the fabric. */
  gone?(other: FabricPort): void;
}

export interface PortDirectory {
  readonly ports: readonly FabricPort[];
  portAt(id: number): FabricPort | undefined;
  portNamed(name: Wwn): FabricPort | undefined;
  /** Whether one port finds the other. */
  sees(by: FabricPort, other: FabricPort): boolean;
}

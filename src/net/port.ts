/**
 * A port is where a node meets a cable. Taps, faults and VLAN filters are ports that wrap a port; nothing is patched. A
 * frame is a `Uint8Array` from the destination address to the end of the payload, without FCS; once sent it belongs to
 * the wire and must not be changed.
 */

export type FrameReceiver = (frame: Uint8Array) => void;

export interface FramePort {
  /** `node.port`, such as `pc1.net0` or `sw1.3`: unique in a lab. */
  readonly name: string;
  /** False when nothing is plugged in, or the link is down. */
  readonly linkUp: boolean;
  /** Sends a frame to the cable. Without a link the frame is lost. */
  send(frame: Uint8Array): void;
  /** Who gets the frames that arrive. One owner at a time; undefined takes it away. */
  setReceiver(receiver: FrameReceiver | undefined): void;
  /** Called when the link comes up or goes down. */
  setLinkListener(listener: ((linkUp: boolean) => void) | undefined): void;
}

/**
 * One cable, two drivers: the firmware's and that of the guest's emulated card. Frames go to the firmware while it
 * has a receiver set, and to the card otherwise, as on a real card whose registers have one owner at a time. A driver
 * of the guest's that sends has taken the card, whatever the firmware still had in mind with it.
 */
import type { FramePort, FrameReceiver } from '../../net/port.ts';

type Owner = 'firmware' | 'guest';

export class SharedPort {
  readonly firmware: FramePort;
  readonly guest: FramePort;

  constructor(port: FramePort) {
    const receivers: Partial<Record<Owner, FrameReceiver | undefined>> = {};
    const listeners: Partial<Record<Owner, ((up: boolean) => void) | undefined>> = {};
    let isTaken = false;
    port.setReceiver((frame) => ((isTaken ? undefined : receivers.firmware) ?? receivers.guest)?.(frame));
    port.setLinkListener((up) => {
      listeners.firmware?.(up);
      listeners.guest?.(up);
    });
    const side = (owner: Owner): FramePort => ({
      name: port.name,
      get linkUp() {
        return port.linkUp;
      },
      send: (frame) => {
        if (owner === 'guest') isTaken = true;
        else if (isTaken) return;
        port.send(frame);
      },
      setReceiver: (receiver) => {
        receivers[owner] = receiver;
        if (owner === 'firmware' && receiver !== undefined) isTaken = false;
      },
      setLinkListener: (listener) => {
        listeners[owner] = listener;
      },
    });
    this.firmware = side('firmware');
    this.guest = side('guest');
  }
}

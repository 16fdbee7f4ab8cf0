/**
 * One cable, two drivers: the firmware's and that of the guest's emulated card. Frames go to the firmware while it
 * has a receiver set, and to the card otherwise, as on a real card whose registers have one owner at a time.
 */
import type { FramePort, FrameReceiver } from '../../net/port.ts';

export class SharedPort {
  readonly firmware: FramePort;
  readonly guest: FramePort;

  constructor(port: FramePort) {
    const receivers: { firmware?: FrameReceiver | undefined; guest?: FrameReceiver | undefined } = {};
    const listeners: { firmware?: ((up: boolean) => void) | undefined; guest?: ((up: boolean) => void) | undefined } =
      {};
    port.setReceiver((frame) => (receivers.firmware ?? receivers.guest)?.(frame));
    port.setLinkListener((up) => {
      listeners.firmware?.(up);
      listeners.guest?.(up);
    });
    const side = (owner: 'firmware' | 'guest'): FramePort => ({
      name: port.name,
      get linkUp() {
        return port.linkUp;
      },
      send: (frame) => port.send(frame),
      setReceiver: (receiver) => {
        receivers[owner] = receiver;
      },
      setLinkListener: (listener) => {
        listeners[owner] = listener;
      },
    });
    this.firmware = side('firmware');
    this.guest = side('guest');
  }
}

/** Joins v86's network card to a port of the lab: its bus events on one side, frames on the other. */
import { isGroupMac, MAC_BROADCAST, readMac, writeMac, type MacAddress } from '../base/address.ts';
import type { FramePort } from '../net/port.ts';
import type { V86Bus, V86Cpu } from './v86/internals.ts';

export type NicModel = 'ne2k' | 'virtio';

export interface NicOwner {
  /** The card has sent a frame, at the machine's own time. */
  send(frame: Uint8Array): void;
  atBorder(action: () => void): void;
}

/** NE2000 receive configuration (DP8390 RCR): promiscuous, accept multicast. */
const RCR_PROMISCUOUS = 0x10;
const RCR_MULTICAST = 0x08;

export class Nic {
  /** Frames that a virtio driver had no buffer for. */
  dropped = 0;
  private readonly port: FramePort;

  constructor(
    nic: { readonly port: FramePort; readonly mac: MacAddress; readonly model: NicModel },
    cpu: V86Cpu,
    bus: V86Bus,
    owner: NicOwner,
  ) {
    this.port = nic.port;
    const { net, virtio_net: virtio } = cpu.devices;
    if (net !== undefined) {
      writeMac(net.mac, 0, nic.mac);
      // The address PROM shows each byte twice to a card in word mode.
      for (let i = 0; i < 6; i++) net.memory[2 * i] = net.memory[2 * i + 1] = net.mac[i];
    }
    if (virtio !== undefined) {
      virtio.mac = new Uint8Array(6);
      writeMac(virtio.mac, 0, nic.mac);
    }
    bus.register('net0-send', (data: Uint8Array) => {
      if (nic.port.linkUp) owner.send(data.slice());
    });
    nic.port.setReceiver((frame) => {
      owner.atBorder(() => {
        if (virtio !== undefined && !virtio.virtio.queues[0].has_request()) {
          this.dropped++;
          return;
        }
        if (net === undefined || !isMulticast(frame) || (net.rxcr & RCR_MULTICAST) === 0) {
          bus.send('net0-receive', frame);
          return;
        }
        // v86's card drops the multicast frames that it was told to accept; it takes them when it is promiscuous.
        const before = net.rxcr;
        net.rxcr |= RCR_PROMISCUOUS;
        bus.send('net0-receive', frame);
        net.rxcr = before;
      });
    });
  }

  unplug(): void {
    this.port.setReceiver(undefined);
  }
}

function isMulticast(frame: Uint8Array): boolean {
  const destination = readMac(frame, 0);
  return isGroupMac(destination) && destination !== MAC_BROADCAST;
}

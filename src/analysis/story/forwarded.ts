/** Tells packets that a router has passed on, in captures of both sides of it: they are no second request or answer. */
import type { IpEndpoints } from '../headers.ts';

/** So many packets may lie between a packet and its next hop. */
const REMEMBERED = 4096;

export class ForwardedPackets {
  /** TTL by source and identification, which a router leaves alone (RFC 1812 §5.3.1, RFC 6864). */
  private ttls = new Map<number, number>();
  private before = new Map<number, number>();

  /** Whether the packet was seen before with a higher TTL. */
  hasSeen({ source, identification, ttl }: IpEndpoints): boolean {
    const key = source * 0x1_0000 + identification;
    const seen = this.ttls.get(key) ?? this.before.get(key);
    if (this.ttls.size >= REMEMBERED) {
      this.before = this.ttls;
      this.ttls = new Map();
    }
    this.ttls.set(key, ttl);
    return seen !== undefined && ttl < seen;
  }
}

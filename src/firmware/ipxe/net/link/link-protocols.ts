/**
 * What a card says and hears about its cable: EAPOL-Start, which asks a switch for authentication (IEEE 802.1X-2004
 * §8.2), the passive end of a link aggregation (IEEE 802.1AX-2008 §5.4) with its markers, and LLDP.
 */
import type { MacAddress } from '../../../../base/address.ts';
import { NS_PER_S, type Clock, type Timer } from '../../../../base/time/clock.ts';
import { encodeEthernet } from '../../../../protocols/ethernet/codec.ts';
import { ETHERNET_HEADER_LENGTH, ETHERTYPE } from '../../../../protocols/ethernet/fields.ts';
import { encodeEapolStart } from '../../../../protocols/eapol/codec.ts';
import { EAPOL_GROUP } from '../../../../protocols/eapol/fields.ts';
import { decodeLldp, type LldpTlv } from '../../../../protocols/lldp/codec.ts';
import { decodeLacp, encodeLacp, markerResponse, type LacpPort } from '../../../../protocols/slow/codec.ts';
import { LACP_STATE, SLOW_GROUP } from '../../../../protocols/slow/fields.ts';
import type { FeatureFlag } from '../../build.ts';
import type { DevicePort } from './device-port.ts';

const EAPOL_STARTS = 3;
const EAPOL_INTERVAL_NS = 2 * NS_PER_S;

/** The end of the aggregation that never decides anything: of the lowest priority. */
const LACP_SYSTEM_PRIORITY = 0xffff;
const LACP_PORT_PRIORITY = 0xff;
const { aggregation, synchronization, collecting, distributing, timeout } = LACP_STATE;
const LACP_READY = aggregation | synchronization | collecting | distributing;
/** IEEE 802.1AX-2008 §5.4.4: the partner is heard every second or every thirty; three may be lost. */
const LACP_FAST_NS = 3 * NS_PER_S;
const LACP_SLOW_NS = 90 * NS_PER_S;

interface LinkProtocolsOptions {
  readonly clock: Clock;
  readonly port: DevicePort;
  readonly features: ReadonlySet<FeatureFlag>;
  /** The card's address now. */
  readonly mac: () => MacAddress;
  readonly onLldp: (tlvs: readonly LldpTlv[]) => void;
}

export class LinkProtocols {
  private readonly options: LinkProtocolsOptions;
  private starts = 0;
  private timer: Timer | undefined;

  constructor(options: LinkProtocolsOptions) {
    this.options = options;
    const { port, features, onLldp } = options;
    const payload = (frame: Uint8Array): Uint8Array => frame.subarray(ETHERNET_HEADER_LENGTH);
    if (features.has('NET_PROTO_LACP')) port.protocols.set(ETHERTYPE.slow, (frame) => this.receiveSlow(payload(frame)));
    // A switch that answers is no silent one: it need not be asked again.
    if (features.has('NET_PROTO_EAPOL')) port.protocols.set(ETHERTYPE.eapol, () => this.timer?.cancel());
    if (features.has('NET_PROTO_LLDP'))
      port.protocols.set(ETHERTYPE.lldp, (frame) => onLldp(decodeLldp(payload(frame))));
  }

  /** The card was opened. */
  start(): void {
    this.starts = 0;
    if (this.options.features.has('NET_PROTO_EAPOL'))
      this.timer = this.options.clock.schedule(0, () => this.askForAccess());
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private askForAccess(): void {
    this.send(EAPOL_GROUP, ETHERTYPE.eapol, encodeEapolStart());
    this.starts++;
    if (this.starts >= EAPOL_STARTS) return;
    this.timer = this.options.clock.schedule(EAPOL_INTERVAL_NS, () => this.askForAccess());
  }

  private receiveSlow(bytes: Uint8Array): void {
    const response = markerResponse(bytes);
    if (response !== undefined) {
      this.send(SLOW_GROUP, ETHERTYPE.slow, response);
      return;
    }
    const pdu = decodeLacp(bytes);
    if (!pdu.ok) return;
    const { actor } = pdu.value;
    const isFast = (actor.state & timeout) !== 0;
    const own: LacpPort = {
      systemPriority: LACP_SYSTEM_PRIORITY,
      system: this.options.mac(),
      key: 1,
      portPriority: LACP_PORT_PRIORITY,
      port: 1,
      state: LACP_READY | (actor.state & timeout),
    };
    const passes = synchronization | collecting | distributing;
    if ((actor.state & passes) === passes) this.options.port.unblockNow();
    else this.options.port.block(isFast ? LACP_FAST_NS : LACP_SLOW_NS);
    this.send(SLOW_GROUP, ETHERTYPE.slow, encodeLacp({ actor: own, partner: actor, maxDelay: 0 }));
  }

  private send(destination: MacAddress, etherType: number, payload: Uint8Array): void {
    const { port, mac } = this.options;
    port.send(encodeEthernet({ kind: 'ethernet-ii', destination, source: mac(), etherType, payload }));
  }
}

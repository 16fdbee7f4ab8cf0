/**
 * The multicast groups of an interface, announced as a host of IGMP version 2 does (RFC 2236): a report when it joins,
 * answers to queries after a random delay, silence when another member has answered, and a word when the last reporter
 * leaves. Switches that snoop send a group only to ports where somebody has reported it.
 */
import type { Ipv4Address } from '../../base/address.ts';
import { NS_PER_MS, NS_PER_S, type Clock, type Timer } from '../../base/time/clock.ts';
import type { Rng } from '../../base/rng.ts';
import { decodeIgmp, type IgmpSent } from '../../protocols/igmp/codec.ts';
import { ALL_HOSTS_GROUP, ALL_ROUTERS_GROUP } from '../../protocols/igmp/fields.ts';

/** RFC 2236 §8.10: an unsolicited report is repeated within this time. */
const UNSOLICITED_INTERVAL_NS = 10 * NS_PER_S;
/** RFC 2236 §8.11: a querier of version 1 is remembered for so long. */
const V1_QUERIER_NS = 400 * NS_PER_S;
/** RFC 2236 §4: queries of version 1 leave ten seconds. */
const V1_RESPONSE_NS = 10 * NS_PER_S;
const NS_PER_DS = 100 * NS_PER_MS;

interface Membership {
  /** Sockets that want the group. */
  users: number;
  timer: Timer | undefined;
  dueNs: number;
  /** Nobody else has reported since we did: it is for us to say that we leave (RFC 2236 §6). */
  isLastReporter: boolean;
}

/** What speaks IGMP for an interface; without it nobody is told. */
export interface GroupReports {
  readonly clock: Clock;
  readonly rng: Rng;
  send(destination: Ipv4Address, message: IgmpSent): void;
}

export class GroupMemberships {
  private readonly reports: GroupReports | undefined;
  private readonly groups = new Map<Ipv4Address, Membership>();
  private v1UntilNs = 0;

  constructor(reports: GroupReports | undefined) {
    this.reports = reports;
  }

  has(group: Ipv4Address): boolean {
    // Every host is a member of all-hosts, 224.0.0.1, and never reports it (RFC 1112 §4, RFC 2236 §6).
    return group === ALL_HOSTS_GROUP || this.groups.has(group);
  }

  /** Each join needs a `leave`. */
  join(group: Ipv4Address): void {
    const known = this.groups.get(group);
    if (known !== undefined) {
      known.users++;
      return;
    }
    const joined: Membership = { users: 1, timer: undefined, dueNs: 0, isLastReporter: false };
    this.groups.set(group, joined);
    if (this.reports === undefined || group === ALL_HOSTS_GROUP) return;
    this.report(this.reports, group, joined);
    this.arm(this.reports, group, joined, UNSOLICITED_INTERVAL_NS);
  }

  leave(group: Ipv4Address): void {
    const left = this.groups.get(group);
    if (left === undefined || --left.users > 0) return;
    this.groups.delete(group);
    left.timer?.cancel();
    const { reports } = this;
    if (reports === undefined || !left.isLastReporter || this.hasV1Querier(reports)) return;
    reports.send(ALL_ROUTERS_GROUP, { kind: 'leave', group });
  }

  /** Nothing more is sent. */
  close(): void {
    for (const { timer } of this.groups.values()) timer?.cancel();
    this.groups.clear();
  }

  /** False when the message is damaged. */
  receive(bytes: Uint8Array): boolean {
    const decoded = decodeIgmp(bytes);
    if (!decoded.ok) return false;
    const { reports } = this;
    const message = decoded.value;
    if (reports === undefined) return true;
    if (message.kind === 'query') this.query(reports, message.group, message.maxResponseDs);
    else if (message.kind === 'report') {
      const heard = this.groups.get(message.group);
      if (heard !== undefined) {
        heard.timer?.cancel();
        heard.timer = undefined;
        heard.isLastReporter = false;
      }
    }
    return true;
  }

  private query(reports: GroupReports, group: Ipv4Address, maxResponseDs: number): void {
    if (maxResponseDs === 0) this.v1UntilNs = reports.clock.nowNs + V1_QUERIER_NS;
    const spanNs = maxResponseDs === 0 ? V1_RESPONSE_NS : maxResponseDs * NS_PER_DS;
    for (const [own, membership] of this.groups) {
      if ((group === 0 || group === own) && own !== ALL_HOSTS_GROUP) this.arm(reports, own, membership, spanNs);
    }
  }

  /** Reports at a random time within the span, unless that is due sooner anyway (RFC 2236 §3). */
  private arm(reports: GroupReports, group: Ipv4Address, membership: Membership, spanNs: number): void {
    const { clock, rng } = reports;
    const delayNs = Math.ceil(rng.float() * spanNs);
    if (membership.timer !== undefined && membership.dueNs <= clock.nowNs + delayNs) return;
    membership.timer?.cancel();
    membership.dueNs = clock.nowNs + delayNs;
    membership.timer = clock.schedule(delayNs, () => {
      membership.timer = undefined;
      this.report(reports, group, membership);
    });
  }

  private report(reports: GroupReports, group: Ipv4Address, membership: Membership): void {
    membership.isLastReporter = true;
    reports.send(group, { kind: 'report', version: this.hasV1Querier(reports) ? 1 : 2, group });
  }

  private hasV1Querier({ clock }: GroupReports): boolean {
    return clock.nowNs < this.v1UntilNs;
  }
}

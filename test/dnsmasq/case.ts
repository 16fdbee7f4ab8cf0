/** Recorded conversations with dnsmasq 2.90: the form of `fixtures/cases/*.json`. */

export interface RecordedReply {
  /** Absent for ARP and echo requests, which are told for information. */
  readonly hex?: string;
  readonly src: string;
  readonly dst: string;
  readonly eth_dst: string;
  readonly iface?: string;
  readonly after_s?: number;
  readonly tcp?: boolean;
}

export interface SendStep {
  readonly send: string;
  readonly proto?: 'dhcp' | 'tftp' | 'dns';
  readonly src_mac: string;
  readonly src_ip: string;
  readonly sport: number;
  readonly dst: string;
  readonly dport: number | 'tid';
  readonly iface?: string;
  /** A DNS message over a connection of its own. */
  readonly tcp?: boolean;
  readonly note?: string;
  readonly derive?: Readonly<Record<string, string>>;
}

export interface WaitStep {
  readonly wait_s: number;
}

export interface ReceiveStep {
  readonly recv: readonly RecordedReply[];
  readonly log?: readonly string[];
  /** How long the recorder waited for it: timers of a play run as long. */
  readonly took_s?: number;
}

export type Step = SendStep | WaitStep | ReceiveStep;

export interface RecordedFile {
  readonly text?: string;
  readonly hex?: string;
  readonly pattern?: number;
  readonly dir?: boolean;
  readonly owner?: string;
  readonly mode?: string;
}

export interface RecordedLease {
  readonly expiry: string;
  readonly mac: string;
  readonly ip: string;
  readonly name: string;
  readonly clientid: string;
}

export interface RecordedCase {
  readonly name: string;
  readonly group?: string;
  readonly about?: string;
  readonly config: string;
  readonly files?: Readonly<Record<string, string | RecordedFile>>;
  readonly server: {
    readonly interfaces: readonly { readonly name: string; readonly address: string; readonly mac: string }[];
    readonly routes?: readonly unknown[];
    readonly user?: string;
    readonly etc_hosts?: string;
    readonly extra_arguments?: readonly string[];
  };
  readonly leases_before?: string;
  readonly hosts_on_the_wire?: readonly {
    readonly ip: string;
    readonly mac: string;
    readonly answers_ping?: boolean;
  }[];
  readonly starts?: boolean;
  readonly startup_log?: readonly string[];
  readonly exchange: readonly Step[];
  readonly leases_after?: readonly RecordedLease[];
  readonly varies?: Readonly<Record<string, string>>;
}

export interface ConfigSample {
  readonly config: string;
  readonly accepted: boolean;
  readonly message: string;
  readonly exit: number;
}

/** What a play of a case gave: for every receiving step its packets and log lines. */
export interface PlayedStep {
  readonly replies: readonly (RecordedReply & { readonly hex: string })[];
  readonly log: readonly string[];
}

export interface PlayedCase {
  readonly started: boolean;
  readonly startupLog: readonly string[];
  readonly steps: readonly PlayedStep[];
  readonly leases: readonly RecordedLease[];
}

/** Cases made by chance, the same for the same seed: to be recorded on a real dnsmasq and compared with ours. */
import { SeededRng } from '../../../src/base/rng.ts';
import type { Rng } from '../../../src/base/rng.ts';
import type { RecordedCase, Step } from '../case.ts';
import { dhcpConfig, dhcpConversation } from './dhcp.ts';
import { dnsConfig, dnsConversation, ETC_HOSTS } from './dns.ts';
import { ROUTER_IP } from './packets.ts';
import { FILES, tftpConfig, tftpConversation } from './tftp.ts';

interface Subject {
  readonly config: readonly string[];
  readonly exchange: readonly Step[];
}

function subject(rng: Rng): Subject {
  const roll = rng.below(20);
  if (roll < 12) return { config: dhcpConfig(rng), exchange: dhcpConversation(rng) };
  if (roll < 19) {
    const config = dnsConfig(rng);
    return { config, exchange: dnsConversation(rng, config) };
  }
  return { config: tftpConfig(rng), exchange: tftpConversation(rng) };
}

/** The case of a seed and a number. */
export function generatedCase(seed: string, number: number): RecordedCase {
  const name = `${seed}-${String(number).padStart(4, '0')}`;
  const { config, exchange } = subject(new SeededRng(name));
  return {
    name,
    config: `${config.join('\n')}\n`,
    files: FILES,
    server: {
      interfaces: [
        { name: 'eth0', address: '192.168.50.1/24', mac: '02:00:00:00:50:01' },
        { name: 'eth1', address: '10.7.0.1/16', mac: '02:00:00:00:07:01' },
      ],
      routes: [`10.9.0.0/16 via ${ROUTER_IP}`, `10.8.0.0/16 via ${ROUTER_IP}`],
      user: 'root',
      etc_hosts: ETC_HOSTS,
    },
    exchange,
  };
}

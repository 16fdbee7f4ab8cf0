/**
 * The installer's own kernel on the lab's network: unmodified kernel and initrd drive the NE2000 card with ne2k-pci,
 * get a lease from the lab's DHCP server, fetch the site's preseed file and a file of a mebibyte over the lab's HTTP, and
 * the guest's own sha256sum says that every byte arrived. Before that, the installer's wget (with OpenSSL's libraries)
 * refuses the lab's HTTPS server until the lab's root is among its certificates, and then takes it; so does Debian's
 * `openssl`.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatIpv4 } from '../../src/base/address.ts';
import { byteAt, fromLatin1 } from '../../src/base/bytes.ts';
import { NS_PER_S } from '../../src/base/time/clock.ts';
import { collectOption, decodeDhcp } from '../../src/protocols/dhcp/codec.ts';
import { DHCP_MESSAGE_TYPE, DHCP_OPTION } from '../../src/protocols/dhcp/options.ts';
import type { Lab } from '../../src/lab/lab.ts';
import { scenarioSchema, type Scenario } from '../../src/scenario/schema.ts';
import { writePrivateKey } from '../../src/trust/keys/key-files.ts';
import { writePem } from '../../src/trust/pem.ts';
import { Authority, type Holder } from '../trust/authority.ts';
import { capturePcapng, labFindings, play, siteScenario } from '../support/lab.ts';
import { tsharkAvailable } from '../oracle/compare-tshark.ts';
import { checkWhole, comparePart, samples, SENT_AGAIN } from '../oracle/boots.ts';

/** A file of `patternBytes`: each byte is the low eight bits of its place. */
const PAYLOAD = Uint8Array.from({ length: 1 << 20 }, (_, i) => i & 0xff);
const PC = '52:54:00:12:34:01';

const authority = new Authority('debian-network');
const ROOT = authority.root();
const SERVER = authority.server('boot.lab.test', ROOT, { altNames: [{ kind: 'dns', name: 'boot.lab.test' }] });

/** What comes by HTTPS: a file of `patternBytes`, too. */
const SECRET = PAYLOAD.subarray(0, 100_000);

/** What the installer runs before the site's own command. OpenSSL looks for a root by the hash of its name. */
const SCRIPT = `#!/bin/sh
fetch() { wget -nv -O secret https://boot.lab.test/secret; echo "wget ends with $?" > /dev/ttyS0; }
cd /tmp
fetch
wget -nv http://10.0.2.1/root.pem http://10.0.2.1/openssl
chmod +x openssl
asked="s_client -connect boot.lab.test:443 -verify_hostname boot.lab.test -verify_return_error"
./openssl $asked < /dev/null | grep "^Verif" > /dev/ttyS0
./openssl $asked -CAfile root.pem < /dev/null | grep "^Verif" > /dev/ttyS0
cp root.pem /etc/ssl/certs/$(./openssl x509 -hash -noout -in root.pem).0
fetch
sha256sum secret > /dev/ttyS0
`;

function pem({ certificate }: Holder): string {
  return writePem({ label: 'CERTIFICATE', der: certificate.der });
}

/** The lab of the site, with HTTPS: its server shows a certificate of an authority that nobody has built in. */
function withHttps(scenario: Scenario): Scenario {
  const entry = (name: string, holder: Holder): NonNullable<Scenario['certificates']>[number] => ({
    name,
    certificate: pem(holder),
    privateKey: writePem({ label: 'PRIVATE KEY', der: writePrivateKey(holder.key) }),
  });
  const nodes = scenario.nodes.map((node) => {
    if (node.kind !== 'server') return node;
    const { dnsmasq } = node.services;
    // The site's preseed is as it ships but for one more line, whose script runs before the site's command.
    const files = node.files.map((file) =>
      file.path === '/srv/tftp/preseed.cfg' && 'content' in file && 'text' in file.content
        ? { ...file, content: { text: `${file.content.text}d-i preseed/run string https.sh\n` } }
        : file,
    );
    return {
      ...node,
      services: {
        dnsmasq: { ...dnsmasq, config: `${dnsmasq?.config}address=/boot.lab.test/10.0.2.1\n` },
        http: { root: '/srv/tftp', https: { certificates: ['server'] } },
      },
      files: [
        ...files,
        { path: '/srv/tftp/https.sh', content: { text: SCRIPT } },
        { path: '/srv/tftp/secret', content: { patternBytes: SECRET.length } },
        { path: '/srv/tftp/root.pem', content: { text: pem(ROOT) } },
        { path: '/srv/tftp/openssl', content: { image: 'openssl/openssl' } },
      ],
    };
  });
  const certificates = [entry('root', ROOT), { ...entry('server', SERVER), issuer: 'root' }];
  return scenarioSchema.parse({ ...scenario, nodes, certificates });
}

/** Frames that a port sent after a moment: UDP to this port, payload. */
function datagramsSent(lab: Lab, port: string, fromNs: number, udpPort: number): Uint8Array[] {
  const { store } = lab.capture;
  const out: Uint8Array[] = [];
  for (let i = 0; i < store.length; i++) {
    if (store.direction(i) !== 'out' || store.interfaceOf(i).name !== port || store.timeNs(i) < fromNs) continue;
    const frame = store.bytes(i);
    const udpAt = 14 + 4 * (byteAt(frame, 14) & 15);
    const isUdp = frame[12] === 0x08 && frame[13] === 0 && frame[23] === 17;
    if (isUdp && byteAt(frame, udpAt + 2) * 256 + byteAt(frame, udpAt + 3) === udpPort)
      out.push(frame.subarray(udpAt + 8));
  }
  return out;
}

/** How many frames were sent from a moment on. */
function sentSince(lab: Lab, fromNs: number): number {
  const { store } = lab.capture;
  let count = 0;
  for (let i = store.length - 1; i >= 0 && store.timeNs(i) >= fromNs; i--) if (store.direction(i) === 'out') count++;
  return count;
}

describe('the Debian installer on the network', () => {
  it('gets an address from the lab, fetches files by HTTPS once it trusts the lab and by HTTP, and their sha256 is right', () => {
    const scenario = withHttps(siteScenario('debian-network'));
    const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    const sha256 = hashOf(PAYLOAD);
    // The condition that ends the run is the true hash, and stands nowhere else in the scenario.
    expect(scenario.until).toBe(`serial:/${sha256}/`);
    expect(JSON.stringify({ ...scenario, until: '' })).not.toContain(sha256);

    const { lab, stop } = play(scenario);
    expect(stop.kind).toBe('breakpoint');
    expect(labFindings(lab)).toEqual([]);
    const { events } = lab.log;
    const stages = events.flatMap((event) => (event.kind === 'stage' ? [event] : []));
    const osDhcp = stages.find(({ stage }) => stage === 'os-dhcp');
    expect(stages.map(({ stage }) => stage)).toEqual(
      expect.arrayContaining(['power-on', 'post', 'rom-init', 'dhcp-ack', 'nbp-entry', 'kernel-entry', 'os-dhcp']),
    );

    // The lease that the kernel asked for is the one that the server has written down.
    const fromNs = osDhcp?.timeNs ?? Number.POSITIVE_INFINITY;
    const asked = datagramsSent(lab, 'pc1.net0', fromNs, 67).map((bytes) => decodeDhcp(bytes));
    const types = asked.map((one) => (one.ok ? collectOption(one.value, DHCP_OPTION.messageType)?.[0] : undefined));
    expect(types).toEqual([DHCP_MESSAGE_TYPE.discover, DHCP_MESSAGE_TYPE.request]);
    const vendors = asked.map((one) =>
      one.ok ? fromLatin1(collectOption(one.value, DHCP_OPTION.vendorClass) ?? new Uint8Array(0)) : '',
    );
    // busybox's udhcpc under the installer's name; our ROM says PXEClient.
    for (const vendor of vendors) expect(vendor).toBe('d-i');
    const answers = datagramsSent(lab, 'boot.eth0', fromNs, 68).map((bytes) => decodeDhcp(bytes));
    const ack = answers.at(-1);
    const lease = lab.servers.get('boot')?.leases()[0];
    expect(lease).toMatchObject({ mac: PC });
    expect(ack?.ok === true && formatIpv4(ack.value.yiaddr)).toBe(lease?.address);

    // Its own TCP: SYN with the options of Linux, then the requests, seen by the server as coming from the lease.
    const said = (isWanted: (code: string) => boolean): string[] =>
      events.flatMap((event) =>
        event.kind === 'server' && event.service === 'http' && event.timeNs > fromNs && isWanted(event.code)
          ? [event.text]
          : [],
      );
    const got = (path: string, size: string): unknown =>
      expect.stringMatching(`^${lease?.address} "GET ${path} HTTP/1\\.1" 200 ${size}$`);
    expect(said((code) => code === 'http.200')).toEqual([
      got('/preseed\\.cfg', '\\d+'),
      got('/https\\.sh', String(SCRIPT.length)),
      got('/root\\.pem', '\\d+'),
      got('/openssl', '\\d+'),
      got('/secret', String(SECRET.length)),
      got('/payload\\.bin', String(PAYLOAD.length)),
    ]);
    // OpenSSL says why it goes (RFC 8446 §6.2); wget shakes hands, then looks, and goes without a word.
    expect(said((code) => code === 'https.alert-received')).toEqual([
      `${lease?.address} ends the TLS handshake with the alert Unknown CA.`,
    ]);
    const agreed = `${lease?.address} speaks TLS 1.3 with TLS_AES_128_GCM_SHA256, for the name boot.lab.test.`;
    expect(said((code) => code === 'https.agreed')).toEqual([agreed, agreed, agreed]);
    const lines = events.flatMap((event) =>
      event.kind === 'console' && event.channel === 'serial0' ? [event.text] : [],
    );
    const printed = (pattern: RegExp): string[] => lines.flatMap((line) => pattern.exec(line) ?? []);
    // EXIT STATUS of wget(1): 5 is a certificate that could not be verified.
    expect(printed(/wget ends with \d/)).toEqual(['wget ends with 5', 'wget ends with 0']);
    expect(printed(/Verif.*/)).toEqual([
      'Verification error: unable to get local issuer certificate',
      'Verify return code: 20 (unable to get local issuer certificate)',
      'Verification: OK',
      'Verified peername: boot.lab.test',
      'Verify return code: 0 (ok)',
    ]);
    expect(printed(/[0-9a-f]{64}  .*/)).toEqual([`${hashOf(SECRET)}  secret`, `${sha256}  /tmp/payload.bin`]);

    if (tsharkAvailable()) {
      const pcapng = capturePcapng(lab);
      const { frames, bad } = checkWhole(pcapng);
      expect(bad).toEqual([]);
      expect(frames).toBe(lab.capture.sentCount);
      // The whole of what the operating system did, with the loss that its card's small memory brings about.
      const ofOs = sentSince(lab, fromNs - 20 * NS_PER_S);
      expect(comparePart(pcapng, samples(frames, 200, ofOs), SENT_AGAIN).report).toBe('');
    }
  });
});

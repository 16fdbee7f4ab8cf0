/** English messages about iPXE's steps and choices. What iPXE prints, and its error texts, stay as they are. */
import { defineMessages } from '../../base/sentence.ts';

export const IPXE_TEXTS = {
  'ipxe.nothing-left': 'iPXE has nothing more to boot from',
  'ipxe.discover': 'DHCPDISCOVER on {device}',
  'ipxe.offer': '{server} offers {address}',
  'ipxe.offer-replaced': 'The offer of {server} replaces that of {before}: same or higher priority, and later',
  'ipxe.offer-priority': 'The offer of {server} has a lower priority than the one in hand',
  'ipxe.pxe-server': '{server} answers as a PXE server',
  'ipxe.proxy-wait-over': 'No ProxyDHCP has answered for {ms} ms: the DHCP offer is taken as it is',
  'ipxe.link-blocked': 'The switch does not forward for {device} yet: discovery is deferred',
  'ipxe.request': 'DHCPREQUEST for {address}',
  'ipxe.nak': '{server} refuses the address: discovery begins again',
  'ipxe.nak-ignored': '{server} refuses the address, but is not the server that was chosen: iPXE ignores it',
  'ipxe.ack': '{device} has {address}',
  'ipxe.proxy-request': 'The offer of {server} has no server and file in one: it is asked on port 4011',
  'ipxe.proxy-no-options': 'The answer of {server} has neither server and file nor a menu: it is not taken',
  'ipxe.proxy-silent': "ProxyDHCP {proxy} gives nothing to boot on port 4011; {server}'s lease stands",
  'ipxe.boot-server': 'Asks {server} for a boot server of type {type}',
  'ipxe.file-request': 'Asks for {uri}',
  'ipxe.file-done': '{uri}: {bytes} bytes',
  'ipxe.boot-failed': '{what}: {error}',
  'ipxe.no-file-named': 'Nobody has named a file to boot',
  'ipxe.filename-origin': 'The boot file {file} comes from {block}, and its server from there too',
  'ipxe.filename-origin.root': 'the settings',
  'ipxe.cached-dhcp': '{device} has the lease of the PXE ROM that loaded iPXE: no DHCP was needed for it',
  'ipxe.option-without-room':
    'The DHCP packets for boot programs have no room for option {option}: programs do not see it',
  'ipxe.pxe-menu': { by: 'count', one: 'PXE menu with {count} item', other: 'PXE menu with {count} items' },
  'ipxe.label-missing': 'goto {label}: {script} has no line that begins with :{label}',
  'ipxe.menu': 'A menu is shown',
  'ipxe.menu-titled': 'Menu "{title}" is shown',
  'ipxe.form': 'A form is shown',
  'ipxe.form-titled': 'Form "{title}" is shown',
  'ipxe.script': 'Script {name} starts',
  'ipxe.multiboot-loaded': {
    by: 'count',
    one: 'Multiboot kernel {kernel} and {count} module are in memory',
    other: 'Multiboot kernel {kernel} and {count} modules are in memory',
  },
  'ipxe.nbi-loaded': {
    by: 'count',
    one: 'The tagged image {kernel} is in memory, {count} segment',
    other: 'The tagged image {kernel} is in memory, {count} segments',
  },
  'ipxe.linux-loaded': 'Kernel and initial RAM disks are in memory: {files}',
  'ipxe.loaded-file': '{name} ({bytes} bytes)',
  'ipxe.list': '{first}, {next}',
  'ipxe.iscsi-login': '{initiator} is logged in to {target}',
  'ipxe.boot-tables': 'Boot tables for the drivers of operating systems are in memory: {names}',
  'ipxe.no-boot-signature':
    'The first sector of {disk} does not end with 55 AA: a BIOS does not boot such a disk. Has anything been installed on it?',
  'ipxe.nbp-may-be-efi': '{image} begins as programs for EFI do; a BIOS runs it as machine code and hangs',
  'ipxe.nbp-is-text': '{image} is text, and no script that iPXE knows: it runs as machine code and hangs',
  'ipxe.nbp-is-text-to-gpxe':
    '{image} is text, and gPXE takes only #!gpxe for the beginning of a script: it runs as machine code and hangs',
  'ipxe.tls-agreed': '{server}: {version} with {suite}',
  'ipxe.tls-resumed': '{server}: a session of {version} with {suite} goes on, without certificates',
  'ipxe.tls-alert': '{server} ends the TLS handshake with the alert {alert}',
  'ipxe.tls-no-version': '{server} speaks no version of TLS that iPXE offers (1.1 and 1.2); it answers {alert}',
  'ipxe.tls-no-suite': '{server} speaks none of the cipher suites that iPXE offers; it answers {alert}',
  'ipxe.tls-client-certificate':
    '{server} asks for a certificate of the client and does not take what iPXE shows; it answers {alert}',
  'ipxe.tls-failed': '{server}: the TLS handshake fails: {reason}',
  'ipxe.tls-wrong-name': '{server}: the certificate is for other names',
  'ipxe.trust-chain': '{by}: the certificates lead to {root}, which this iPXE trusts',
  'ipxe.trust-signed': '{by} is signed by {certificate}, and is as it was signed',
  'ipxe.trust-sha1': '{by}: the certificate {certificate} is signed with SHA-1, which is broken. iPXE still takes it',
  'ipxe.trust-small-key':
    '{by}: the certificate {certificate} has a key of {key}, which is too short. iPXE still takes it',
  'ipxe.trust-no-certificate': '{by}: the certificate of the signer is neither in the signature nor known to iPXE',
  'ipxe.trust-self-signed': '{by}: the certificate of {issuer} is signed by itself, and this iPXE does not trust it',
  'ipxe.trust-unknown-root': '{by}: the certificates lead to {issuer}, which this iPXE does not trust',
  'ipxe.trust-incomplete-chain': '{by}: the certificates end before a root: that of {issuer} is missing',
  'ipxe.trust-expired': '{by}: the certificate {certificate} expired on {until}; the clock says {now}',
  'ipxe.trust-not-yet-valid': '{by}: the certificate {certificate} is not valid before {from}; the clock says {now}',
  'ipxe.trust-clock':
    '{by}: the certificate {certificate} is not valid on {now}, as the clock of the machine was set to',
  'ipxe.trust-issuer': '{by}: the certificate {certificate} was signed by one that may not sign it',
  'ipxe.trust-ocsp': '{by}: {url} has not said that the certificate {certificate} is good',
  'ipxe.trust-signature': '{by}: the signature in the certificate {certificate} is wrong',
  'ipxe.trust-image-signature':
    '{by} is not what {certificate} has signed: one of the two files was changed, or the signature was not made in the way that iPXE reads',
  'ipxe.trust-signer': '{by} is not signed by the signer that is asked for',
  'ipxe.trust-not-code-signing': '{by} is signed with the certificate {certificate}, which is not for signing code',
  'script.expansion':
    '"{command}" does not fit into iPXE’s memory once its settings are expanded. A setting may refer to itself.',
  'script.depth':
    'Scripts have started scripts {limit} deep, and iPXE’s memory is full. "chain --replace" ends the running script first.',
} as const;

export const ipxeMessage = defineMessages(IPXE_TEXTS);

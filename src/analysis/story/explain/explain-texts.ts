/** English sentences of explanations: what a frame or a step is, why it happened, what its sender waits for, what came of it. */
import { defineMessages } from '../../../base/sentence.ts';

export const EXPLAIN_TEXTS = {
  // What happened.
  'explain.dhcp.discover':
    '{client} asks everybody: which server has an address for me, and something to boot? (DHCPDISCOVER)',
  'explain.dhcp.offer': '{server} offers {client} the address {address} and names no boot file (DHCPOFFER).',
  'explain.dhcp.offer-file': '{server} offers {client} the address {address} and the boot file {file} (DHCPOFFER).',
  'explain.dhcp.offer-proxy':
    '{server} offers {client} no address: it is a ProxyDHCP server, which only says what to boot (DHCPOFFER).',
  'explain.dhcp.request':
    '{client} takes the offer of {server}: it asks for {address}, and everybody hears which offer it took (DHCPREQUEST).',
  'explain.dhcp.request-own': '{client} asks to go on using the address {address} (DHCPREQUEST).',
  'explain.dhcp.request-4011': '{client} asks {server} on port 4011 what to boot (DHCPREQUEST).',
  'explain.dhcp.ack': '{server} confirms: {client} has the address {address} (DHCPACK).',
  'explain.dhcp.ack-file': '{server} confirms: {client} has the address {address} and boots {file} (DHCPACK).',
  'explain.dhcp.ack-4011': '{server} tells {client} from port 4011 to boot {file} (DHCPACK).',
  'explain.dhcp.ack-inform': '{server} answers {client}, which has an address of its own (DHCPACK).',
  'explain.dhcp.nak': '{server} refuses {client} the address that it asked for (DHCPNAK).',
  'explain.dhcp.decline': '{client} returns the address {address}: another station uses it (DHCPDECLINE).',
  'explain.dhcp.release': '{client} gives its address back (DHCPRELEASE).',
  'explain.dhcp.inform': '{client} has an address and asks for the rest of the settings (DHCPINFORM).',
  'explain.dhcp.bootp-request': '{client} asks for an address in the older way of BOOTP.',
  'explain.dhcp.bootp-reply': '{server} answers {client} in the older way of BOOTP.',
  'explain.tftp.rrq': '{client} asks {server} for the file {file} (TFTP read request).',
  'explain.tftp.rrq-size': '{client} asks {server} how long the file {file} is (TFTP read request with tsize alone).',
  'explain.tftp.wrq': '{client} wants to send {server} the file {file} (TFTP write request).',
  'explain.tftp.oack': '{server} has the file and agrees to options: {options} (TFTP OACK).',
  'explain.tftp.data': '{who} sends block {block} of the file, {bytes} bytes (TFTP DATA).',
  'explain.tftp.data-last':
    '{who} sends block {block}, {bytes} bytes: shorter than the {size} of the others, so the file ends here (TFTP DATA).',
  'explain.tftp.ack': '{who} has block {block} (TFTP ACK).',
  'explain.tftp.ack-options': '{who} accepts the options and asks for the first block (TFTP ACK 0).',
  'explain.tftp.error': '{who} ends the transfer with error {code}: {reason} (TFTP ERROR).',
  'explain.tftp.probe-end': '{who} knows the size now and ends this transfer (TFTP ERROR {code}: {reason}).',
  'explain.arp.request': '{who} asks everybody which station has the address {address} (ARP request).',
  'explain.arp.probe': '{who} asks whether somebody has the address {address} already (ARP probe).',
  'explain.arp.gratuitous': '{who} tells everybody that {address} is its own (gratuitous ARP).',
  'explain.arp.reply': '{who} answers: {address} is mine (ARP reply).',
  'explain.dns.query': '{client} asks {server} for the address of {name} (DNS query).',
  'explain.dns.answer': {
    by: 'count',
    one: '{server} answers about {name}: {count} record (DNS response).',
    other: '{server} answers about {name}: {count} records (DNS response).',
  },
  'explain.dns.error': '{server} has no answer about {name}: error {code} (DNS response).',
  'explain.tcp.syn': '{client} opens a connection to port {port} of {server} (TCP SYN).',
  'explain.tcp.syn-ack': '{server} accepts the connection (TCP SYN, ACK).',
  'explain.tcp.fin': '{who} has nothing more to send on this connection (TCP FIN).',
  'explain.tcp.reset': '{who} breaks the connection off, or refuses it (TCP RST).',
  'explain.tcp.http': '{who} says: {line}',
  'explain.tcp.data': {
    by: 'bytes',
    one: '{who} sends {bytes} byte (TCP).',
    other: '{who} sends {bytes} bytes (TCP).',
  },
  'explain.tcp.ack': '{who} confirms what has arrived (TCP ACK).',
  'explain.iscsi.login': '{who} logs in at {target}: the stage {stage}{next} (iSCSI Login Request).',
  'explain.iscsi.login.next': ', then {stage}',
  'explain.iscsi.login.answer': '{who} answers the login in the stage {stage}{next} (iSCSI Login Response).',
  'explain.iscsi.login.done':
    '{who} accepts the login: the session is in its full feature phase, and commands to the disk may follow (iSCSI Login Response).',
  'explain.iscsi.login.refused': '{who} refuses the login of {target} with the status {status} (iSCSI Login Response).',
  'explain.iscsi.login.moved': '{who} sends {target} to another address for this target (iSCSI Login Response).',
  'explain.iscsi.chap.algorithm': '{who} wants the login proved by CHAP, with the algorithm {algorithm}; 5 is MD5.',
  'explain.iscsi.chap.challenge':
    '{who} sends a challenge: who knows the password can answer it without saying the password (CHAP).',
  'explain.iscsi.chap.response':
    '{who} answers the challenge under the name {name}: a hash of identifier, password and challenge (CHAP).',
  'explain.iscsi.chap.mutual':
    '{who} answers the challenge under the name {name}, and sends one of its own: the other side is to prove itself too (mutual CHAP).',
  'explain.iscsi.keys': '{who} says in the login: {keys}.',
  'explain.iscsi.read': {
    by: 'count',
    one: '{who} reads {count} block from block {sector} of LUN {lun} at {target} (SCSI READ).',
    other: '{who} reads {count} blocks from block {sector} of LUN {lun} at {target} (SCSI READ).',
  },
  'explain.iscsi.write': {
    by: 'count',
    one: '{who} writes {count} block from block {sector} of LUN {lun} at {target} (SCSI WRITE).',
    other: '{who} writes {count} blocks from block {sector} of LUN {lun} at {target} (SCSI WRITE).',
  },
  'explain.iscsi.command': '{who} sends the SCSI command {command} to LUN {lun} of {target}.',
  'explain.iscsi.response': '{who} has carried out the command with the status {status} (SCSI Response).',
  'explain.iscsi.data-in': {
    by: 'bytes',
    one: '{who} sends {bytes} byte that was read (SCSI Data-In).',
    other: '{who} sends {bytes} bytes that were read (SCSI Data-In).',
  },
  'explain.iscsi.data-in.last': {
    by: 'bytes',
    one: '{who} sends {bytes} byte that was read, and the command is done (SCSI Data-In with status).',
    other: '{who} sends {bytes} bytes that were read, and the command is done (SCSI Data-In with status).',
  },
  'explain.iscsi.data-out': {
    by: 'bytes',
    one: '{who} sends {bytes} byte to be written (SCSI Data-Out).',
    other: '{who} sends {bytes} bytes to be written (SCSI Data-Out).',
  },
  'explain.iscsi.r2t':
    '{who} has room for {bytes} bytes of the write, from byte {offset} on: an initiator sends no more than it is asked for (R2T).',
  'explain.iscsi.logout': '{who} ends the session (iSCSI Logout).',
  'explain.iscsi.nop': '{who} asks whether the other side is still there, or answers that it is (iSCSI NOP).',
  'explain.iscsi.other': '{who} sends {target} an iSCSI PDU: {pdu}.',
  'explain.aoe.query': '{who} asks {target} whether the disk {disk} is on this cable (AoE Query Config).',
  'explain.aoe.found':
    '{who} has the disk {disk}, and takes up to {count} sectors in one frame (AoE Query Config, answer).',
  'explain.aoe.read': {
    by: 'count',
    one: '{who} reads {count} sector from sector {sector} of the disk {disk} (ATA READ).',
    other: '{who} reads {count} sectors from sector {sector} of the disk {disk} (ATA READ).',
  },
  'explain.aoe.write': {
    by: 'count',
    one: '{who} writes {count} sector from sector {sector} of the disk {disk} (ATA WRITE).',
    other: '{who} writes {count} sectors from sector {sector} of the disk {disk} (ATA WRITE).',
  },
  'explain.aoe.identify': '{who} asks how large the disk {disk} is and what it can do (ATA IDENTIFY DEVICE).',
  'explain.aoe.data': {
    by: 'bytes',
    one: '{who} answers for the disk {disk} with {bytes} byte (ATA).',
    other: '{who} answers for the disk {disk} with {bytes} bytes (ATA).',
  },
  'explain.aoe.done': '{who} has carried out the command to the disk {disk} (ATA).',
  'explain.aoe.failed': 'The command to the disk {disk} has failed at {who}, error {error} (ATA).',
  'explain.aoe.error': '{who} refuses the message to the disk {disk}, error {error} (AoE).',
  'explain.aoe.other': '{who} sends {target} the command {command} for the disk {disk} (AoE).',
  'explain.icmp.echo': '{who} asks {target} whether it is there (ICMP echo request).',
  'explain.icmp.reply': '{who} is there (ICMP echo reply).',
  'explain.icmp.unreachable': '{who} cannot deliver a packet of {target} (ICMP destination unreachable, code {code}).',
  'explain.icmp.expired': '{who} gave up a packet of {target}: it had passed too many routers (ICMP time exceeded).',
  'explain.icmp.other': '{who} sends {target} an ICMP message of type {type}.',
  'explain.other': '{who} sends a frame to {target}.',
  'explain.everybody': 'everybody',
  'explain.file': '{node}: {file}, {bytes} bytes so far',
  'explain.file-done': '{node}: {file} is complete, {bytes} bytes',
  'explain.file-failed': '{node}: the transfer of {file} ended after {bytes} bytes',
  'explain.menu': {
    by: 'count',
    one: '{node} shows a menu with {count} item.',
    other: '{node} shows a menu with {count} items.',
  },
  'explain.menu-gone': 'The menu of {node} is gone.',
  'explain.call': 'The program on {node} calls the firmware: {name}',
  'explain.return': 'The firmware of {node} has done {name}: {status}',
  'explain.returns': 'The firmware of {node} has done {name}, {calls} times: {status}',
  'explain.folded-log': {
    by: 'count',
    one: '{count} line in the log of {node}',
    other: '{count} lines in the log of {node}',
  },
  'explain.folded-frames': {
    by: 'count',
    one: '{count} frame of the same transfer',
    other: '{count} frames of the same transfer',
  },

  // Why it happened.
  'explain.because.answer': 'It answers frame {number}: {what}',
  'explain.because.frame': 'Because of frame {number}: {what}',
  'explain.because.then': 'Because of what {node} had just done: {what}',
  'explain.because.timer': '{node} had waited {time} since this: {what}',
  'explain.because.timer-frame': '{node} had waited {time} since frame {number}: {what}',
  'explain.because.again': 'Sent again: no answer for {time} to frame {number}.',
  'explain.because.again-lost': 'Sent again: no answer for {time} to frame {number}, which had been lost.',
  'explain.because.again-answer-lost':
    'Sent again: no answer for {time} to frame {number}, because the answer, frame {lost}, had been lost.',
  'explain.because.person': 'A person, or the script of the lab, did this: {what}',
  'explain.because.script': 'The script of the lab did this: {what}',
  'explain.because.fault': 'It struck frame {number}: {what}',
  'explain.because.root':
    'It began when {node} was switched on, at {when}, and its firmware looked for something to boot.',
  'explain.because.start': 'The lab starts with this machine switched on.',
  'explain.because.server': 'The server starts with the lab and reads its configuration.',

  // What the sender waits for.
  'explain.wait.offers':
    '{who} collects offers for {time}, until {until}: a PXE ROM listens for 4, 8, 16 and then 32 seconds, so that a ProxyDHCP server can answer beside the DHCP server.',
  'explain.wait.answer': '{who} waits {time} for an answer, until {until}; then it sends this again.',
  'explain.wait.any': '{who} waits for an answer.',

  // What came of it.
  'explain.outcome.lost': 'It never arrived: a fault of the lab struck it on {place}. {what}',
  'explain.outcome.lost-silently': 'It never arrived: no station saw it.',
  'explain.outcome.again': 'No answer came for {time}: it was sent again as frame {number}.',
  'explain.outcome.answered': 'After {time}, {who} answered with frame {number}: {what}',
  'explain.outcome.then': 'After {time}: {what}',
  'explain.outcome.at-once': 'At once: {what}',
  'explain.outcome.fault': 'So {who} sent it again {time} later, as frame {number}.',
  'explain.outcome.nothing': 'Nothing came of it.',

  // Marks.
  'explain.mark.again': 'Sent again: it is frame {number} once more, {time} later.',
  'explain.mark.again-answered':
    'Sent again: it is frame {number} once more, {time} later, although that one had been answered.',
  'explain.mark.late': 'Late: it was held back on its way.',
  'explain.mark.duplicate': 'Duplicate: it arrived twice.',
  'explain.mark.out-of-order': 'Out of order: frame {number}, sent after it, arrived before it.',
  'explain.mark.damaged': 'Damaged on its way: the checksum no longer fits, and the receiver drops it.',

  // What looks odd and is harmless, and what one should know.
  'explain.note.size-probe':
    'Harmless: the client only wanted to know the size. TFTP has no other way to stop than an ERROR; it asks for the file itself next.',
  'explain.note.search':
    'Harmless: PXELINUX tries names for its configuration one after the other (UUID, MAC address, address in hex and ever shorter, default) and takes the first that is there.',
  'explain.note.offer-arp':
    'Harmless: before it offers an address, the server looks whether somebody uses it. Nobody should answer.',
  'explain.note.apprentice':
    'The server does not send the block again for an ACK that it has had before: that would double every packet from here on. It waits for its own timeout.',
  'explain.note.arp-first': 'To send a packet, a station needs the hardware address of the other one first.',
  'explain.note.four-seconds':
    'The wait since the first offer is no fault: the ROM listens its whole timeout for other offers, unless one has an address and boot information in one.',
  'explain.note.proxy-wait': 'The wait is no fault: iPXE gives a ProxyDHCP server time to answer.',
  'explain.note.broadcast': 'It goes to everybody, because {client} has no address yet.',
  'explain.note.probe-failed': 'Harmless: this was the question for the size, which ends with an ERROR in every boot.',

  // Stages.
  'explain.stage.power-on':
    'The BIOS tests the machine, finds the option ROM of the network card and runs it when the boot order says so.',
  'explain.stage.rom-init': 'The option ROM registers itself with the BIOS as something to boot from.',
  'explain.stage.rom-boot':
    'The BIOS hands over to the ROM of the network card: from here on it boots from the network.',
  'explain.stage.rarp-client.request':
    'RARP is ARP turned round: the machine broadcasts its hardware address and asks for the IP address. Routers do not pass it on.',
  'explain.stage.rarp-client.request-again':
    'Nobody answered the last request. RARP has no error message: a server that does not know the machine is silent.',
  'explain.stage.rarp-client.reply':
    'This is all that RARP tells: no mask, no router, no server for files, no name. The machine guesses the rest.',
  'explain.stage.bootp.request':
    'One message to everybody, with the hardware address in it. There is no offer to choose and nothing to confirm: who has the machine in a table answers.',
  'explain.stage.bootp.reply':
    'Address, server and file in one reply. The address is for good: BOOTP has no lease. Options have 64 bytes, and what does not fit is left out.',
  'explain.stage.loader.file-request':
    'A loader from before PXE fetches its whole file itself; there is no boot program between.',
  'explain.stage.dhcp-offer':
    'The ROM keeps the offer and goes on listening. When its time is over it takes the best: address and boot information in one, else address with ProxyDHCP, else one that names a file.',
  'explain.stage.dhcp-request':
    'The DHCPREQUEST names the chosen server (option 54). The others take their offers back.',
  'explain.stage.dhcp-ack': 'From here on the machine may use the address; it lasts as long as the lease (option 51).',
  'explain.stage.proxy-dhcp': 'Address and boot information come from two servers: the ROM joins both.',
  'explain.stage.boot-server': 'Option 43 told the ROM to ask for a boot server of the chosen type.',
  'explain.stage.file-request':
    'The boot program is fetched by TFTP from the boot server (siaddr), under the name in file or option 67.',
  'explain.stage.file-done': 'A block that is shorter than agreed ends the file.',
  'explain.stage.nbp-entry':
    'The ROM jumps to the program at 0:7C00. Through the PXE API it can fetch more files with the ROM’s own network code.',
  'explain.stage.kernel-entry':
    'The kernel takes the machine over: the ROM and the PXE API are gone, and it asks for an address itself.',
  'explain.stage.boot-failed': 'The firmware gives this way of booting up and tries the next device, if there is one.',
} as const;

export const explainMessage = defineMessages(EXPLAIN_TEXTS);

/** English messages of the FCoE forwarder, its fabric, and the disks in it. */
import { defineMessages } from '../../base/sentence.ts';

export const FCOE_TEXTS = {
  'fcoe.port-twice': 'the port {port} exists already',
  'fcoe.lun-twice': 'LUN {lun} exists already',
  'fcoe.no-card': 'the server has no network card {card}',
  'fcoe.vlan': '{machine} asks for the VLAN of FCoE: it is {vlan}',
  'fcoe.discovery': '{machine} looks for a forwarder: {forwarder} answers for the fabric {fabric}',
  'fcoe.fabric-login': '{machine} logs in to the fabric as {port}: its address is {id}, its MAC address {mac}',
  'fcoe.fabric-logout': '{port} leaves the fabric',
  'fcoe.fabric-lost': '{port} has sent no keep-alive for {seconds} s: the forwarder ends its login',
  'fcoe.fabric-again': '{port} logs in to the fabric again: its old login ends',
  'fcoe.no-port': '{initiator} asks the name server for the port {port}, and there is no such port in the fabric',
  'fcoe.not-in-zone': '{initiator} asks for the port {port}, which is not in its zone',
  'fcoe.login': '{initiator} logs in to the disk {port}',
  'fcoe.logout':
    '{initiator} logs out of the disk {port}: reads {reads} ({readKiB} KiB), writes {writes} ({writtenKiB} KiB)',
  'fcoe.lost':
    'the login of {initiator} to the disk {port} ends with that to the fabric: reads {reads} ({readKiB} KiB), writes {writes} ({writtenKiB} KiB)',
  'fcoe.no-lun': '{initiator} asks {port} for LUN {lun}, which does not exist',
  'fcoe.failed': '{initiator}: {command} on {port} LUN {lun} failed, sense key {key}, code {code}',
  'fcoe.aborted': '{initiator} gives up a command on {port}',
  'fcoe.two-writers':
    '{initiator} writes to {port} LUN {lun}, and so did {other}: neither knows what the other has changed',
} as const;

export const fcoeMessage = defineMessages(FCOE_TEXTS);

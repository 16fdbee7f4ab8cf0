/** English messages about capture files that cannot be read. */
import { defineMessages } from '../../base/sentence.ts';

export const CAPTURE_TEXTS = {
  'capture.too-short': 'The file is too short to be a pcap or pcapng file.',
  'capture.cut-short': 'The file was cut short in the middle of a packet.',
  'capture.no-header': 'The file starts with neither a pcap nor a pcapng header.',
  'capture.packet-length': 'A packet claims {bytes} captured bytes; the limit is {limit}.',
  'capture.byte-order': 'The byte-order magic of a section header is wrong.',
  'capture.block-length': 'A block has the impossible length {bytes}.',
  'capture.lengths-differ': 'The two lengths of a block differ.',
  'capture.section-too-short': 'A section header is too short.',
  'capture.version': 'Version {version} of pcapng is not supported.',
  'capture.interface-too-short': 'An interface description is too short.',
  'capture.interfaces': 'The file describes more than {limit} interfaces.',
  'capture.secrets-too-short': 'A block of secrets is too short.',
  'capture.secrets-length': 'The secrets of a block are longer than the block.',
  'capture.packet-too-short': 'A packet block is too short.',
  'capture.no-interface': 'A packet names an interface that was not described.',
  'capture.packet-over-block': 'A packet claims {bytes} captured bytes, more than its block holds.',
  'capture.simple-without-interface': 'A simple packet came before any interface.',
  'capture.simple-too-short': 'A simple packet block is too short.',
  'capture.frames': 'The file holds more than {limit} frames.',
  'capture.not-packed': 'The file is packed by gzip, and the packing is damaged here.',
  'capture.unpacked': 'Unpacked, the file is larger than {limit} bytes.',
  'capture.resolution': 'The time resolution {resolution} is beyond 64-bit stamps.',
} as const;

export const captureMessage = defineMessages(CAPTURE_TEXTS);

/** English messages that small boot loaders have in common: the card, the file by TFTP. */
import { defineMessages } from '../../base/sentence.ts';

export const LOADER_TEXTS = {
  'loader.no-card': 'There is no network card',
  'loader.no-link': '{card} has no link',
  'loader.file-request': 'TFTP: {file} from {server}',
  'loader.file-done': '{file}: {bytes} bytes',
  'loader.silent': '{server} does not answer the TFTP request for {file}.',
  'loader.unresolved': 'No station answers for the address of the server, {server}.',
  'loader.no-route': '{server} is not in the network of this machine, and it knows no router.',
  'loader.stalled': 'The TFTP server fell silent after {bytes} bytes of {file}.',
  'loader.refused': 'The TFTP server refused {file}: error {code}, {message}.',
  'loader.malformed': 'What {server} answers to the TFTP request for {file} is not TFTP: {reason}.',
  'loader.too-big': '{file} does not fit into memory.',
  'loader.nbi.signature': 'it does not begin with 36 13 03 1B',
  'loader.nbi.no-last': 'its records go past 512 bytes, without a last one',
  'loader.nbi.record': 'a record of {bytes} bytes ({found})',
  'loader.nbi.piece': 'a piece that is longer than its memory',
  'loader.returned': '{file} came back with status {status}h',
} as const;

export const loaderMessage = defineMessages(LOADER_TEXTS);

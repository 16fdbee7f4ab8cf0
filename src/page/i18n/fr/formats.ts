/** Ce qui ne va pas dans un fichier de capture ou dans un message reçu, en français. */
import type { Translation } from '../../../base/sentence.ts';
import type { CAPTURE_TEXTS } from '../../../analysis/pcapng/messages.ts';
import type { UNREADABLE_TEXTS } from '../../../base/unreadable.ts';
import type { CLIENT_TEXTS } from '../../../firmware/clients/messages.ts';
import type { HTTP_SYNTAX_TEXTS } from '../../../protocols/http/messages.ts';

export const captureFr: Translation<typeof CAPTURE_TEXTS> = {
  'capture.too-short': 'Le fichier est trop court pour être un fichier pcap ou pcapng.',
  'capture.cut-short': 'Le fichier est coupé au milieu d’un paquet.',
  'capture.no-header': 'Le fichier ne commence ni par un en-tête pcap, ni par un en-tête pcapng.',
  'capture.packet-length': 'Un paquet annonce {bytes} octets capturés ; la limite est {limit}.',
  'capture.byte-order': 'L’ordre des octets d’un en-tête de section n’est pas valable.',
  'capture.block-length': 'Un bloc a la longueur impossible {bytes}.',
  'capture.lengths-differ': 'Les deux longueurs d’un bloc diffèrent.',
  'capture.section-too-short': 'Un en-tête de section est trop court.',
  'capture.version': 'La version {version} de pcapng n’est pas prise en charge.',
  'capture.interface-too-short': 'Une description d’interface est trop courte.',
  'capture.interfaces': 'Le fichier décrit plus de {limit} interfaces.',
  'capture.secrets-too-short': 'Un bloc de secrets est trop court.',
  'capture.secrets-length': 'Les secrets d’un bloc sont plus longs que le bloc.',
  'capture.packet-too-short': 'Un bloc de paquet est trop court.',
  'capture.no-interface': 'Un paquet nomme une interface qui n’a pas été décrite.',
  'capture.packet-over-block': 'Un paquet annonce {bytes} octets capturés, plus que son bloc n’en contient.',
  'capture.simple-without-interface': 'Un paquet simple précède toute interface.',
  'capture.simple-too-short': 'Un bloc de paquet simple est trop court.',
  'capture.frames': 'Le fichier contient plus de {limit} trames.',
  'capture.not-packed': 'Le fichier est comprimé par gzip, et la compression est abîmée ici.',
  'capture.unpacked': 'Décomprimé, le fichier dépasse {limit} octets.',
  'capture.resolution': 'La résolution temporelle {resolution} dépasse les horodatages de 64 bits.',
};

export const httpSyntaxFr: Translation<typeof HTTP_SYNTAX_TEXTS> = {
  'http.syntax.closed': 'La connexion s’est fermée au milieu d’un message.',
  'http.syntax.chunk-size': '« {line} » n’est pas une taille de bloc.',
  'http.syntax.chunk-end': 'Un bloc ne finit pas là où sa taille le dit.',
  'http.syntax.field': '« {line} » n’est pas une ligne de champ.',
  'http.syntax.head-too-long': 'L’en-tête dépasse {bytes} octets.',
  'http.syntax.request-line': '« {line} » n’est pas une ligne de requête.',
  'http.syntax.status-line': '« {line} » n’est pas une ligne d’état.',
  'http.syntax.no-length': 'La longueur du corps de la requête ne peut pas être connue.',
  'http.syntax.content-length': 'Content-Length vaut « {value} ».',
};

export const unreadableFr: Translation<typeof UNREADABLE_TEXTS> = {
  'unreadable.truncated': 'il finit trop tôt, après {offset} octets',
  'unreadable.malformed': 'ce qui se trouve à l’octet {offset} n’est pas permis',
  'unreadable.unsupported': 'ce qui se trouve à l’octet {offset} n’est pas connu ici',
  'unreadable.rule': '{why} ({rule})',
};

export const clientsFr: Translation<typeof CLIENT_TEXTS> = {
  'tftp.unreadable': 'Le paquet du serveur est illisible : {why}.',
  'tftp.unexpected': 'Le serveur a envoyé {packet}.',
  'tftp.block-too-long': 'DATA contient {bytes} octets ; {blksize} étaient convenus.',
};

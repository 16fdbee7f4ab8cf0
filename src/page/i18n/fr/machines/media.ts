/** Pourquoi un support ne peut être fabriqué, en français. */
import type { Translation } from '../../../../base/sentence.ts';
import type { MEDIA_TEXTS } from '../../../../media/messages.ts';

export const mediaFr: Translation<typeof MEDIA_TEXTS> = {
  'media.disk.partitions': 'Un MBR a de la place pour 4 partitions, pas pour {count}.',
  'media.disk.empty-partition': 'La partition {number} est vide : donnez-lui un contenu ou une taille.',
  'media.disk.partition-too-small':
    'La partition {number} a {sectors} secteurs, mais son contenu en demande {needed} : agrandissez-la.',
  'media.disk.too-large': 'Le disque ferait {mebibytes} Mio, plus de {limit} Mio : réduisez une partition.',
  'media.disk.boot-image':
    'Le boot.img de GRUB doit avoir 512 octets et se terminer par 55 AA : ce fichier a {bytes} octets.',
  'media.disk.core-image':
    'Ce fichier n’est pas un core.img de GRUB pour un disque de BIOS : faites-le avec « grub-mkimage -O i386-pc ».',
  'media.disk.core-too-large':
    'Le core.img de GRUB a {sectors} secteurs, mais l’espace devant la première partition en a {gap} : retirez des modules.',
  'media.path': '« {path} » n’est pas le chemin d’un fichier sur un support.',
  'media.path-twice':
    'Le support aurait « {path} » deux fois : majuscules et minuscules comptent comme les mêmes lettres.',
  'media.full':
    'Les fichiers demandent {needed} octets, et le support a de la place pour {room} : retirez des fichiers.',
  'media.folder-full':
    'Le premier dossier du support n’a de la place que pour {room} noms : mettez des fichiers dans des dossiers.',
  'media.floppy-size':
    'Une disquette d’où démarre un CD a 1228800, 1474560 ou 2949120 octets : ce fichier en a {bytes}.',
  'media.no-loader': 'Le CD n’a pas de fichier « {path} » d’où démarrer.',
};

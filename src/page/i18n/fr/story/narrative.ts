/** Le récit d’un démarrage, en français. */
import type { NARRATIVE_TEXTS } from '../../../../analysis/story/narrative/narrative-texts.ts';
import type { Translation } from '../../../../base/sentence.ts';

export const narrativeFr: Translation<typeof NARRATIVE_TEXTS> = {
  'narrative.power': '{node} est mis sous tension.',
  'narrative.power.rom': '{node} est mis sous tension ; après {time}, son BIOS lance la ROM de démarrage ({rom}).',
  'narrative.address':
    '{node} demande une adresse {asked} et reçoit {address} de {server}, après {time}{choice}, avec {frames} trames{trouble}.',
  'narrative.address.once': 'une fois',
  'narrative.address.often': '{count} fois',
  'narrative.address.choice': ' et {count} offres',
  'narrative.address.none': {
    by: 'frames',
    one: '{node} demande une adresse {asked} et n’en reçoit pas en {time}, avec {frames} trame{trouble}.',
    other: '{node} demande une adresse {asked} et n’en reçoit pas en {time}, avec {frames} trames{trouble}.',
  },
  'narrative.also': '{said} {next}.',
  'narrative.address.open': {
    by: 'frames',
    one: '{node} demande une adresse {asked} et n’en a pas encore après {time}, avec {frames} trame{trouble}.',
    other: '{node} demande une adresse {asked} et n’en a pas encore après {time}, avec {frames} trames{trouble}.',
  },
  'narrative.file.from': ' de {server}',
  'narrative.file': {
    by: 'frames',
    one: '{node} reçoit {file}{from} : {bytes} octets en {time}, avec {frames} trame{trouble}.',
    other: '{node} reçoit {file}{from} : {bytes} octets en {time}, avec {frames} trames{trouble}.',
  },
  'narrative.files': '{node} reçoit {count} fichiers{from} : {bytes} octets en {time}, avec {frames} trames{trouble}.',
  'narrative.file.failed': {
    by: 'frames',
    one: '{node} demande {file} et ne le reçoit pas, après {time} et {frames} trame{trouble}.',
    other: '{node} demande {file} et ne le reçoit pas, après {time} et {frames} trames{trouble}.',
  },
  'narrative.file.open': {
    by: 'frames',
    one: '{node} demande {file} et ne l’a pas encore après {time}, avec {frames} trame{trouble}.',
    other: '{node} demande {file} et ne l’a pas encore après {time}, avec {frames} trames{trouble}.',
  },
  'narrative.program': '{node} exécute son programme de démarrage pendant {time}{files}{missing}{reads}{trouble}.',
  'narrative.program.files': {
    by: 'count',
    one: ', qui prend {count} fichier ({bytes} octets)',
    other: ', qui prend {count} fichiers ({bytes} octets)',
  },
  'narrative.program.missing': {
    by: 'count',
    one: ' et demande {count} nom qui n’existe pas',
    other: ' et demande {count} noms qui n’existent pas',
  },
  'narrative.disk': '{node} attache le disque {disk}{from}{reads}{waits}, après {time}, avec {frames} trames{trouble}.',
  'narrative.disk.open': '{node} cherche le disque {disk}{waits}, depuis {time}, avec {frames} trames{trouble}.',
  'narrative.disk.failed':
    '{node} veut le disque {disk} et ne l’obtient pas{waits}, après {time}, avec {frames} trames{trouble}.',
  'narrative.disk.reads': {
    by: 'reads',
    one: ', lit {readKiB} Kio de son disque par {reads} commande',
    other: ', lit {readKiB} Kio de son disque par {reads} commandes',
  },
  'narrative.disk.uses':
    ', lit {readKiB} Kio de son disque par {reads} commandes et y écrit {writtenKiB} Kio par {writes}',
  'narrative.disk.timeouts': {
    by: 'count',
    one: ', attend en vain {count} commande',
    other: ', attend en vain {count} commandes',
  },
  'narrative.trouble': ' ({marks})',
  'narrative.marks': 'perdues : {lost}, renvoyées : {again}',
  'narrative.marks.lost': 'perdues : {lost}',
  'narrative.marks.again': 'renvoyées : {again}',
  'narrative.menu': '{node} affiche un menu pendant {time}.',
  'narrative.kernel': 'Le noyau de {node} prend la main, {time} après la mise sous tension.',
  'narrative.reported': '{who}{what}.',
  'narrative.reported.frames': {
    by: 'frames',
    one: '{who}{what} ({frames} trame).',
    other: '{who}{what} ({frames} trames).',
  },
  'narrative.reported.marked': {
    by: 'frames',
    one: '{who}{what} ({frames} trame, {marks}).',
    other: '{who}{what} ({frames} trames, {marks}).',
  },
  'narrative.who': '{node} : ',
  'narrative.join': '{first} ; {next}',
  'narrative.phase.power': 'Sous tension',
  'narrative.phase.script': 'Script',
  'narrative.phase.address': 'Adresse',
  'narrative.phase.disk': 'Disque',
  'narrative.phase.server': 'Serveur de démarrage',
  'narrative.phase.file': 'Fichier',
  'narrative.phase.program': 'Programme',
  'narrative.phase.menu': 'Menu',
  'narrative.phase.kernel': 'Noyau',
  'narrative.phase.system': 'Système',
  'narrative.phase.end': 'Fin',
};

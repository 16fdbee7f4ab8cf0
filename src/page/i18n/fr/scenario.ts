/** Pourquoi un labo ne peut pas être ouvert tel quel, en français ; l'anglais est celui du schéma. */
import type { Translation } from '../../../base/sentence.ts';
import type { SCENARIO_TEXTS } from '../../../scenario/problems.ts';
import type { STOP_TEXTS } from '../../../threads/api/stop-messages.ts';

export const scenarioFr: Translation<typeof SCENARIO_TEXTS> = {
  'scenario.expected': 'attendu : {expected} ; {found}',
  'scenario.or': '{first} ou {last}',
  'scenario.list': '{first}, {next}',
  'scenario.found': 'trouvé : {value}',
  'scenario.found.nothing': 'il n’y a rien ici',
  'scenario.found.list': 'trouvé : une liste de longueur {count}',
  'scenario.found.object': 'trouvé : un objet',
  'scenario.type.string': 'un texte',
  'scenario.type.number': 'un nombre',
  'scenario.type.int': 'un nombre entier',
  'scenario.type.boolean': 'true ou false',
  'scenario.type.array': 'une liste',
  'scenario.type.object': 'un objet',
  'scenario.more-than': 'plus de {limit}',
  'scenario.at-most': '{limit} au plus',
  'scenario.at-most.string': '{limit} caractères au plus',
  'scenario.at-most.array': '{limit} au plus dans la liste',
  'scenario.at-least': '{limit} au moins',
  'scenario.at-least.string': '{limit} caractères au moins',
  'scenario.at-least.array': '{limit} au moins dans la liste',
  'scenario.begins-with': 'un texte qui commence par {prefix}',
  'scenario.form': 'un texte de la forme {form}',
  'scenario.expects.name': 'un nom : une lettre, puis jusqu’à 31 lettres, chiffres, - ou _',
  'scenario.expects.port-name': 'un nom de port comme net0 ou 1',
  'scenario.expects.mac': 'une adresse MAC comme 52:54:00:aa:00:01',
  'scenario.expects.address': 'une adresse IPv4',
  'scenario.expects.address-with-prefix': 'une adresse IPv4 avec préfixe comme 10.0.0.1/24',
  'scenario.expects.text': '1 Mio de texte au plus',
  'scenario.expects.user-name': 'le nom d’un utilisateur comme www-data',
  'scenario.expects.file-mode': 'des permissions en octal comme 644',
  'scenario.expects.pem': 'du PEM : un texte qui commence par -----BEGIN, de 32 Kio au plus',
  'scenario.expects.file-moment': 'un moment { ms } ou un endroit du fichier { afterBytes }',
  'scenario.expects.sha256': 'un SHA-256 en hexadécimal minuscule',
  'scenario.expects.content': 'l’un de text, base64, image, userFile, patternBytes, medium, nbi ou lab',
  'scenario.expects.file':
    'un fichier {path, content}, une arborescence {path, imageTree}, un dossier {path, directory} ou un lien {path, link}',
  'scenario.expects.absolute-path': 'un chemin qui commence par /',
  'scenario.expects.path-depth': 'un chemin de moins de cent dossiers imbriqués',
  'scenario.expects.moment': 'un moment { ms } ou une condition { when, delayMs }',
  'scenario.expects.input': 'l’un de keys, type, serial, power ou ipxe',
  'scenario.no-such-field': 'pas de tel champ ici',
  'scenario.no-such-field-of': 'pas de tel champ ici ; les champs sont {fields}',
  'scenario.more-problems': 'et {count} problèmes de plus : celles-ci viennent d’abord',
  'scenario.too-deep': 'listes et objets emboîtés sur {depth} niveaux ; {limit} au plus',
  'scenario.file-name': 'le nom d’un fichier d’un site a la forme {pattern}',
  'scenario.lesson-file': 'l’identifiant de la leçon est {id}, et le fichier porte son nom',
  'scenario.no-labs': 'il n’y a ni labo ni leçon dedans',
  'scenario.not-json': 'ce n’est pas du JSON : ligne {line}, colonne {column}',
  'scenario.newer-version':
    'la version {version} est plus récente que celle de ce labo ({newest}) : ouvrez-la dans un labo plus récent',
  'scenario.no-version': 'il n’y a jamais eu de version {version} : les versions vont de 1 à {newest}',
  'scenario.note-to-nothing': 'il n’y a pas de nœud {name} que la flèche de cette note puisse montrer',
  'scenario.name-twice': 'le nom {name} sert deux fois : donnez-en un autre à ce nœud',
  'scenario.name-in-row':
    'l’une des {count} machines s’appellerait {name}, comme un autre nœud : renommez l’un des deux',
  'scenario.certificate-twice': 'le nom {name} sert deux fois : donnez-en un autre à ce certificat',
  'scenario.no-such-certificate':
    'il n’y a pas de certificat {name} : ajoutez-le à « certificates », ou choisissez-en un autre',
  'scenario.mac-twice': '{owner} a déjà cette adresse MAC : changez l’une des deux',
  'scenario.too-many-pcs': '{count} PC émulés ; {limit} au plus : remplacez-en par des machines nues',
  'scenario.too-much-memory': '{memMiB} Mio de mémoire en tout pour les PC ; {limit} au plus : donnez-leur en moins',
  'scenario.too-many-bare': '{count} machines nues ; {limit} au plus : réduisez un nombre',
  'scenario.too-large-files': 'les fichiers de taille fixée dépassent ensemble {limit} octets : réduisez-les',
  'scenario.port-twice': '{node} a déjà un port {port} : donnez un autre nom à celui-ci',
  'scenario.vlan-twice': 'le VLAN {vlan} y est déjà : une interface par VLAN',
  'scenario.no-such-port': '{node} n’a pas de port {port} ; ses ports : {ports}',
  'scenario.no-such-node': 'pas de nœud pour {end} : attendu NŒUD.PORT, comme pc1.net0',
  'scenario.plugged-twice': '{end} est déjà branché par {before} : prenez un autre port, ou retirez l’un des câbles',
  'scenario.row-not-at-switch': '{node} est une rangée de machines : elle ne se branche que sur un commutateur',
  'scenario.no-such-machine': 'aucune machine ne s’appelle {machine}',
  'scenario.service-does-not-start': '{service} ne démarre pas : {reason}',
  'scenario.service-differs': '{reason}',
  'scenario.no-emulator': 'il faut l’émulateur aux PC émulés, et il n’a pas pu être chargé',
  'scenario.condition': 'au caractère {place} : {reason}',
  'scenario.cancelled': 'arrêté',
  'scenario.not-connected': 'le labo n’est pas encore prêt',
  'scenario.cannot-be-built': 'ce labo ne peut pas être construit : {reason}',
  'scenario.image-missing':
    'l’image {image} manque : lancez « npm run images », ou déposez le fichier sur la page ; les machines nues s’en passent',
  'scenario.uefi-missing':
    'le firmware UEFI et les programmes de démarrage qu’il lance ne sont pas là ({image}) : lancez « npm run images -- --uefi », qui le compile en quelques minutes ; tout le reste fonctionne sans lui',
  'scenario.uefi-card':
    'le firmware UEFI pilote une seule carte réseau, une carte virtio : n’en gardez qu’une, avec "model": "virtio"',
  'scenario.uefi-memory':
    'le firmware UEFI demande au moins {least} Mio de mémoire, un installateur 512 ; il y en a {memMiB}',
  'scenario.uefi-bios-only': 'le firmware UEFI ne peut pas utiliser {field}, qui est fait pour un BIOS : retirez-le',
  'scenario.image-gone': 'l’image {image} ({file}) manque ou a changé : lancez « npm run images »',
  'scenario.image-other':
    'l’image {image} d’ici ({package} {version}) a le sha256 {found}, et {wanted} est demandé : prenez la version qui l’a, ou omettez sha256',
  'scenario.image-not-there':
    '{image} ne peut pas être chargé (HTTP {status}) : ce fichier manque au site ; « npm run images » le fabrique',
  'scenario.image-unreachable': '{image} ne peut pas être chargé : le réseau est-il là ?',
  'scenario.image-replaced': '{image} n’y est plus : le site a une nouvelle version ; rechargez cette page',
  'scenario.image-wrong': '{image} devrait avoir {bytes} octets et le sha256 {wanted}, et {got} : {cause}',
  'scenario.image-got': '{bytes} octets de sha256 {found} sont arrivés',
  'scenario.image-got-more': 'il en est arrivé davantage',
  'scenario.image-inflated':
    'le serveur, ou un mandataire sur le chemin, l’a décompressé (Content-Encoding: {encoding}) ; il doit envoyer le fichier tel quel',
  'scenario.image-html':
    'le serveur répond par une page web au lieu du fichier ; mettez tout le dossier images/ sur le serveur',
  'scenario.image-truncated': 'la fin manque ; rechargez cette page, ou remettez le fichier sur le serveur',
  'scenario.image-changed':
    'c’est un autre fichier ; mettez images/manifest.json et images/blob/ d’une seule et même construction sur le serveur',
  'scenario.manifest-not-there': 'la liste des images ne peut pas être chargée (HTTP {status})',
  'scenario.manifest-unreadable': 'la liste des images ne peut pas être lue ({reason}) ; « npm run images » la refait',
  'scenario.file-missing': 'le fichier {name} ({bytes} octets, sha256 {sha256}) n’est pas ici : {remedy}',
  'scenario.file-missing.drop': 'déposez-le sur la page',
  'scenario.file-cannot-be-kept':
    'Le navigateur ne laisse pas la page garder de fichiers : autorisez le stockage pour ce site, ou prenez un fichier plus petit.',
  'scenario.not-read': 'le fichier ne peut pas être lu : {reason}',
  'scenario.not-fetched': 'le scénario ne peut pas être chargé (HTTP {status})',
  'scenario.html-instead': 'le serveur répond par une page web au lieu de ce fichier',
  'scenario.unreachable': 'ce fichier ne peut pas être chargé : le réseau est-il là ?',
  'scenario.link-too-long': 'le lien a {count} caractères ; {limit} au plus',
  'scenario.link-not-base64url': 'le lien est abîmé : ce n’est pas du base64url',
  'scenario.link-not-unpacked': 'le lien est abîmé ou trop grand : il ne peut pas être décompressé dans la limite',
  'scenario.capture-gone': '{name} n’est plus lisible : il a été déplacé ou modifié. Rouvrez le fichier.',
  'scenario.capture-unreadable': 'Le fichier ne peut pas être lu comme capture : {reason} (octet {offset})',
  'scenario.capture-too-many-frames':
    'La capture contient plus de {limit} trames, et il n’y a pas de place pour davantage. Prenez-en une partie, par exemple avec « editcap -r {name} part.pcapng 1-{limit} »',
  'scenario.capture-too-large':
    'La capture fait {size} Mio ; on peut en montrer {limit} au plus. Prenez-en une partie, par exemple avec « editcap -c 1000000 {name} part.pcapng »',
};

export const stopFr: Translation<typeof STOP_TEXTS> = {
  'stopped.round': '{count} événements sont en attente : des trames tournent en rond.',
  'stopped.events': 'Son journal a {count} événements et ne peut plus grandir.',
  'stopped.frames': 'Sa capture a {count} trames et ne peut plus grandir.',
  'stopped.text': 'Les textes de son journal ont {count} caractères ; le journal ne peut plus grandir.',
  'stopped.tape':
    'Ce qui avait été conservé de {machine} ne correspond pas à ce déroulement et a été abandonné. Rouvrez le lab : il sera exécuté en entier.',
  'stopped.bytes': 'Sa capture a {count} octets et ne peut plus grandir.',
};

/** Ce qu’une configuration de Kea contient et que dnsmasq n’a pas, en français. */
import type { Translation } from '../../../base/sentence.ts';
import type { IMPORT_TEXTS } from '../../../services/dnsmasq/import/messages.ts';

export const importFr: Translation<typeof IMPORT_TEXTS> = {
  'import.not-converted': 'Non converti :',
  'import.line': 'ligne {line}',
  'import.include-missing': 'le fichier inclus {path} n’est pas ici : mettez son texte à sa place',
  'import.not-json': 'ce n’est pas du JSON',
  'import.no-dhcp4': 'il n’y a pas de Dhcp4 dedans',
  'import.only-dhcp4': 'seul Dhcp4 est repris',
  'import.option-type': 'dnsmasq ne sait pas écrire des données de ce type',
  'import.shared-network':
    'dnsmasq ne sert les sous-réseaux d’un réseau partagé que là où son interface a une adresse dans chacun, ou par une ligne shared-network',
  'import.no-subnet': 'ce n’est pas un sous-réseau avec une longueur de préfixe',
  'import.relay': 'dnsmasq se fie à l’adresse du relais, qui doit être dans le sous-réseau',
  'import.no-range': 'ce n’est pas une plage d’adresses du sous-réseau',
  'import.empty-subnet': 'le sous-réseau n’a ni plage ni réservation : rien n’y est servi',
  'import.first-class': 'une seule classe peut être demandée : c’est la première',
  'import.class-lost': 'la classe {name} n’a pas pu être reprise : tous peuvent avoir ces adresses',
  'import.class-without-test': 'la classe {name} n’a pas de test : seules les réservations la donnent',
  'import.no-condition': 'dnsmasq n’a pas cette condition : la classe est omise',
  'import.reservation': 'une réservation sans adresse Ethernet ni identifiant de client est omise',
  'import.no-ipv4': 'ce n’est pas une adresse IPv4',
  'import.outside-subnet': 'l’adresse n’est pas dans le sous-réseau',
  'import.one-class': 'seule une classe sans test ni options propres est reprise',
  'import.unknown-option': 'l’option {name} est inconnue, ou dans un espace qu’aucune option ne porte',
  'import.never-send': 'dnsmasq ne peut pas retirer une option : elle est omise ici',
  'import.option-value': 'dnsmasq n’accepte pas cette valeur',
  'import.no-counterpart': 'ceci n’a pas d’équivalent et est omis',
  'import.address-twice': 'dnsmasq n’accepte une adresse fixe qu’une fois : {address} est déjà celle d’un autre hôte',
  'import.match-anywhere':
    'dnsmasq trouve {text} n’importe où dans l’option {code}, pas seulement là où le fichier le dit',
  'import.too-many-alternatives': 'la condition a trop d’alternatives',
};

/** Ce que disent perturbations, câbles, commutateurs et hôtes, en français. */
import type { Translation } from '../../../base/sentence.ts';
import type { NET_TEXTS } from '../../../net/messages.ts';

export const netFr: Translation<typeof NET_TEXTS> = {
  'net.delayed': '{port} : trames retardées{more}.',
  'net.slowed': '{port} : trames ralenties à {bitsPerSecond} bit/s{more}.',
  'net.dropped': '{port} : trame de {bytes} octets perdue{why}.',
  'net.held-back': '{port} : trame de {bytes} octets retenue {delayMs} ms{why}.',
  'net.turned-over': '{port} : bit {bit} de l’octet {at} inversé dans une trame de {bytes} octets{why}.',
  'net.sent-twice': '{port} : trame de {bytes} octets envoyée deux fois{why}.',
  'net.copies-bounded':
    '{port} : une trame en devient {limit} au plus ; les copies en trop ne sont plus faites à partir d’ici.',
  'net.kept-back': '{port} : trame de {bytes} octets non envoyée{why}{more}.',
  'net.not-heard': '{port} : trame de {bytes} octets non reçue{why}.',
  'net.link-up': '{link} : le lien est rétabli.',
  'net.link-down': '{link} : le lien est coupé.',
  'net.match': ' (correspondance n° {count})',
  'net.match-of': ' (correspondance n° {count} : {what})',
  'net.silent-about': ' (muet sur {what})',
  'net.more': ' (et {count} de plus auparavant)',
  'link.queue-full':
    'Le lien {link} a perdu une trame de {bytes} octets : sa file de {queueBytes} octets est pleine{more}.',
  'arp.address-conflict': '{mac} utilise {address}, qui est l’adresse de {card}{more}.',
  'ip.not-forwarded':
    '{host} abandonne un paquet de {source} vers {destination} : ses cartes sont dans plusieurs réseaux, mais le routage IP y est désactivé{more}.',
  'arp.no-reply': 'Personne sur {card} n’a répondu pour {address} après {count} requêtes ARP{more}.',
  'tcp.connection': 'TCP {local} vers {remote} : {what}{more}',
  'tcp.retransmission-timeout':
    'Pas d’acquittement pour l’octet {byte} ; il est retransmis (expiration n° {count} de cette connexion).',
  'tcp.refused': 'Rien n’écoute sur le port TCP {port} : la connexion de {remote} est refusée{more}.',
  'switch.untagged-refused': '{port} a rejeté une trame non étiquetée de {mac} : ce trunk n’a pas de VLAN natif{more}.',
  'switch.vlan-not-allowed': '{port} a rejeté une trame du VLAN {vlan} de {mac} : {reason}{more}.',
  'switch.vlan-not-allowed.access': 'c’est un port d’accès du VLAN {vlan}',
  'switch.vlan-not-allowed.trunk': 'le VLAN {vlan} n’est pas autorisé sur ce trunk',
  'switch.table-full':
    '{switch} n’a pas appris {mac} : sa table de {entries} adresses est pleine, les trames pour cette adresse partent donc sur tous les ports{more}.',
  'switch.mac-moved': '{mac} (VLAN {vlan}) est passée de {before} à {port}{more}.',
  'switch.port-state': '{port} est {state}{time}{why}.',
  'switch.port-state.time': ' pendant {seconds} s',
  'switch.port-state.circle': ' : un autre chemin vers la racine est meilleur, et les deux formeraient une boucle',
  'switch.port-blocked':
    '{port} a rejeté une trame : le port est {state}, spanning tree ne le laisse pas encore transmettre{more}.',
  'switch.root': 'La racine de l’arbre est {bridge}, derrière {port}.',
  'switch.root.itself': 'La racine de l’arbre est ce commutateur.',
  'switch.group-unwanted': '{port} a apporté une trame pour {group} qui n’est allée nulle part : {reason}{more}.',
  'switch.group-unwanted.nobody': 'personne n’a annoncé le groupe par IGMP',
  'switch.group-unwanted.no-querier':
    'ses annonces ont expiré, et sans interrogateur personne ne demande aux machines de les répéter',
  'switch.state.disabled': 'désactivé',
  'switch.state.blocking': 'bloqué',
  'switch.state.listening': 'en écoute',
  'switch.state.learning': 'en apprentissage',
  'switch.state.forwarding': 'en transmission',
};

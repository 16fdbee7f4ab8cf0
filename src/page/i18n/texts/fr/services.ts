/** Textes français : ce que les services disent d’eux-mêmes dans la page. */
import type { Translation } from '../../../../base/sentence.ts';
import type { SERVICE_TEXTS } from '../../../../services/all.ts';

export const servicesFr: Translation<typeof SERVICE_TEXTS> = {
  'service.dhcpd.empty': 'dhcpd n’a encore rien écrit. Son journal des requêtes et des adresses s’affiche ici.',
  'service.dnsmasq.empty':
    'dnsmasq n’a encore rien écrit. Son journal des adresses, des noms et des fichiers apparaîtra ici.',
  'service.http.empty':
    'Aucune requête HTTP n’est venue. Chacune devient une ligne ici ; ce qu’un script rapporte dans sa requête, comme chain http://${next-server}/?name=${name}&mac=${mac}, a ses propres colonnes.',
  'service.ftp.empty': 'Personne n’a demandé de fichier. Chaque commande et sa réponse deviennent une ligne ici.',
  'service.nfs.empty': 'Personne n’a demandé de fichier. Chaque appel et sa réponse deviennent une ligne ici.',
  'service.ntp.empty': 'Personne n’a demandé l’heure.',
  'service.iscsi.empty':
    'Aucune machine n’a ouvert de session. Chaque ouverture, et chaque commande qui échoue, devient une ligne ici.',
  'service.slamd.empty': 'Personne n’a signalé de blocs manquants.',
  'service.atftpd.empty':
    'Personne n’a demandé de fichier. Qui demande, qui rejoint un flux et qui en donne le rythme devient une ligne ici.',
  'service.fcoe.empty':
    'Aucune machine ne s’est connectée à la fabric. Chaque connexion, et chaque commande qui échoue, devient une ligne ici.',
  'service.aoe.empty': 'Aucune machine n’a demandé de disque. Chacune qui trouve une cible ici devient une ligne.',
  'service.bootparams.empty': 'Aucune machine n’a demandé son nom ni ses fichiers. Chaque appel devient une ligne ici.',
  'service.rarp.empty':
    'Aucune machine n’a demandé sa propre adresse. Chaque demande et sa réponse deviennent une ligne ici.',
  'service.syslog.empty':
    'Aucune machine n’a envoyé de ligne de journal. iPXE envoie ses messages quand son réglage syslog nomme ce serveur.',
};

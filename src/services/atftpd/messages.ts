/** English messages of atftpd about whom it serves and how. */
import { defineMessages } from '../../base/sentence.ts';

export const ATFTPD_TEXTS = {
  'atftpd.serves': '{client} gets {file}',
  'atftpd.first': '{client} gets {file}: master client of {group}, port {port}',
  'atftpd.joined': '{client} joins the stream of {file} to {group}, client {count}',
  'atftpd.master': '{client} is the master client of {file} now',
  'atftpd.not-master': '{client} acknowledges a block, but {master} is the master client',
  'atftpd.done': '{client} has all of {file}',
  'atftpd.left': '{client} leaves: {reason}',
  'atftpd.gone': '{client} has not answered {count} times: it is left out',
  'atftpd.refused': '{client} is refused {file}: {reason}',
  'atftpd.no-group': '{client} asks for {file} by MTFTP, which has no group for it',
  'atftpd.no-address': 'no group is left for {file}: {client} gets it alone',
  'atftpd.not-groups': '{value}: no multicast addresses such as 239.255.0.0-31',
  'atftpd.not-ports': '{value}: no ports such as 1758-1760',
  'atftpd.not-a-group': '{value}: no multicast address',
} as const;

export const atftpdMessage = defineMessages(ATFTPD_TEXTS);

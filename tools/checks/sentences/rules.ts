/** Where English sentences may be: in catalogues, and in code that has the words of others. */

/** Files of texts by id. The compiler asks for each in every language (`Translation` in `base/sentence.ts`). */
export const CATALOGUES = /^src\/page\/i18n\/|(\/|-)(messages|texts|remedies)\.ts$/;

/** Tables of texts by id in other files; the property `texts` of what is defined in a registry is one, too. */
export const CATALOGUE_NAME = /(^|_)(TEXTS|MESSAGES)$/;

/** Functions whose argument is not shown: what must hold, and bytes. */
export const UNSEEN: readonly string[] = ['assert', 'latin1', 'RangeError'];

/** Folders and files with words that are the same in every language, each with the reason. */
export const OWN_WORDS: readonly { readonly paths: RegExp; readonly reason: string }[] = [
  { paths: /^src\/protocols\//, reason: 'names of fields and values: those of the standards and of Wireshark' },
  { paths: /^src\/analysis\/calls\/call-filter\.ts$/, reason: 'names of fields, beside those of protocols' },
  { paths: /^src\/analysis\/(packet-list|packets\/packet-text)\.ts$/, reason: 'a filter, and source code in C' },
  {
    paths: /^src\/firmware\//,
    reason: 'what firmware prints on its console; what it reports are messages, as the types of events require',
  },
  {
    paths: /^src\/machine\/(pc-options|uefi\/stub|observe\/boot-observer)\.ts$/,
    reason: 'what the BIOS prints, and the first code of UEFI in assembler',
  },
  {
    paths: /^src\/machine\/(trap|uefi\/(firmware|sec-entry))\.ts$/,
    reason: 'errors of the emulator, and of UEFI images that are none: shown in the words of what failed',
  },
  { paths: /^src\/services\/(dnsmasq|dhcpd)\//, reason: 'logs and refusals: the words of dnsmasq and dhcpd' },
  {
    paths: /^src\/services\/(ftp\/ftp-server|http\/(answer|gate)|atftpd\/atftpd-server)\.ts$/,
    reason: 'what servers answer on the wire',
  },
  { paths: /^src\/services\/(aoe\/start|scsi\/units)\.ts$/, reason: 'errors of open(), as vblade and tgt write them' },
  {
    paths: /^src\/(services\/files\/file-check|analysis\/story\/findings\/file-rules)\.ts$/,
    reason: 'the name of a standard, and what a client writes into its TFTP error',
  },
  { paths: /^src\/net\/tls\//, reason: 'labels of the key schedule (RFC 8446 §7.1, RFC 7627 §4)' },
  { paths: /^src\/cli\//, reason: 'usage and errors of the command line; what it reports of labs are messages' },
  { paths: /^src\/base\/pattern\.ts$/, reason: "RE2's errors, which are looked up and shown as messages" },
  { paths: /^src\/media\//, reason: 'comments in generated scripts' },
  {
    paths: /^src\/ui\/loading-failure\.ts$/,
    reason: 'shown when nothing else of the page can be loaded: it has each language itself',
  },
  { paths: /(^|\/)(testing[^/]*\.ts|fixtures\/.*)$/, reason: 'what only tests use' },
];

/**
 * English messages about scenarios that cannot be opened. Reports carry ids
 * and parameters for other languages.
 */
import { defineMessages, type Message, type Sentence } from '../base/sentence.ts';

export const SCENARIO_TEXTS = {
  'scenario.expected': 'expected {expected}; {found}',
  'scenario.or': '{first} or {last}',
  'scenario.list': '{first}, {next}',
  'scenario.found': 'found {value}',
  'scenario.found.nothing': 'nothing is there',
  'scenario.found.list': 'found a list of {count}',
  'scenario.found.object': 'found an object',
  'scenario.type.string': 'a text',
  'scenario.type.number': 'a number',
  'scenario.type.int': 'a whole number',
  'scenario.type.boolean': 'true or false',
  'scenario.type.array': 'a list',
  'scenario.type.object': 'an object',
  'scenario.more-than': 'more than {limit}',
  'scenario.at-most': 'at most {limit}',
  'scenario.at-most.string': 'at most {limit} characters',
  'scenario.at-most.array': 'at most {limit} in the list',
  'scenario.at-least': 'at least {limit}',
  'scenario.at-least.string': 'at least {limit} characters',
  'scenario.at-least.array': 'at least {limit} in the list',
  'scenario.begins-with': 'a text that begins with {prefix}',
  'scenario.form': 'a text of the form {form}',
  'scenario.expects.name': 'a name: a letter, then up to 31 letters, digits, - or _',
  'scenario.expects.port-name': 'a port name such as net0 or 1',
  'scenario.expects.wwn': 'the name of a port such as 50:01:02:03:04:05:06:07',
  'scenario.expects.mac': 'a MAC address such as 52:54:00:aa:00:01',
  'scenario.expects.address': 'an IPv4 address',
  'scenario.expects.address-with-prefix': 'an IPv4 address with prefix such as 10.0.0.1/24',
  'scenario.expects.text': 'at most 1 MiB of text',
  'scenario.expects.user-name': 'the name of a user such as www-data',
  'scenario.expects.file-mode': 'permissions in octal such as 644',
  'scenario.expects.pem': 'PEM: text that begins with -----BEGIN, at most 32 KiB',
  'scenario.expects.file-moment': 'a time { ms } or a place in the file { afterBytes }',
  'scenario.expects.guid': 'a GUID in lower-case hexadecimal such as 8be4df61-93ca-11d2-aa0d-00e098032b8c',
  'scenario.expects.hex': 'bytes in lower-case hexadecimal such as 0100ff',
  'scenario.expects.nvram-size': 'at most 100 KiB in all variables together',
  'scenario.expects.sha256': 'a SHA-256 in lower-case hexadecimal',
  'scenario.expects.content': 'one of text, base64, image, userFile, patternBytes, medium, nbi or lab',
  'scenario.expects.file':
    'a file {path, content}, a tree {path, imageTree}, a directory {path, directory} or a link {path, link}',
  'scenario.expects.absolute-path': 'a path that begins with /',
  'scenario.expects.path-depth': 'a path of less than a hundred folders in one another',
  'scenario.expects.moment': 'a time { ms } or a condition { when, delayMs }',
  'scenario.expects.input': 'one of keys, type, serial, power or ipxe',
  'scenario.expects.lesson-id': 'small letters, digits and -, as in first-boot',
  'scenario.expects.name-or-number': 'a name or a number',
  'scenario.expects.lab-file': 'the file name of a lab of the site, as in bare-pxe.json',
  'scenario.expects.number-or-text': 'a number or a text',
  'scenario.expects.lesson-action': 'one of run, runToEnd, edits, input, answer or select',
  'scenario.expects.pace': 'auto, frames, or a number from 0 up',
  'scenario.no-such-field': 'no such field here',
  'scenario.no-such-field-of': 'no such field here; the fields are {fields}',
  'scenario.more-problems': 'and {count} more problems: these come first',
  'scenario.too-deep': 'lists and objects in each other {depth} deep; at most {limit}',
  'scenario.file-name': 'a file of a site has a name as {pattern}',
  'scenario.lesson-file': 'the id of the lesson is {id}, and the file is named after it',
  'scenario.no-labs': 'there is no lab and no lesson in it',
  'scenario.not-json': 'this is not JSON: line {line}, column {column}',
  'scenario.newer-version': 'version {version} is newer than this lab knows ({newest}): open it with a newer lab',
  'scenario.no-version': 'there has been no version {version}: the versions are 1 to {newest}',
  'scenario.name-twice': 'the name {name} is used twice: give this node another',
  'scenario.note-to-nothing': 'there is no node {name} that the arrow of this note could point to',
  'scenario.name-in-row':
    'one of the {count} machines would be called {name}, as another node is: rename one of the two',
  'scenario.certificate-twice': 'the name {name} is used twice: give this certificate another',
  'scenario.no-such-certificate': 'there is no certificate {name}: add it to “certificates”, or choose another',
  'scenario.mac-twice': '{owner} has this MAC address already: change one of the two',
  'scenario.too-many-pcs': '{count} emulated PCs; at most {limit}: make some of them bare machines',
  'scenario.too-much-memory': '{memMiB} MiB of guest memory in all; at most {limit}: give the PCs less',
  'scenario.too-many-bare': '{count} bare machines; at most {limit}: lower a count',
  'scenario.too-large-files': 'files of known sizes add up to more than {limit} bytes: make them smaller',
  'scenario.port-twice': '{node} has a port {port} already: give this one another name',
  'scenario.vlan-twice': 'VLAN {vlan} is there already: one interface a VLAN',
  'scenario.no-such-port': '{node} has no port {port}; it has {ports}',
  'scenario.no-such-node': 'no node for {end}: expected NODE.PORT, such as pc1.net0',
  'scenario.plugged-twice': '{end} is already plugged in by {before}: use another port, or remove one of the cables',
  'scenario.row-not-at-switch': '{node} is a row of machines: it can be plugged into a switch only',
  'scenario.no-such-machine': 'no machine is named {machine}',
  'scenario.service-does-not-start': '{service} does not start: {reason}',
  'scenario.udp-port-taken': 'UDP port {port} is already taken by {by} on this server: switch one of the two off',
  'scenario.service-differs': '{reason}',
  'scenario.no-emulator': 'emulated PCs need the emulator, which could not be loaded',
  'scenario.condition': 'at {place}: {reason}',
  'scenario.cancelled': 'stopped',
  'scenario.not-connected': 'the lab is not connected yet',
  'scenario.cannot-be-built': 'this lab cannot be built: {reason}',
  'scenario.image-missing':
    'the image {image} is missing: run "npm run images", or drop the file on the page; bare machines work without it',
  'scenario.uefi-missing':
    'UEFI firmware and boot programs for it are not there ({image}): run "npm run images -- --uefi", which builds it in a few minutes; everything else works without it',
  'scenario.uefi-card': 'UEFI firmware drives one network card, a virtio card: leave one, with "model": "virtio"',
  'scenario.uefi-memory': 'UEFI firmware needs {least} MiB of memory or more, an installer 640; here are {memMiB}',
  'scenario.uefi-bios-only': 'UEFI firmware cannot use {field}, which is for a BIOS: leave it out',
  'scenario.image-gone': 'the image {image} ({file}) is missing or has changed: run "npm run images"',
  'scenario.image-other':
    'the image {image} here ({package} {version}) has sha256 {found}, and {wanted} is asked for: take the version that has it, or leave sha256 out',
  'scenario.image-not-there':
    '{image} cannot be fetched (HTTP {status}): the site lacks this file; "npm run images" makes it',
  'scenario.image-unreachable': '{image} cannot be fetched: is the network there?',
  'scenario.image-replaced': '{image} is no longer there: the site has a new version; load this page again',
  'scenario.image-wrong': '{image} should have {bytes} bytes with sha256 {wanted}, and {got}: {cause}',
  'scenario.image-got': '{bytes} bytes with sha256 {found} arrived',
  'scenario.image-got-more': 'more arrived',
  'scenario.image-inflated':
    'the server, or a proxy on the way, has unpacked it (Content-Encoding: {encoding}); it must send the file as it is',
  'scenario.image-html':
    'the server answers with a web page instead of the file; put the whole folder images/ on the server',
  'scenario.image-truncated': 'its end is missing; load this page again, or put the file on the server again',
  'scenario.image-changed':
    'it is another file; put images/manifest.json and images/blob/ of one and the same build on the server',
  'scenario.manifest-not-there': 'the list of images cannot be fetched (HTTP {status})',
  'scenario.manifest-unreadable': 'the list of images cannot be read ({reason}); "npm run images" makes it again',
  'scenario.file-missing': 'the file {name} ({bytes} bytes, sha256 {sha256}) is not here: {remedy}',
  'scenario.file-missing.drop': 'drop it on the page',
  'scenario.file-cannot-be-kept':
    'The browser does not let the page keep files: allow storage for this site, or use a smaller file.',
  'scenario.not-read': 'the file cannot be read: {reason}',
  'scenario.not-fetched': 'the scenario cannot be fetched (HTTP {status})',
  'scenario.html-instead': 'the server answers with a web page instead of this file',
  'scenario.unreachable': 'this file cannot be fetched: is the network there?',
  'scenario.link-too-long': 'the link is {count} characters long; at most {limit}',
  'scenario.link-not-base64url': 'the link is damaged: it is not base64url',
  'scenario.link-not-unpacked': 'the link is damaged or too large: it cannot be unpacked within the limit',
  'scenario.capture-gone': '{name} can no longer be read: it was moved or changed. Open the file again.',
  'scenario.capture-unreadable': 'The file cannot be read as a capture: {reason} (byte {offset})',
  'scenario.capture-too-many-frames':
    'The capture has more than {limit} frames, which is all that there is room for. Take a part of it, for example with "editcap -r {name} part.pcapng 1-{limit}"',
  'scenario.capture-too-large':
    'The capture has {size} MiB; at most {limit} MiB can be shown. Take a part of it, for example with "editcap -c 1000000 {name} part.pcapng"',
} as const;

export interface ScenarioProblem {
  /** JSON path from the root `$`. */
  readonly path: string;
  /** In English. */
  readonly message: string;
  /** The same by id and parameters, for other languages. */
  readonly says: Sentence;
}

export const scenarioMessage = defineMessages(SCENARIO_TEXTS);

export function problemAt(path: string, { text, says }: Message): ScenarioProblem {
  return { path, message: text, says };
}

/** What a schema's own rules expect. */
export type Expectation = keyof typeof SCENARIO_TEXTS extends infer Id
  ? Id extends `scenario.expects.${infer What}`
    ? What
    : never
  : never;

export function isExpectation(words: string): words is `scenario.expects.${Expectation}` {
  return words.startsWith('scenario.expects.') && Object.hasOwn(SCENARIO_TEXTS, words);
}

/** Puts the lab's certificates in where firmware names them: a build has PEM, whatever the document calls it. */
import { isMachine, type MachineNode } from '../../scenario/nodes/queries.ts';
import type { FirmwareOptions, Scenario } from '../../scenario/schema.ts';

type Options = Readonly<Record<string, string | number | boolean>>;
type Certificates = Scenario['certificates'];

/** Names, with commas between them, as the PEM that they stand for; what is no name stays. */
function pemOf(
  names: string,
  of: (certificate: Certificates[number]) => string | undefined,
  known: Certificates,
): string {
  const found = names.split(',').map((name) => known.find((each) => each.name === name.trim()));
  const pem = found.flatMap((each) => (each === undefined ? [] : [of(each) ?? '']));
  return pem.length === 0 ? names : pem.join('');
}

function withPem(options: Options, known: Certificates): Options {
  const { trust, cert, privkey } = options;
  const certificate = (each: Certificates[number]): string => each.certificate;
  return {
    ...options,
    ...(typeof trust === 'string' ? { trust: pemOf(trust, certificate, known) } : {}),
    ...(typeof cert === 'string' ? { cert: pemOf(cert, certificate, known) } : {}),
    ...(typeof privkey === 'string' ? { privkey: pemOf(privkey, (each) => each.privateKey, known) } : {}),
  };
}

function withOptions<Node extends MachineNode>(node: Node, options: FirmwareOptions['options']): Node {
  return { ...node, firmware: { ...node.firmware, options } };
}

/** The lab with the certificates of its builds in them: of firmware, and of `undionly.kpxe` among the files. */
export function withCertificates(scenario: Scenario): Scenario {
  const { certificates } = scenario;
  if (certificates.length === 0) return scenario;
  const nodes = scenario.nodes.map((node): Scenario['nodes'][number] => {
    if (isMachine(node)) return withOptions(node, { ...withPem(node.firmware.options, certificates) });
    if (node.kind !== 'server') return node;
    const files = node.files.map((file) =>
      'content' in file && 'lab' in file.content
        ? { ...file, content: { ...file.content, options: { ...withPem(file.content.options, certificates) } } }
        : file,
    );
    return { ...node, files };
  });
  return { ...scenario, nodes };
}

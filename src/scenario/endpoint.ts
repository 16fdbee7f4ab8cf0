/** The ends of cables. Scenarios write them as text, `node.port`; this is the only place that puts it together or apart. */

export interface Endpoint {
  readonly node: string;
  readonly port: string;
}

/** Undefined for a text that does not name exactly one port of one node. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const [node = '', port = '', ...rest] = text.split('.');
  return node === '' || port === '' || rest.length > 0 ? undefined : { node, port };
}

export function formatEndpoint({ node, port }: Endpoint): string {
  return `${node}.${port}`;
}

/** The node of an end; undefined for a text that is no end. */
export function nodeOf(end: string): string | undefined {
  return parseEndpoint(end)?.node;
}

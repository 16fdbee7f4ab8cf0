/**
 * The packet counters of a host, by the names of RFC 4293 (`ipSystemStatsTable`) and of iPXE's `ipstat`. Octets are
 * those of whole IP packets; for TCP those of the payload.
 */

export class IpCounters {
  inReceives = 0;
  inMcastPkts = 0;
  inBcastPkts = 0;
  inOctets = 0;
  inHdrErrors = 0;
  /** Addressed to another host. */
  inAddrErrors = 0;
  inUnknownProtos = 0;
  inTruncatedPkts = 0;
  /** Fragments, packets put together again, packets that never were. */
  reasmReqds = 0;
  reasmOKs = 0;
  reasmFails = 0;
  inDelivers = 0;
  outRequests = 0;
  outNoRoutes = 0;
  /** Each fragment is one. */
  outTransmits = 0;
  outMcastPkts = 0;
  outBcastPkts = 0;
  outOctets = 0;
}

export class TcpCounters {
  inSegs = 0;
  inOctets = 0;
  /** Handed on: in order, and not seen before. */
  inOctetsGood = 0;
  /** Damaged, or outside of the window. */
  inDiscards = 0;
  inOutOfOrder = 0;
}

import ipaddr from 'ipaddr.js';

/** A range of addresses. @internal */
export interface Cidr {
  address: ipaddr.IPv4 | ipaddr.IPv6;
  bits: number;
}

const LEADING_ZERO = /(^|\.)0\d/;

/** Strict, as Go's netip is: four decimal parts without leading zeros, or IPv6 without a zone. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (text.includes(':')) {
    return ipaddr.IPv6.isValid(text) && !text.includes('%')
      ? ipaddr.IPv6.parse(text)
      : undefined;
  }
  return ipaddr.IPv4.isValidFourPartDecimal(text) && !LEADING_ZERO.test(text)
    ? ipaddr.IPv4.parse(text)
    : undefined;
}

/**
 * Reads an address or a range; an address alone is a range of one. `undefined` where istiod would refuse the value.
 *
 * Istio: pilot/pkg/util, AddrStrToCidrRange (Go's netip.ParsePrefix and ParseAddr).
 *
 * @internal
 */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!address) return undefined;
  const width = address.kind() === 'ipv4' ? 32 : 128;
  if (slash < 0) return { address, bits: width };
  const length = text.slice(slash + 1);
  if (!/^(0|[1-9]\d{0,2})$/.test(length) || Number(length) > width) {
    return undefined;
  }
  return { address, bits: Number(length) };
}

/** Whether an address lies in a range; addresses of the other family never do. @internal */
export function inCidr(cidr: Cidr, text: string): boolean {
  const address = parseAddress(text);
  if (!address || address.kind() !== cidr.address.kind()) return false;
  return cidr.address.kind() === 'ipv4'
    ? (address as ipaddr.IPv4).match(cidr.address as ipaddr.IPv4, cidr.bits)
    : (address as ipaddr.IPv6).match(cidr.address as ipaddr.IPv6, cidr.bits);
}

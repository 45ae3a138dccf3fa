import ipaddr from 'ipaddr.js';

/** IPv6 has public addresses in this block only; the rest is reserved, or leads to IPv4 by one of many detours. */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Returns whether an IP address belongs to one machine of the public internet: not to this machine, a private network,
 * a cloud's metadata, a group, or a block that is reserved or stands for other addresses.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const ip = ipaddr.process(address); // ::ffff:127.0.0.1 is 127.0.0.1
  if (ip.range() !== 'unicast') return false;
  return ip instanceof ipaddr.IPv4 || ip.match(PUBLIC_IPV6);
}

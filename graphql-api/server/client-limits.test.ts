import { expect, test } from 'vitest';
import { addressOf, countClients } from './client-limits.ts';

test('refuses what exceeds the share of one address or the total, and accepts again what was given back', () => {
  const counter = countClients({ perAddress: 2, total: 3 });
  const first = counter.take('a');
  expect(first).not.toBeNull();
  expect(counter.take('a')).not.toBeNull();
  expect(counter.take('a')).toBeNull();
  const other = counter.take('b');
  expect(other).not.toBeNull();
  expect(counter.take('c'), 'beyond the total').toBeNull();
  other!();
  expect(counter.take('a'), 'still beyond the share').toBeNull();
  first!();
  expect(counter.take('a')).not.toBeNull();
  expect(counter.take('c')).not.toBeNull();
});

test.each([
  ['127.0.0.1', 'loopback'],
  ['127.8.8.8', 'loopback'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'loopback'],
  ['192.168.1.20', '192.168.1.20'],
  ['::ffff:192.168.1.20', '192.168.1.20'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::7', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  [undefined, ''],
])('the address %s counts as %s', (remoteAddress, address) => {
  expect(addressOf({ remoteAddress })).toBe(address);
});

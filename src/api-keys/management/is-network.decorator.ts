import { Rule } from '../../validation/rules/rule.js';
import { isNetwork } from '../networks.js';

/** IPv6 with an embedded IPv4 address and a prefix length. */
const MAX_LENGTH = 49;

/** Each element is an address or a CIDR block. */
export function IsNetwork(): PropertyDecorator {
  return Rule({
    name: 'isNetwork',
    schema: { type: 'string', maxLength: MAX_LENGTH, pattern: '^[0-9A-Fa-f:.]{2,45}(/[0-9]{1,3})?$' },
    isAllowed: (value) => typeof value === 'string' && isNetwork(value),
    message: 'each value in $property must be an address or a CIDR block such as 203.0.113.0/24',
    isForEach: true,
  });
}
